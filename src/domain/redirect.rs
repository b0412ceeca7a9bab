//! Redirection addresses of relying parties: compared as exact texts (RFC 9700 §2.1, RFC 3986 §6.2.1).

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// An address that a client registered and that a browser may be sent to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RedirectUri(String);

/// Why an address may not be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRedirectUri {
    /// It cannot be read, or has no host where it needs one.
    #[error("not an absolute address")]
    NotAbsolute,
    /// A fragment is not allowed (RFC 6749 §3.1.2).
    #[error("a redirection address has no fragment")]
    Fragment,
    /// http is for loopback only; `javascript:`, `data:` and other schemes that run in a browser are refused.
    #[error("https is needed (http on loopback, or a private-use scheme with a dot for native clients)")]
    Scheme,
    /// User and password before the host hide where the address leads.
    #[error("no user or password before the host")]
    UserInfo,
    /// It holds blanks, control characters, backslashes, `*` or non-ASCII characters.
    #[error("only visible ASCII characters, without backslash and wildcard")]
    Characters,
}

impl RedirectUri {
    /// Checks an address of the configuration. `loopback_http` allows http on loopback (when the
    /// issuer is loopback, or for native clients, RFC 8252 §7.3); `native` allows private-use schemes (§7.1).
    pub fn register(text: &str, loopback_http: bool, native: bool) -> Result<Self, InvalidRedirectUri> {
        if !text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\' && b != b'*') {
            return Err(InvalidRedirectUri::Characters);
        }
        let url = Url::parse(text).map_err(|_| InvalidRedirectUri::NotAbsolute)?;
        if url.fragment().is_some() || text.contains('#') {
            return Err(InvalidRedirectUri::Fragment);
        }
        match url.scheme() {
            "https" => {}
            "http" if loopback_http && super::issuer::is_loopback(&url) => {}
            // RFC 8252 §7.1: reverse-domain names, so never `javascript` or `data`.
            scheme if native && scheme.contains('.') => return Ok(Self(text.to_owned())),
            _ => return Err(InvalidRedirectUri::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidRedirectUri::UserInfo);
        }
        if !has_plain_host(&url) {
            return Err(InvalidRedirectUri::Characters);
        }
        Ok(Self(text.to_owned()))
    }

    /// The exact text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a request names this address: byte for byte, except that a native client's loopback
    /// address may use any port (RFC 8252 §7.3).
    pub fn matches(&self, requested: &str, native: bool) -> bool {
        self.0 == requested || (native && self.matches_on_another_port(requested))
    }

    fn matches_on_another_port(&self, requested: &str) -> bool {
        // The IP literals only: `localhost` may resolve elsewhere (RFC 8252 §8.3).
        ["http://127.0.0.1", "http://[::1]"].into_iter().any(|host| {
            let rest = |text: &str| -> Option<String> {
                let tail = text.strip_prefix(host)?;
                let tail = match tail.strip_prefix(':') {
                    Some(after) => {
                        let path = after.find(['/', '?']).unwrap_or(after.len());
                        let (port, path) = after.split_at(path);
                        port.parse::<u16>().ok().filter(|_| port.bytes().all(|b| b.is_ascii_digit()))?;
                        path
                    }
                    None => tail,
                };
                (tail.is_empty() || tail.starts_with(['/', '?'])).then(|| tail.to_owned())
            };
            matches!((rest(&self.0), rest(requested)), (Some(a), Some(b)) if a == b)
        })
    }

    /// The origin that a page may post to, as a Content-Security-Policy source; `None` for private-use schemes.
    pub fn origin(&self) -> Option<String> {
        let url = Url::parse(&self.0).ok()?;
        url.has_host().then(|| url.origin().ascii_serialization())
    }
}

/// Whether the host is made of what names of hosts are made of (RFC 1123 §2.1, and the underscore that some have). A URL
/// lets `;`, `,`, `'` and `*` pass, with which an origin would say something else in a Content-Security-Policy (threat 27).
pub fn has_plain_host(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_3_addresses_that_run_in_the_browser_cannot_be_registered() {
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "http://a.example/cb",
            "https://a.example/cb#x",
            "/cb",
            "https://u@a.example/",
            "https://a.example\\b",
            "https://*.example/",
            "https://a.example;sandbox/cb",
            "https://a.example,b.example/cb",
        ] {
            assert!(RedirectUri::register(bad, true, true).is_err(), "{bad}");
        }
        assert!(RedirectUri::register("https://nb.example.com/api/oidc:redirect", false, false).is_ok());
    }

    #[test]
    fn threat_2_near_misses_are_not_the_registered_address() -> Result<(), InvalidRedirectUri> {
        let uri = RedirectUri::register("https://a.example/cb", false, false)?;
        for near in [
            "https://a.example/cb/",
            "https://A.example/cb",
            "https://a.example:443/cb",
            "https://a.example/%63b",
            "https://a.example/x/../cb",
            "https://a.example/cb?x",
            "https://a.example/cb#",
            "https://a.example@evil.example/cb",
        ] {
            assert!(!uri.matches(near, true), "{near}");
        }
        assert!(uri.matches("https://a.example/cb", false));
        Ok(())
    }

    #[test]
    fn only_native_clients_may_choose_the_port_and_only_on_loopback_literals() -> Result<(), InvalidRedirectUri> {
        let uri = RedirectUri::register("http://127.0.0.1/cb", true, true)?;
        assert!(uri.matches("http://127.0.0.1:49152/cb", true));
        assert!(!uri.matches("http://127.0.0.1:49152/cb", false));
        for near in [
            "http://127.0.0.1:1@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:1/cb?x",
            "http://localhost:1/cb",
        ] {
            assert!(!uri.matches(near, true), "{near}");
        }
        Ok(())
    }
}
