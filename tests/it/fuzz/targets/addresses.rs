//! Addresses: the issuer's, and those that clients register (threats 2, 3).

use url::Url;
use wecom_oidc::domain::issuer::{Issuer, is_loopback};
use wecom_oidc::domain::redirect::RedirectUri;

pub fn addresses(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for (loopback_http, native) in [(false, false), (true, false), (true, true)] {
        if let Ok(uri) = RedirectUri::register(text, loopback_http, native) {
            assert_registered(&uri, text, loopback_http, native);
        }
    }
    if let Ok(issuer) = Issuer::parse(text) {
        assert_issuer(&issuer, text);
    }
}

fn assert_registered(uri: &RedirectUri, text: &str, loopback_http: bool, native: bool) {
    assert_eq!(uri.as_str(), text, "kept letter by letter");
    assert!(text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains(['\\', '*', '#']));
    let url = Url::parse(text).expect("an address");
    let private_use = native && url.scheme().contains('.');
    assert!(!matches!(url.scheme(), "javascript" | "data" | "vbscript" | "file" | "blob" | "about"));
    if !private_use {
        assert!(url.scheme() == "https" || (url.scheme() == "http" && loopback_http && is_loopback(&url)));
        assert!(url.has_host() && url.username().is_empty() && url.password().is_none());
        assert!(uri.origin().is_some_and(|origin| Url::parse(&origin).is_ok_and(|read| read.origin() == url.origin())));
    }
    assert!(uri.matches(text, native));
    for near in
        [format!("{text}/"), format!("{text}#"), format!("{text}?"), format!("{text}%20"), text.replace("://", "://x@")]
    {
        assert!(near == text || !uri.matches(&near, native), "{near}");
    }
}

fn assert_issuer(issuer: &Issuer, text: &str) {
    assert_eq!(issuer.as_str(), text);
    assert_eq!(Issuer::parse(issuer.as_str()).as_ref(), Ok(issuer));
    assert!(issuer.is_https() || issuer.is_loopback());
    assert!(!text.ends_with('/') && !issuer.path().ends_with('/') && text.bytes().all(|b| b.is_ascii_graphic()));
    assert_eq!(format!("{}{}", issuer.origin(), issuer.path()), text);
    let below = Url::parse(&issuer.address("/token")).expect("an address");
    assert_eq!(below.path(), issuer.route("/token"));
    assert_eq!(below.origin().ascii_serialization(), issuer.origin());
    assert!(issuer.origin().ends_with(&issuer.host_and_port()));
}
