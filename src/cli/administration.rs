//! Asking the running server: over `admin_listen`, with the token of `keys/admin.token`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::config::Config;
use crate::keys::{KeyError, Keys};
use crate::outbound::{self, OutboundError};

/// A server that cannot be asked, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The keys folder.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// No HTTP client.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// Nobody listens there.
    #[error("nobody answers at http://{0}; is it the admin_listen of the server that uses these keys?")]
    Nobody(SocketAddr),
    /// The token is not the server's.
    #[error(
        "the server at http://{0} does not accept keys/admin.token: the file was changed after it started, so restart it; or it has other keys, so name its configuration with --config"
    )]
    Token(SocketAddr),
    /// It refused, or something else listens there.
    #[error("the server at http://{address} answered {status}: {said}")]
    Refused {
        /// Where.
        address: SocketAddr,
        /// The HTTP status.
        status: u16,
        /// Its own words, or that there were none.
        said: String,
    },
    /// It broke off, or answered what cannot be read.
    #[error("the answer of http://{0} cannot be read; look into the server's log")]
    Unreadable(SocketAddr),
}

/// A server that may be running.
pub struct Administration {
    http: reqwest::Client,
    address: SocketAddr,
    token: SecretString,
}

#[derive(Deserialize)]
struct Said {
    error_description: String,
}

impl Administration {
    /// The server of this configuration.
    pub fn of(config: &Config) -> Result<Self, AskError> {
        // Making RSA keys takes a while on a small machine.
        let options =
            outbound::Options { connect: Duration::from_secs(2), whole: Duration::from_mins(1), extra_roots_pem: None };
        let token = Keys::read_admin_token(&config.keys.dir)?.unwrap_or_default();
        Ok(Self { http: outbound::client(&options)?, address: reachable(config.server.admin_listen), token })
    }

    /// GET, answered in JSON.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, AskError> {
        self.ask(self.http.get(self.at(path))).await
    }

    /// POST of a form, `name=value`.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, form: impl Into<String>) -> Result<T, AskError> {
        let request = self.http.post(self.at(path)).header("content-type", "application/x-www-form-urlencoded");
        self.ask(request.body(form.into())).await
    }

    fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, AskError> {
        let address = self.address;
        let response = request.bearer_auth(self.token.expose_secret()).send().await.map_err(|error| match error {
            error if error.is_connect() => AskError::Nobody(address),
            _ => AskError::Unreadable(address),
        })?;
        match response.status() {
            StatusCode::OK => response.json().await.map_err(|_| AskError::Unreadable(address)),
            StatusCode::UNAUTHORIZED => Err(AskError::Token(address)),
            status => {
                let said = response.json::<Said>().await.map(|said| said.error_description);
                let said = said.unwrap_or_else(|_| "another program, or another version of this one".to_owned());
                Err(AskError::Refused { address, status: status.as_u16(), said })
            }
        }
    }
}

/// Where a listener is reached from its own machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_on_every_address_is_asked_on_loopback() {
        for (listen, asked) in
            [("0.0.0.0:8081", "127.0.0.1:8081"), ("[::]:1", "[::1]:1"), ("10.0.0.7:8081", "10.0.0.7:8081")]
        {
            assert_eq!(reachable(listen.parse().expect("an address")).to_string(), asked);
        }
    }
}
