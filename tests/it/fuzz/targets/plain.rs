//! What must hold of every error and every address that leaves the house.

use wecom_oidc::oidc::error::OauthError;
use wecom_oidc::oidc::params::Params;

/// RFC 6749 §4.1.2.1 and §5.2: printable ASCII without `"` and `\`.
pub fn assert_error(error: &OauthError) {
    let plain = |text: &str| text.bytes().all(|b| matches!(b, 0x20..=0x7e) && b != b'"' && b != b'\\');
    assert!(!error.description.is_empty() && plain(error.description), "{error:?}");
    assert!(!error.code.as_str().is_empty() && plain(error.code.as_str()), "{error:?}");
}

/// A `Location`: nothing in it ends a header line, and it begins with what it was made from.
pub fn assert_location(location: &str, base: &str) {
    assert!(location.bytes().all(|b| b.is_ascii_graphic()), "{location:?}");
    assert!(location.starts_with(base), "{location:?} does not begin with {base:?}");
}

/// What was added to an address, read as the other side would.
pub fn added(location: &str, base: &str) -> Params {
    let tail = location.strip_prefix(base).unwrap_or_default();
    assert!(tail.is_empty() || tail.starts_with(['?', '&', '#']), "{location:?}");
    Params::parse(tail.get(1..).unwrap_or_default().as_bytes()).expect("what we write can be read")
}
