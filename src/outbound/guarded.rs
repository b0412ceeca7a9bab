//! Visits to the addresses of clients (`jwks_uri`, `backchannel_logout_uri`, `nocobase.url`): threat 35.
//!
//! The name is resolved, what may not be visited is taken out, and the connection is made to what is left of that
//! very answer: a name that resolves otherwise a moment later changes nothing. No redirect is followed, an answer is
//! bounded in time and size, and nothing of it is believed yet.

use std::error::Error as _;
use std::net::{IpAddr, SocketAddr};

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Host, Url};

use super::networks::Networks;
use super::visits::{Answered, Call, Unreachable, Visits};
use super::{Options, OutboundError, builder};

/// An HTTP client for clients' addresses.
#[derive(Clone, Debug)]
pub struct Guarded {
    http: reqwest::Client,
    networks: Networks,
}

impl Guarded {
    /// A client that visits these networks alone.
    pub fn new(options: &Options, networks: Networks) -> Result<Self, OutboundError> {
        let resolver = Resolver(networks.clone());
        let http = builder(options)?.dns_resolver(resolver).build().map_err(|_| OutboundError::Tls)?;
        Ok(Self { http, networks })
    }

    /// Whether the address could be visited as names resolve at this moment; nothing is sent.
    pub async fn check(&self, url: &Url) -> Result<(), Unreachable> {
        self.literal(url)?;
        match url.host() {
            Some(Host::Domain(name)) => resolve(&self.networks, name).await.map(|_| ()),
            _ => Ok(()),
        }
    }

    /// An address in figures never reaches the resolver.
    fn literal(&self, url: &Url) -> Result<(), Unreachable> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Unreachable::Unresolved),
        };
        if self.networks.admit(address) { Ok(()) } else { Err(Unreachable::Refused(address)) }
    }
}

#[async_trait]
impl Visits for Guarded {
    async fn get(&self, url: &Url, accept: &'static str, largest: usize) -> Result<Answered, Unreachable> {
        self.literal(url)?;
        read(self.http.get(url.clone()).header(ACCEPT, accept).send().await, largest).await
    }

    async fn post(&self, url: &Url, form: String) -> Result<u16, Unreachable> {
        self.literal(url)?;
        let request = self.http.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(form).send().await.map(|answer| answer.status().as_u16()).map_err(|error| reason(&error))
    }

    async fn call(&self, url: &Url, call: Call<'_>) -> Result<Answered, Unreachable> {
        self.literal(url)?;
        let request = match call.json {
            None => self.http.get(url.clone()),
            Some(json) => self.http.post(url.clone()).header(CONTENT_TYPE, JSON).body(json),
        };
        let request = request.header(ACCEPT, JSON).header(AUTHORIZATION, bearer(call.bearer)?);
        read(request.send().await, call.largest).await
    }
}

const JSON: &str = "application/json";

/// A header that no log of the library shows.
fn bearer(key: &SecretString) -> Result<HeaderValue, Unreachable> {
    let mut value =
        HeaderValue::from_str(&format!("Bearer {}", key.expose_secret())).map_err(|_| Unreachable::Broken)?;
    value.set_sensitive(true);
    Ok(value)
}

async fn resolve(networks: &Networks, name: &str) -> Result<Vec<SocketAddr>, Unreachable> {
    // The port is put in by the connector.
    let found: Vec<SocketAddr> =
        tokio::net::lookup_host((name, 0)).await.map_err(|_| Unreachable::Unresolved)?.collect();
    let refused = found.first().ok_or(Unreachable::Unresolved)?.ip();
    let admitted: Vec<SocketAddr> = found.into_iter().filter(|address| networks.admit(address.ip())).collect();
    if admitted.is_empty() { Err(Unreachable::Refused(refused)) } else { Ok(admitted) }
}

#[derive(Debug)]
struct Resolver(Networks);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let networks = self.0.clone();
        Box::pin(async move {
            let admitted = resolve(&networks, name.as_str()).await?;
            Ok(Box::new(admitted.into_iter()) as Addrs)
        })
    }
}

async fn read(sent: reqwest::Result<reqwest::Response>, largest: usize) -> Result<Answered, Unreachable> {
    let mut response = sent.map_err(|error| reason(&error))?;
    let header = |name: HeaderName| {
        response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase()
    };
    let media_type = header(CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_owned();
    let cache_control = header(CACHE_CONTROL);
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
        if body.len() + chunk.len() > largest {
            return Err(Unreachable::Large);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answered { status: response.status().as_u16(), media_type, cache_control, body })
}

/// Our own reason may lie deep within the library's.
fn reason(error: &reqwest::Error) -> Unreachable {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(ours) = inner.downcast_ref::<Unreachable>() {
            return *ours;
        }
        source = inner.source();
    }
    if error.is_timeout() {
        Unreachable::Slow
    } else if error.is_connect() {
        Unreachable::Connect
    } else {
        Unreachable::Broken
    }
}
