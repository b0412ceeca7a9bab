//! Sign-ins, step by step, as a browser and an application make them.

use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::bridge::{CLIENT, Place, REDIRECT_URI, SECRET};
use crate::folk;
use crate::wire::{Reply, Wire, get, post};

/// The client of a member on an iPhone: in it, nobody has to touch anything.
const IN_WECOM: &str = "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh\r\n";

/// A browser and an application, each with its connection.
pub struct Visits {
    host: String,
    bridge: Wire,
    wecom: Wire,
    wecom_host: String,
    basic: String,
    authorize: String,
}

impl Visits {
    /// Connects to the bridge and to WeCom.
    pub fn at(place: &Place) -> Self {
        let redirect: String = url::form_urlencoded::byte_serialize(REDIRECT_URI.as_bytes()).collect();
        let basic = STANDARD.encode(format!("{CLIENT}:{SECRET}"));
        Self {
            host: place.address.to_string(),
            bridge: Wire::to(place.address),
            wecom: Wire::to(place.wecom),
            wecom_host: place.wecom.to_string(),
            basic: format!("Authorization: Basic {basic}\r\n"),
            authorize: format!(
                "/authorize?response_type=code&client_id={CLIENT}&redirect_uri={redirect}&scope=openid%20profile&\
                 state=af0ifjsldkj&nonce=n-0S6_WzA2Mj"
            ),
        }
    }

    /// Begins a sign-in and never comes back.
    pub fn abandon(&mut self) {
        let begun = self.bridge.ask(&get(&self.authorize, &self.host, IN_WECOM));
        assert!(begun.status == 303 && begun.location.contains(&self.wecom_host), "{}", begun.location);
    }

    /// A fresh sign-in in the client; gives the session cookie and the code.
    pub fn enter(&mut self, member: usize) -> (String, String) {
        let begun = self.bridge.ask(&get(&self.authorize, &self.host, IN_WECOM));
        let target = path(&begun.location, &self.wecom_host);
        let headers = format!("{IN_WECOM}x-sim-member: {}\r\n", folk::userid(member));
        let back = self.wecom.ask(&get(target, &self.wecom_host, &headers));
        let target = path(&back.location, &self.host);
        let headers = format!("{IN_WECOM}Cookie: {}\r\n", begun.cookies.join("; "));
        let entered = self.bridge.ask(&get(target, &self.host, &headers));
        let session = entered.cookies.iter().find(|cookie| cookie.starts_with("session=")).expect("a session");
        (session.clone(), code(&entered))
    }

    /// A fresh sign-in with everything that follows.
    pub fn fresh(&mut self, member: usize) {
        let (_, code) = self.enter(member);
        self.tokens(&code);
    }

    /// Single sign-on: authorize, token, userinfo.
    pub fn sso(&mut self, session: &str) {
        let headers = format!("Cookie: {session}\r\n");
        let answer = self.bridge.ask(&get(&self.authorize, &self.host, &headers));
        self.tokens(&code(&answer));
    }

    fn tokens(&mut self, code: &str) {
        let redirect: String = url::form_urlencoded::byte_serialize(REDIRECT_URI.as_bytes()).collect();
        let form = format!("grant_type=authorization_code&code={code}&redirect_uri={redirect}");
        let tokens = self.bridge.ask(&post("/token", &self.host, &self.basic, &form));
        assert_eq!(tokens.status, 200, "{}", String::from_utf8_lossy(&tokens.body));
        let tokens: serde_json::Value = serde_json::from_slice(&tokens.body).expect("tokens");
        let bearer = format!("Authorization: Bearer {}\r\n", tokens["access_token"].as_str().expect("a token"));
        let claims = self.bridge.ask(&get("/userinfo", &self.host, &bearer));
        assert!(claims.status == 200 && !claims.body.is_empty());
    }
}

/// Asks for the same thing again and again.
pub fn repeat(address: SocketAddr, request: &[u8], times: usize) {
    let mut wire = Wire::to(address);
    for _ in 0..times {
        assert_eq!(wire.ask(request).status, 200);
    }
}

fn path<'a>(location: &'a str, host: &str) -> &'a str {
    let rest = location.strip_prefix("http://").and_then(|rest| rest.strip_prefix(host));
    rest.unwrap_or_else(|| panic!("not at {host}: {location}"))
}

fn code(answer: &Reply) -> String {
    let location = &answer.location;
    assert!(answer.status == 303 && location.starts_with(REDIRECT_URI), "{}: {location}", answer.status);
    let code = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code="));
    code.expect("a code").to_owned()
}
