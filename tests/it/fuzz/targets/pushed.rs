//! The body of a pushed authorization request, and the reference that a browser brings (threats 1 to 5, 9, 48).

use wecom_oidc::oidc::authorize::read;
use wecom_oidc::oidc::error::ErrorCode;
use wecom_oidc::oidc::introspection::asks_for_signed;
use wecom_oidc::oidc::par::{self, NotKept, PREFIX};
use wecom_oidc::oidc::params::Params;

use super::house::{House, house};
use super::plain::assert_error;

pub fn pushed(data: &[u8]) {
    let house = house();
    assert_accept_is_read_by_its_names(data);
    let Ok(params) = Params::parse(&house.fill_in(data)) else { return };
    if let Some(text) = par::reference(&params) {
        // Nobody ever handed it out.
        let accepted = house.runtime.block_on(par::accept(house.provider(), &params, text));
        assert_error(&accepted.expect_err("a made-up reference is none"));
    }
    let by_browser = house.runtime.block_on(read(house.provider(), &params)).ok();
    for client in house.provider().config.clients.values() {
        match house.runtime.block_on(par::push(house.provider(), client, &params)) {
            Err(NotKept::TooMany) => panic!("whatever is kept is used at once"),
            Err(NotKept::Refused(error)) => {
                assert_error(&error);
                let same_client = by_browser.as_ref().is_some_and(|(asks, _)| asks.client_id == client.client_id);
                assert!(!same_client, "one table of checks: {error}");
            }
            Ok(kept) => {
                let (asks, request) = by_browser.as_ref().expect("one table of checks");
                assert_eq!(asks.client_id, client.client_id);
                assert_used_once(house, asks.client_id.as_str(), &kept.request_uri, request);
            }
        }
    }
}

/// By its own client once, and by nobody else at all.
fn assert_used_once(
    house: &House,
    client: &str,
    request_uri: &str,
    request: &wecom_oidc::oidc::authorize::AuthorizationRequest,
) {
    let text = request_uri.strip_prefix(PREFIX).expect("our own form");
    assert_eq!(text.len(), 43);
    let bring = |client: &str| {
        let query = format!("client_id={client}&request_uri={request_uri}&state=another");
        let params = Params::parse(query.as_bytes()).expect("a query");
        house.runtime.block_on(par::accept(house.provider(), &params, text))
    };
    for other in house.provider().config.clients.keys().filter(|id| id.as_str() != client) {
        assert_eq!(bring(other.as_str()).err().map(|error| error.code), Some(ErrorCode::InvalidRequestUri));
    }
    assert_eq!(bring(client).as_ref(), Ok(request));
    assert_eq!(bring(client).err().map(|error| error.code), Some(ErrorCode::InvalidRequestUri));
}

/// The `Accept` of an introspection: the signed form only where its name stands there.
fn assert_accept_is_read_by_its_names(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if asks_for_signed(text) {
        assert!(text.to_ascii_lowercase().contains("application/token-introspection+jwt"));
    }
}
