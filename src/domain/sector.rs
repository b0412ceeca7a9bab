//! Sectors of pairwise subjects (OpenID Connect Core §8.1): who shares one name for a person.

use serde::{Deserialize, Serialize};
use url::Url;

use super::redirect::RedirectUri;

/// The one host of a client's redirection addresses. Clients of one sector know a member by the same `sub`,
/// those of different sectors cannot tell that they speak of the same person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sector(String);

/// Why redirection addresses make no sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSector {
    /// Core §8.1: with several hosts a `sector_identifier_uri` would have to say which; we have none.
    #[error("pairwise subjects need redirect_uris of one host")]
    SeveralHosts,
    /// A private-use scheme has no host.
    #[error("pairwise subjects need redirect_uris that have a host")]
    NoHost,
}

impl Sector {
    /// The sector of these addresses. The port does not count, nor does the case of the host (RFC 3986 §3.2.2).
    pub fn of(addresses: &[RedirectUri]) -> Result<Self, NoSector> {
        let host = |uri: &RedirectUri| {
            let url = Url::parse(uri.as_str()).map_err(|_| NoSector::NoHost)?;
            let web = matches!(url.scheme(), "http" | "https");
            url.host_str().filter(|_| web).map(str::to_owned).ok_or(NoSector::NoHost)
        };
        let (first, others) = addresses.split_first().ok_or(NoSector::NoHost)?;
        let first = host(first)?;
        for other in others {
            if host(other)? != first {
                return Err(NoSector::SeveralHosts);
            }
        }
        Ok(Self(first))
    }

    /// The host.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sector(addresses: &[&str]) -> Result<String, NoSector> {
        let addresses: Vec<_> = addresses.iter().map(|a| RedirectUri::register(a, true, true).unwrap()).collect();
        Sector::of(&addresses).map(|sector| sector.as_str().to_owned())
    }

    #[test]
    fn the_one_host_of_the_addresses_is_the_sector() {
        let same = ["https://a.example/cb", "https://A.example:8443/other?x=1"];
        assert_eq!(sector(&same).as_deref(), Ok("a.example"));
        assert_eq!(sector(&["http://127.0.0.1/cb", "http://127.0.0.1:9/cb"]).as_deref(), Ok("127.0.0.1"));
        assert_eq!(sector(&["https://a.example/cb", "https://b.example/cb"]), Err(NoSector::SeveralHosts));
        assert_eq!(sector(&["https://a.example/cb", "https://x.a.example/cb"]), Err(NoSector::SeveralHosts));
        assert_eq!(sector(&["com.example.app:/cb"]), Err(NoSector::NoHost));
        assert_eq!(sector(&["com.example.app://a.example/cb"]), Err(NoSector::NoHost));
        assert_eq!(sector(&[]), Err(NoSector::NoHost));
    }
}
