//! The form of a token request, a revocation and an introspection (threats 4, 11, 28, 36, 42).

use std::collections::BTreeMap;

use serde_json::json;
use wecom_oidc::oidc::client_auth::Credentials;
use wecom_oidc::oidc::introspection::{self, Described};
use wecom_oidc::oidc::params::Params;
use wecom_oidc::oidc::revocation::revoke;
use wecom_oidc::oidc::token;

use super::house::house;
use super::plain::assert_error;

pub fn form(data: &[u8]) {
    let Ok(params) = Params::parse(data) else { return };
    assert_read_as_the_whole_web_reads_it(data, &params);
    match Credentials::read(None, &params) {
        Err(error) => assert_error(&error),
        Ok(credentials) => {
            let named = params.get("client_id");
            assert!(named == Some(&credentials.client_id) || params.has("client_assertion"));
            assert!(!credentials.used_header() && !params.is_doubled("client_secret"));
        }
    }
    let house = house();
    for client in house.provider().config.clients.values() {
        // Nothing was ever handed out here, so nothing can be bought.
        let answer = house.runtime.block_on(token::answer(house.provider(), client, &params));
        assert_error(&answer.err().expect("no code and no token is any good"));
        let revoked = house.runtime.block_on(revoke(house.provider(), client, &params));
        let described = house.runtime.block_on(introspection::answer(house.provider(), client, &params, ""));
        match params.get("token").filter(|_| !params.any_doubled()) {
            Some(_) => assert_eq!(revoked, Ok(())),
            None => assert_error(&revoked.expect_err("there is no one token")),
        }
        match described {
            Ok(Described::Plain(claims)) => assert_eq!(serde_json::Value::from(claims), json!({ "active": false })),
            Ok(signed) => panic!("nobody asked for it: {signed:?}"),
            Err(error) => assert_error(&error),
        }
    }
}

/// What is accepted reads as by the URL Standard's own parser, which forgives more: each name once with its first value.
fn assert_read_as_the_whole_web_reads_it(data: &[u8], params: &Params) {
    let behind = |at: usize| data.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
    assert!(data.iter().enumerate().all(|(at, b)| *b != b'%' || behind(at)), "half a percent sign");
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(data) {
        values.entry(name.into_owned()).or_default().push(value.into_owned());
    }
    assert!(values.values().map(Vec::len).sum::<usize>() <= 64);
    let doubled = |name: &str, values: &[String]| values.len() > 1 && name != "resource";
    assert_eq!(params.any_doubled(), values.iter().any(|(name, values)| doubled(name, values)));
    let resources = values.get("resource").into_iter().flatten().map(String::as_str);
    assert!(params.resources().eq(resources.filter(|value| !value.is_empty())));
    for (name, values) in values {
        assert!(params.has(&name));
        assert_eq!(params.is_doubled(&name), doubled(&name, &values), "{name}");
        assert_eq!(params.get(&name), Some(values[0].as_str()).filter(|value| !value.is_empty()), "{name}");
    }
}
