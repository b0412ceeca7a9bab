//! `Authorization: Basic` with form-encoded halves (RFC 6749 §2.3.1; threat 11).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded::{Serializer, byte_serialize, parse};
use wecom_oidc::oidc::client_auth::Credentials;
use wecom_oidc::oidc::error::ErrorCode;
use wecom_oidc::oidc::params::Params;

use super::plain::assert_error;

pub fn basic(data: &[u8]) {
    let credentials = match Credentials::read(Some(data), &Params::default()) {
        Ok(credentials) => credentials,
        Err(error) => return assert_error(&error),
    };
    assert!(credentials.used_header() && data.len() <= 4_096);
    let (id, secret) = pair(data);
    assert_eq!(credentials.client_id, id);

    let again = STANDARD.encode(format!("{}:{}", encoded(&id), encoded(&secret)));
    let again = Credentials::read(Some(format!("Basic {again}").as_bytes()), &Params::default());
    if data.len() < 1_000 {
        assert_eq!(again.ok().map(|credentials| credentials.client_id), Some(id.clone()), "what we write can be read");
    }
    // The same pair in the body passes beside the header, and no other does: so the secret was read as well.
    assert!(Credentials::read(Some(data), &body(&id, &secret)).is_ok());
    for (id, secret) in
        [(format!("{id}x"), secret.clone()), (id.clone(), format!("{secret}x")), (id, "\u{1}".to_owned())]
    {
        if secret != pair(data).1 || id != pair(data).0 {
            let error = Credentials::read(Some(data), &body(&id, &secret)).err().expect("they differ");
            assert_eq!(error.code, ErrorCode::InvalidClient);
        }
    }
}

/// Both halves, decoded by somebody else's form decoder.
fn pair(header: &[u8]) -> (String, String) {
    let text = std::str::from_utf8(header).expect("base64 is text");
    let (scheme, rest) = text.split_once(' ').expect("a scheme");
    assert!(scheme.eq_ignore_ascii_case("basic"));
    let plain = STANDARD.decode(rest.trim_matches(|c: char| c.is_ascii_whitespace())).expect("base64");
    let colon = plain.iter().position(|b| *b == b':').expect("a colon");
    (half(&plain[..colon]), half(&plain[colon + 1..]))
}

fn half(bytes: &[u8]) -> String {
    // As the value of a field; `&` would end it there, and here it is a character like any other.
    let field = [b"x=", bytes].concat();
    let escaped: Vec<u8> = field.iter().flat_map(|b| if *b == b'&' { b"%26".to_vec() } else { vec![*b] }).collect();
    parse(&escaped).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

fn body(id: &str, secret: &str) -> Params {
    let fields =
        Serializer::new(String::new()).append_pair("client_id", id).append_pair("client_secret", secret).finish();
    Params::parse(fields.as_bytes()).expect("what we write can be read")
}
