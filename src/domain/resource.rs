//! Resource indicators: the addresses by which clients name the services they want access tokens for (RFC 8707 §2).

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

/// A protected resource, by the exact text of its address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Resource(String);

/// Why a text names no resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidResource {
    /// RFC 8707 §2: "an absolute URI, as specified by Section 4.3 of \[RFC3986\]".
    #[error("not an absolute URI")]
    NotAbsolute,
    /// RFC 8707 §2: "The URI MUST NOT include a fragment component".
    #[error("a resource has no fragment")]
    Fragment,
    /// It holds blanks, control characters or others that no URI has (RFC 3986 §2).
    #[error("holds characters that no URI has")]
    Characters,
    /// Longer than [`Resource::LONGEST`].
    #[error("longer than 200 characters")]
    Length,
}

impl Resource {
    /// The longest address in bytes: the audience stands in every access token of the form JWT, and that in a header.
    pub const LONGEST: usize = 200;

    /// Takes the text when it names a resource. Nothing is normalised: it is compared letter by letter.
    pub fn parse(text: &str) -> Result<Self, InvalidResource> {
        if text.len() > Self::LONGEST {
            return Err(InvalidResource::Length);
        }
        let unsafe_ones = |b: u8| matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}');
        if !text.bytes().all(|b| b.is_ascii_graphic() && !unsafe_ones(b)) {
            return Err(InvalidResource::Characters);
        }
        if text.contains('#') {
            return Err(InvalidResource::Fragment);
        }
        Url::parse(text).map_err(|_| InvalidResource::NotAbsolute)?;
        Ok(Self(text.to_owned()))
    }

    /// The exact text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Resource {
    type Error = InvalidResource;

    fn try_from(text: String) -> Result<Self, InvalidResource> {
        Self::parse(&text)
    }
}

impl From<Resource> for String {
    fn from(resource: Resource) -> Self {
        resource.0
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_an_absolute_uri_without_a_fragment() {
        for good in ["https://api.example", "https://api.example/", "https://api.example/a?b=c", "urn:example:api"] {
            assert_eq!(Resource::parse(good).as_ref().map(Resource::as_str), Ok(good));
        }
        for (bad, why) in [
            ("", InvalidResource::NotAbsolute),
            ("api", InvalidResource::NotAbsolute),
            ("/api", InvalidResource::NotAbsolute),
            ("//api.example/", InvalidResource::NotAbsolute),
            ("https://api.example/#", InvalidResource::Fragment),
            ("https://api.example/ x", InvalidResource::Characters),
            ("https://api.example/\u{fc}", InvalidResource::Characters),
            ("https://api.example/\"", InvalidResource::Characters),
        ] {
            assert_eq!(Resource::parse(bad), Err(why), "{bad}");
        }
        let long = format!("https://api.example/{}", "x".repeat(181));
        assert_eq!(Resource::parse(&long), Err(InvalidResource::Length));
        assert!(Resource::parse(&long[..200]).is_ok());
    }
}
