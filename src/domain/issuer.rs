//! The issuer and the addresses that stand below it.

use std::fmt;

use url::Url;

/// The exact `iss` of everything we sign (OpenID Connect Core §2, RFC 8414 §2), and the root of our own addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    url: Url,
    path: String,
}

/// A text that may not be an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// It is not an absolute http or https address with a host.
    #[error("not an absolute https address")]
    NotAnAddress,
    /// It has a query, a fragment, a user or a password.
    #[error("an issuer has no query, no fragment and no user (OpenID Connect Discovery §3)")]
    Extra,
    /// http on a host that is not loopback.
    #[error("https is needed unless the host is loopback")]
    NotHttps,
    /// A slash at the end, a default port, capital letters in the host, dot segments: spelled
    /// otherwise than the address it means, so relying parties would compare unequal texts.
    #[error("write it in its normal form, without a slash at the end and without a default port")]
    NotNormal,
    /// The host holds an underscore, which some libraries read as no host at all.
    #[error("the host name holds an underscore")]
    Underscore,
}

impl Issuer {
    /// Reads an issuer: https (http on loopback only), normal form, no slash at the end.
    pub fn parse(text: &str) -> Result<Self, InvalidIssuer> {
        let url = Url::parse(text).map_err(|_| InvalidIssuer::NotAnAddress)?;
        let host = url.host_str().filter(|h| !h.is_empty()).ok_or(InvalidIssuer::NotAnAddress)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(InvalidIssuer::NotAnAddress);
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidIssuer::Extra);
        }
        if url.scheme() == "http" && !is_loopback(&url) {
            return Err(InvalidIssuer::NotHttps);
        }
        if host.contains('_') {
            return Err(InvalidIssuer::Underscore);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        if format!("{}{path}", url.origin().ascii_serialization()) != text {
            return Err(InvalidIssuer::NotNormal);
        }
        Ok(Self { text: text.to_owned(), url, path })
    }

    /// The exact text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path below which every route stands: empty, or `/…` without a slash at the end.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole address of a route of ours; `route` begins with a slash.
    pub fn address(&self, route: &str) -> String {
        format!("{}{route}", self.text)
    }

    /// The path of a route of ours on this host; `route` begins with a slash.
    pub fn route(&self, route: &str) -> String {
        format!("{}{route}", self.path)
    }

    /// Scheme, host and port as browsers write an origin (RFC 6454 §6.2).
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// `host` or `host:port` when the port is not the default one: what the WeCom console calls a trusted domain.
    pub fn host_and_port(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// Whether browsers reach us by https, so that cookies are `Secure` and prefixed.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether the host is this very machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({})", self.text)
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether an address names this very machine: `localhost`, `127.0.0.0/8` or `::1`.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_taken_only_in_the_spelling_that_relying_parties_compare() {
        for good in
            ["https://login.example.com", "https://nb.example.com/sso", "http://127.0.0.1:8080", "http://[::1]:1"]
        {
            assert!(Issuer::parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("https://login.example.com/", InvalidIssuer::NotNormal),
            ("https://login.example.com:443", InvalidIssuer::NotNormal),
            ("https://Login.example.com", InvalidIssuer::NotNormal),
            ("https://login.example.com/a/../b", InvalidIssuer::NotNormal),
            ("http://login.example.com", InvalidIssuer::NotHttps),
            ("https://login.example.com?x", InvalidIssuer::Extra),
            ("https://a@login.example.com", InvalidIssuer::Extra),
            ("https://log_in.example.com", InvalidIssuer::Underscore),
            ("ftp://login.example.com", InvalidIssuer::NotAnAddress),
            ("login.example.com", InvalidIssuer::NotAnAddress),
        ] {
            assert_eq!(Issuer::parse(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn routes_stand_below_the_path_of_the_issuer() {
        let issuer = Issuer::parse("https://nb.example.com/sso").map_err(|e| e.to_string());
        assert_eq!(issuer.as_ref().map(|i| i.route("/token")), Ok("/sso/token".to_owned()));
        assert_eq!(issuer.map(|i| i.address("/token")), Ok("https://nb.example.com/sso/token".to_owned()));
    }
}
