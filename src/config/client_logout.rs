//! Where a client is told of a sign-out: by its server (Back-Channel Logout 1.0 §2.2), or by the browser
//! (Front-Channel Logout 1.0 §2).

use url::Url;

use super::address::{PlainHttp, Shape};
use super::section::Section;

/// `backchannel_logout_uri`: an address without a fragment.
pub(super) fn backchannel(section: &Section<'_>, loopback: bool) -> Option<Url> {
    session_required(section, "backchannel_logout_session_required", "backchannel_logout_uri");
    section.address("backchannel_logout_uri", http(loopback), Shape::Page).map(|found| found.value)
}

/// `frontchannel_logout_uri`: scheme, host and port are those of a redirection address, so that a page of ours frames
/// nobody but the client itself.
pub(super) fn frontchannel(section: &Section<'_>, loopback: bool) -> Option<Url> {
    session_required(section, "frontchannel_logout_session_required", "frontchannel_logout_uri");
    let found = section.address("frontchannel_logout_uri", http(loopback), Shape::Page)?;
    let registered = section.texts("redirect_uris").map(|list| list.value).unwrap_or_default();
    let origins = || registered.iter().filter_map(|text| Url::parse(&text.value).ok()).map(|url| url.origin());
    if !origins().any(|origin| origin == found.value.origin()) {
        let what = "has not scheme, host and port of a redirection address of this client";
        section.reading.error(&found.place, what, "name an address beside one of its redirect_uris");
        return None;
    }
    Some(found.value)
}

/// The flags ask for nothing that is not done anyway: `sid`, and `iss` beside it, are always sent.
fn session_required(section: &Section<'_>, flag: &str, address: &str) {
    let asked = section.flag(flag).filter(|found| found.value);
    if let Some(found) = asked.filter(|_| !section.has(address)) {
        let what = format!("asks for nothing without {address}");
        section.reading.warning(&found.place, what, format!("write {address}, or take this out"));
    }
}

const fn http(loopback: bool) -> PlainHttp {
    if loopback { PlainHttp::OnLoopback } else { PlainHttp::Never }
}

#[cfg(test)]
mod tests {
    use super::super::report::Severity::{Error, Warning};
    use super::super::testing::{GOOD, assert_only, problems, read, with_client};

    const BACK: &str = "clients[0].backchannel_logout_uri";
    const FRONT: &str = "clients[0].frontchannel_logout_uri";

    #[test]
    fn both_addresses_are_https_without_a_fragment() {
        let good = "backchannel_logout_uri = \"https://inside.example/out?x=1\"\nbackchannel_logout_session_required = true\n\
                    frontchannel_logout_uri = \"https://nb.example.com/out?x=1\"\nfrontchannel_logout_session_required = true";
        let loaded = read(&with_client(good)).expect("good");
        let client = loaded.config.clients.values().next().expect("one").clone();
        assert_eq!(
            client.backchannel_logout_uri.as_ref().map(url::Url::as_str),
            Some("https://inside.example/out?x=1")
        );
        assert_eq!(
            client.frontchannel_logout_uri.as_ref().map(url::Url::as_str),
            Some("https://nb.example.com/out?x=1")
        );
        for bad in ["http://127.0.0.1/out", "https://nb.example.com/out#x", "https://u:p@nb.example.com/", "/out"] {
            assert_only(&with_client(&format!("backchannel_logout_uri = \"{bad}\"")), BACK, 12, Error);
            assert_only(&with_client(&format!("frontchannel_logout_uri = \"{bad}\"")), FRONT, 12, Error);
        }
    }

    #[test]
    fn threat_27_no_host_says_anything_to_a_content_security_policy() {
        for bad in ["https://nb.example.com;sandbox/out", "https://*.example.com/out", "https://a.example,b/out"] {
            assert_only(&with_client(&format!("frontchannel_logout_uri = \"{bad}\"")), FRONT, 12, Error);
            assert_only(&with_client(&format!("backchannel_logout_uri = \"{bad}\"")), BACK, 12, Error);
        }
    }

    #[test]
    fn on_loopback_plain_http_will_do_for_this_machine_alone() {
        let local = |address: &str| {
            GOOD.replace("https://login.example.com", "http://127.0.0.1:8080")
                + &format!("backchannel_logout_uri = \"{address}\"\n")
        };
        assert!(read(&local("http://127.0.0.1:9000/out")).is_ok());
        assert_only(&local("http://inside.example/out"), BACK, 12, Error);
    }

    #[test]
    fn a_front_channel_is_of_the_origin_of_a_redirection_address() {
        for bad in ["https://nb.example.com:8443/out", "https://other.example.com/out", "https://example.com/out"] {
            assert_only(&with_client(&format!("frontchannel_logout_uri = \"{bad}\"")), FRONT, 12, Error);
        }
    }

    #[test]
    fn a_session_that_is_required_without_an_address_is_warned_of() {
        for channel in ["backchannel", "frontchannel"] {
            let key = format!("{channel}_logout_session_required");
            assert_only(&with_client(&format!("{key} = true")), &format!("clients[0].{key}"), 12, Warning);
            assert_eq!(problems(&with_client(&format!("{key} = false"))), []);
        }
    }
}
