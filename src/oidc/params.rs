//! Parameters of a request: decoded strictly, counted, bounded, each at most once but `resource`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use percent_encoding::percent_decode;

/// The most parameters a request may have.
const MOST: usize = 64;

/// The one parameter that may come more than once (RFC 8707 §2).
const REPEATABLE: &str = "resource";

/// The decoded parameters of a query or a form body.
///
/// A parameter without a value counts as absent, one given twice is remembered as such
/// (RFC 6749 §3.1: it "MUST NOT be included more than once"), and of `resource` every value is kept (RFC 8707 §2).
#[derive(Clone, Debug, Default)]
pub struct Params {
    values: BTreeMap<String, String>,
    doubled: Vec<String>,
    /// The values of `resource` behind the first.
    further: Vec<String>,
}

/// A query or body that cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A percent sign without two digits, or bytes that are not UTF-8.
    #[error("badly encoded parameter")]
    Encoding,
    /// More than 64 parameters.
    #[error("too many parameters")]
    TooMany,
}

impl Params {
    /// Reads `application/x-www-form-urlencoded` bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut params = Self::default();
        let mut count = 0;
        for pair in bytes.split(|b| *b == b'&').filter(|p| !p.is_empty()) {
            count += 1;
            if count > MOST {
                return Err(Unreadable::TooMany);
            }
            let (name, value) = match pair.iter().position(|b| *b == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &pair[..0]),
            };
            params.add(decode(name)?, decode(value)?);
        }
        Ok(params)
    }

    fn add(&mut self, name: String, value: String) {
        match self.values.entry(name) {
            Entry::Vacant(free) => {
                free.insert(value);
            }
            Entry::Occupied(taken) if taken.key() == REPEATABLE => self.further.push(value),
            Entry::Occupied(taken) if !self.doubled.contains(taken.key()) => self.doubled.push(taken.key().clone()),
            Entry::Occupied(_) => {}
        }
    }

    /// The value, unless it is absent or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }

    /// Every value of `resource` that is not empty, in order; as many as a request may have parameters, no more.
    pub fn resources(&self) -> impl Iterator<Item = &str> {
        let further = self.further.iter().map(String::as_str).filter(|v| !v.is_empty());
        self.get(REPEATABLE).into_iter().chain(further)
    }

    /// Whether the parameter is there, with or without a value.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Whether the parameter came more than once; never so of `resource`, which may.
    pub fn is_doubled(&self, name: &str) -> bool {
        self.doubled.iter().any(|d| d == name)
    }

    /// Whether any parameter came more than once that may not.
    pub fn any_doubled(&self) -> bool {
        !self.doubled.is_empty()
    }
}

/// Decodes one name or value: `+` is a blank, `%` needs two hexadecimal digits, the result is UTF-8.
pub fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| *b == b'%') {
        let hex = rest.get(at + 1..at + 3).ok_or(Unreadable::Encoding)?;
        if !hex.iter().all(u8::is_ascii_hexdigit) {
            return Err(Unreadable::Encoding);
        }
        rest = &rest[at + 3..];
    }
    if !bytes.iter().any(|b| matches!(b, b'%' | b'+')) {
        return String::from_utf8(bytes.to_vec()).map_err(|_| Unreadable::Encoding);
    }
    let blanks: Vec<u8> = bytes.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    String::from_utf8(percent_decode(&blanks).collect()).map_err(|_| Unreadable::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_once_and_byte_exact() {
        let params = Params::parse(b"state=token%253Dx%2526y&a+b=c%2Bd");
        let params = params.as_ref();
        assert_eq!(params.map(|p| p.get("state")), Ok(Some("token%3Dx%26y")));
        assert_eq!(params.map(|p| p.get("a b")), Ok(Some("c+d")));
    }

    #[test]
    fn threat_4_a_doubled_parameter_is_noticed() {
        let params = Params::parse(b"a=1&b=2&a=1").unwrap_or_default();
        assert!(params.is_doubled("a") && !params.is_doubled("b") && params.any_doubled());
    }

    #[test]
    fn threat_4_resource_alone_may_be_repeated_and_every_value_is_kept() {
        let params = Params::parse(b"resource=a&x=1&resource=&resource=b&resource=a").unwrap_or_default();
        assert_eq!(params.resources().collect::<Vec<_>>(), ["a", "b", "a"]);
        assert!(!params.any_doubled() && !params.is_doubled("resource") && params.has("resource"));
        let params = Params::parse(b"resource=&Resource=1&resource=b&Resource=2").unwrap_or_default();
        assert_eq!(params.resources().collect::<Vec<_>>(), ["b"]);
        assert!(params.is_doubled("Resource"));
        let endless = "resource=a&".repeat(65);
        assert_eq!(Params::parse(endless.as_bytes()).err(), Some(Unreadable::TooMany));
    }

    #[test]
    fn what_is_badly_encoded_or_endless_is_refused() {
        for bad in ["a=%", "a=%4", "a=%zz", "a=%ff", "%C3=1"] {
            assert_eq!(Params::parse(bad.as_bytes()).err(), Some(Unreadable::Encoding), "{bad}");
        }
        let endless = "a=1&".repeat(20_000);
        assert_eq!(Params::parse(endless.as_bytes()).err(), Some(Unreadable::TooMany));
    }

    #[test]
    fn a_parameter_without_a_value_counts_as_absent() {
        let params = Params::parse(b"prompt=&max_age").unwrap_or_default();
        assert_eq!((params.get("prompt"), params.get("max_age"), params.has("prompt")), (None, None, true));
    }
}
