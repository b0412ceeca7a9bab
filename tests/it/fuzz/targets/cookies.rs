//! `Cookie` headers, one on each line (threats 17, 36, 39).

use actix_web::http::header::{COOKIE, HeaderValue};
use actix_web::test::TestRequest;
use wecom_oidc::domain::issuer::Issuer;
use wecom_oidc::login::CookieChange;
use wecom_oidc::web::cookies::{Jar, cookie};

use super::house::house;

pub fn cookies(data: &[u8]) {
    let data = house().fill_in(data);
    let mut request = TestRequest::default();
    for line in data.split(|b| *b == b'\n') {
        // What is no header value never gets as far as the jar.
        let Ok(value) = HeaderValue::from_bytes(line) else { continue };
        request = request.append_header((COOKIE, value));
    }
    let request = request.to_http_request();
    for issuer in ["https://login.example.com", "http://127.0.0.1:8080"] {
        let issuer = Issuer::parse(issuer).expect("an issuer");
        let jar = Jar::of(&request, &issuer);
        let (session, first) =
            if issuer.is_https() { ("__Host-session", "__Host-login-") } else { ("session", "login-") };
        let pending = jar.pending();
        assert!(pending.len() <= 200);
        for id in &pending {
            let binding = jar.binding(id).expect("a pending one has its first cookie");
            assert!(holds(&data, &format!("{first}{id}={binding}")));
        }
        let marker = if issuer.is_https() { "__Host-signed-out" } else { "signed-out" };
        assert!(!jar.signed_out() || holds(&data, &format!("{marker}=")));
        for (name, value) in
            [(Some(session), jar.session()), (issuer.is_https().then_some("__Secure-login"), jar.sealed())]
        {
            let Some(value) = value else { continue };
            assert!(!value.contains(['\r', '\n', ';']), "{value:?}");
            assert!(name.is_none_or(|name| holds(&data, &format!("{name}={value}"))));
        }
        if let Some(token) = jar.session() {
            let session = house().runtime.block_on(house().app.login.session(token)).expect("the store answers");
            assert!(session.is_none(), "nobody is signed in here");
        }
        assert_what_we_set_comes_back(&issuer, jar.session().unwrap_or("value"));
    }
}

fn holds(data: &[u8], text: &str) -> bool {
    data.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A cookie of ours that a browser sends back is read as it was set.
fn assert_what_we_set_comes_back(issuer: &Issuer, value: &str) {
    let ours: String = value.chars().filter(char::is_ascii_alphanumeric).take(43).collect();
    let set = cookie(&CookieChange::Session(ours.clone(), 60), issuer);
    let request = TestRequest::default().append_header((COOKIE, format!("{}={}", set.name(), set.value())));
    let request = request.to_http_request();
    assert_eq!(Jar::of(&request, issuer).session(), Some(ours.as_str()));
}
