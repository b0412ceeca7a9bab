//! One of each kind of token that a running program hands out, and where one could try to use it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::support::{Browser, Client, RelyingParty, Setup};

pub const API: &str = "https://api.example";

/// `app` has everything signed; `es256` and `eddsa` have ID tokens in those; `other` is somebody else.
pub fn setup() -> Setup {
    let signed = "access_token_format = \"jwt\"\nuserinfo_signed_response_alg = \"RS256\"\nresources = [\"https://api.example\"]";
    let with_alg = |id: &str, alg: &str| Client::new(id).with(&format!("id_token_signed_response_alg = \"{alg}\""));
    Setup::of([
        Client::new("app").with(signed),
        Client::new("other").with(signed),
        with_alg("es256", "ES256"),
        with_alg("eddsa", "EdDSA"),
    ])
}

/// What one sign-in of `app` brings, by kind.
pub struct Kinds {
    pub id_token: String,
    pub access_token: String,
    pub refresh_token: String,
    pub userinfo: String,
    pub code: String,
}

impl Kinds {
    pub async fn of(rp: &RelyingParty, browser: &Browser) -> Self {
        let tokens = rp.tokens(browser, "openid profile offline_access").await;
        let userinfo = rp.userinfo(tokens.access_token()).await;
        assert_eq!(userinfo.status, 200, "{}", userinfo.body);
        Self {
            id_token: tokens.id_token().to_owned(),
            access_token: tokens.access_token().to_owned(),
            refresh_token: tokens.refresh_token().to_owned(),
            userinfo: userinfo.body,
            code: rp.code(browser, "openid").await,
        }
    }

    /// Their names and texts.
    pub fn all(&self) -> [(&'static str, &str); 5] {
        [
            ("ID token", &self.id_token),
            ("access token", &self.access_token),
            ("refresh token", &self.refresh_token),
            ("userinfo", &self.userinfo),
            ("code", &self.code),
        ]
    }
}

/// Whether the authorization endpoint takes this as an ID token of the client and the member signed in.
pub async fn is_a_hint(rp: &RelyingParty, browser: &Browser, token: &str) -> bool {
    let request = rp.request().set("prompt", "none").set("id_token_hint", token);
    let answer = browser.walk(&request.url()).await.answer();
    if answer.get("code").is_some() {
        return true;
    }
    assert_eq!(answer.error(), "invalid_request", "{token}");
    false
}

/// Whether a sign-out with this hint asks the member first, as it must without a genuine one.
pub async fn asks_at_sign_out(rp: &RelyingParty, browser: &Browser, token: &str) -> bool {
    let mut url = rp.endpoint("/logout");
    url.query_pairs_mut().append_pair("id_token_hint", token);
    browser.walk(&url).await.page().has("logout-confirm")
}

pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Header, claims and signature, decoded.
pub fn parts(token: &str) -> (Value, Value, Vec<u8>) {
    let parts: Vec<Vec<u8>> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).expect("base64url")).collect();
    let json = |bytes: &[u8]| serde_json::from_slice(bytes).expect("JSON");
    (json(&parts[0]), json(&parts[1]), parts[2].clone())
}

/// A JWT of these parts, whoever signed it.
pub fn joined(header: &Value, claims: &Value, signature: &[u8]) -> String {
    format!("{}.{}.{}", encoded(header.to_string()), encoded(claims.to_string()), encoded(signature))
}

/// The PKCE challenge of a verifier.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes()))
}
