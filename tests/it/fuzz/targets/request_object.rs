//! Request objects: the bytes as a JWT, and as the claims of one that the client's own key signed (threats 1, 4, 12, 13, 28).

use serde_json::Value;
use url::form_urlencoded::Serializer;
use wecom_oidc::oidc::authorize::{Failed, read, request_object};
use wecom_oidc::oidc::params::Params;

use super::house::{House, SIGNING, house};
use super::plain::assert_error;

pub fn request_object(data: &[u8]) {
    let house = house();
    let data = house.fill_in(data);
    let Ok(text) = std::str::from_utf8(&data) else { return };
    if let Some(inside) = opened(house, text) {
        assert_eq!(text, house.object, "nobody else has the key");
        assert_eq!(inside.get("state"), Some("state of the genuine object"));
    }
    let Some(inside) = opened(house, &house.sign(text)) else { return };
    let claims: Value = serde_json::from_str(text).expect("claims are JSON");
    assert_eq!((claims["iss"].as_str(), inside.get("client_id")), (Some(SIGNING), Some(SIGNING)));
    assert_eq!(claims["client_id"], SIGNING);
    assert!(["request", "request_uri", "iss", "aud", "exp", "jti", "sub"].iter().all(|name| !inside.has(name)));
    for (name, value) in inside.iter() {
        let same = match &claims[name] {
            Value::String(text) => text == value,
            Value::Array(list) => name == "resource" && list.first().is_some_and(|first| first == value),
            Value::Number(number) => number.to_string() == value,
            // Written again, an object is the same one.
            object @ Value::Object(_) => serde_json::from_str::<Value>(value).is_ok_and(|again| again == *object),
            _ => false,
        };
        assert!(same, "{name}: {value}");
    }
}

/// The parameters of an object, after the whole way in was tried with it as well.
fn opened(house: &House, jwt: &str) -> Option<Params> {
    let query = Serializer::new(String::new()).append_pair("client_id", SIGNING).append_pair("request", jwt).finish();
    let outside = Params::parse(query.as_bytes()).expect("what we write can be read");
    let provider = house.provider();
    let registered = &provider.client(SIGNING).expect("a client").redirect_uris;
    match house.runtime.block_on(read(provider, &outside)) {
        Err(Failed::Page(error)) => assert_error(&error),
        Err(Failed::Answer(to, error)) => {
            assert_error(&error);
            assert!(registered.contains(&to.redirect_uri));
        }
        Ok((_, request)) => assert!(registered.contains(&request.to.redirect_uri)),
    }
    let client = provider.client(SIGNING).expect("a client");
    let opened = house.runtime.block_on(request_object::open(provider, client, &outside));
    opened.inspect_err(|refused| assert_error(&refused.error)).ok()
}
