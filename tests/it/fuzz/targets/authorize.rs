//! The query of an authorization request (threats 1 to 5, 28).

use url::Url;
use wecom_oidc::config::Client;
use wecom_oidc::domain::client::ApplicationType;
use wecom_oidc::domain::scope::Scope;
use wecom_oidc::login::errand::Errand;
use wecom_oidc::login::{CookieChange, Stop};
use wecom_oidc::oidc::answer::{ResponseMode, ReturnAddress};
use wecom_oidc::oidc::authorize::{AuthorizationRequest, Failed, Way, check};
use wecom_oidc::oidc::claims::RELEASABLE;
use wecom_oidc::oidc::params::Params;

use super::house::{House, house};
use super::plain::{added, assert_error, assert_location};

/// Of the house.
const ISSUER: &str = "https://login.example.com";

pub fn authorize(data: &[u8]) {
    let house = house();
    let Ok(params) = Params::parse(&house.fill_in(data)) else { return };
    match check(house.provider(), &params, Way::Browser) {
        Err(Failed::Page(error)) => assert_error(&error),
        Err(Failed::Answer(to, error)) => {
            assert_error(&error);
            assert_leads_home(house, &to, &params);
        }
        Ok((client, request)) => {
            assert_leads_home(house, &request.to, &params);
            assert_kept_what_was_asked(&client, &request, &params);
            assert_fits_its_cookie_unchanged(house, request);
        }
    }
}

/// Only to an address that this client registered, and with the client's own `state`.
fn assert_leads_home(house: &House, to: &ReturnAddress, params: &Params) {
    let uri = params.get("redirect_uri").expect("there is an address");
    let client = params.get("client_id").and_then(|id| house.provider().client(id)).expect("there is a client");
    assert!(!params.is_doubled("redirect_uri") && !params.is_doubled("client_id"));
    assert_eq!(to.redirect_uri.as_str(), uri);
    let registered = client.redirect_uris.iter().any(|known| known.as_str() == uri);
    assert!(registered || is_a_port_of_ones_own(client, uri), "{uri}");
    if let Some(state) = &to.state {
        assert_eq!(Some(state.as_str()), params.get("state"));
        assert!(state.len() <= 2_048 && !state.chars().any(char::is_control));
    }
    let issuer = house.provider().issuer();
    let answer = to.code(issuer, "the-code");
    let location = answer.location();
    assert_location(&location, uri);
    let read = added(&location, uri);
    assert!(!read.any_doubled());
    assert_eq!((read.get("code"), read.get("iss")), (Some("the-code"), Some(issuer)));
    assert_eq!(read.get("state"), to.state.as_deref().filter(|state| !state.is_empty()));
    assert_eq!(location.contains('#'), answer.mode == ResponseMode::Fragment);
}

/// RFC 8252 §7.3, read with another parser.
fn is_a_port_of_ones_own(client: &Client, uri: &str) -> bool {
    let Ok(mut requested) = Url::parse(uri) else { return false };
    let loopback = matches!(requested.host_str(), Some("127.0.0.1" | "[::1]"));
    let plain = requested.username().is_empty() && requested.password().is_none() && requested.fragment().is_none();
    requested.set_port(None).expect("a host");
    client.application_type == ApplicationType::Native
        && loopback
        && plain
        && client.redirect_uris.iter().any(|known| Url::parse(known.as_str()).is_ok_and(|known| known == requested))
}

fn assert_kept_what_was_asked(client: &Client, request: &AuthorizationRequest, params: &Params) {
    assert!(!params.any_doubled(), "a doubled parameter passed");
    assert!(["request", "request_uri", "registration"].iter().all(|name| !params.has(name)));
    assert_eq!(params.get("response_type"), Some("code"));
    assert_eq!(request.client, client.client_id);
    assert!(request.scopes.has(Scope::OpenId) && client.scopes.with(Scope::OpenId).covers(request.scopes));
    assert_eq!(request.nonce.as_deref(), params.get("nonce"));
    assert!(request.nonce.as_ref().is_none_or(|nonce| nonce.len() <= 512 && !nonce.chars().any(char::is_control)));
    assert_eq!(request.code_challenge.as_deref(), params.get("code_challenge"));
    assert!(request.code_challenge.is_some() || !client.require_pkce);
    assert!(request.code_challenge.as_ref().is_none_or(|challenge| challenge.len() == 43));
    assert_eq!(request.max_age.is_some(), params.get("max_age").is_some());
    let registered = |text: &str| client.resources.iter().any(|known| known.as_str() == text) || text == ISSUER;
    assert!(params.resources().all(registered), "a resource of somebody else passed");
    for (at, resource) in request.resources.iter().enumerate() {
        assert!(params.resources().any(|text| text == resource.as_str()));
        assert!(!request.resources[..at].contains(resource), "{resource} twice");
    }
    let only_us = params.resources().all(|text| text == ISSUER);
    assert_eq!(request.resources.is_empty(), only_us, "our own issuer alone is written as nothing");
    let mut claims = request.claims.id_token.iter().filter(|name| *name != "acr").chain(&request.claims.userinfo);
    assert!(claims.all(|name| RELEASABLE.contains(&name.as_str())));
    assert!(!request.claims.userinfo.contains("acr"));
}

/// Written into the transaction's cookie and read back, a request is the same.
fn assert_fits_its_cookie_unchanged(house: &House, request: AuthorizationRequest) {
    let login = &house.app.login;
    let errand = Errand::Authorize(Box::new(request));
    let outcome = match login.carry(errand.clone()) {
        Ok(outcome) => outcome,
        Err(Stop::Failed(error)) => return assert_error(&error),
        Err(Stop::StartAgain) => panic!("a request that was checked can begin"),
    };
    let mut binding = None;
    for change in outcome.cookies {
        match change {
            CookieChange::Binding(id, value, _) => binding = Some((id, value)),
            CookieChange::Sealed(id, sealed, _) => {
                let (of, binding) = binding.take().expect("the first cookie comes first");
                assert_eq!(of, id);
                assert!("__Secure-login".len() + sealed.len() <= 3_800);
                let held = login.open(&id, Some(&binding), Some(&sealed)).expect("our own opens");
                assert_eq!(held.transaction.errand, errand);
                assert!(login.open(&id, Some(&sealed[..43]), Some(&sealed)).is_err());
            }
            _ => {}
        }
    }
}
