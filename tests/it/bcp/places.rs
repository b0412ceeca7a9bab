//! RFC 8725 §3.9, §3.11, §3.12: every kind of token, ours and a client's own, in every place where one could be put.
//!
//! The client has our own signing key among its registered ones: whatever we signed is genuine there as well, so that
//! nothing keeps the kinds apart but what they say.

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use serde_json::{Value, json};
use wecom_oidc::domain::time::Clock as _;
use wecom_oidc::serve::clock::SystemClock;

use super::kinds::{asks_at_sign_out, is_a_hint, parts, setup};
use crate::support::signer::{Signer, jwks};
use crate::support::{Browser, Client, Page, Program, Receiver, RelyingParty, Setup};
use crate::token::assertions::TYPE;
use crate::token::jwt::accepted;

const ID_TOKEN: &str = "ID token";
const ACCESS_TOKEN: &str = "access token";
const REFRESH_TOKEN: &str = "refresh token";
const USERINFO: &str = "userinfo";
const CODE: &str = "code";
const LOGOUT_TOKEN: &str = "logout token";
const INTROSPECTION: &str = "introspection";
const REQUEST_OBJECT: &str = "request object";
const ASSERTION: &str = "client assertion";

/// Each place, with the kinds that are something there.
const PLACES: [(&str, &[&str]); 11] = [
    ("id_token_hint at the authorization endpoint", &[ID_TOKEN]),
    ("id_token_hint at the sign-out", &[ID_TOKEN]),
    ("userinfo", &[ACCESS_TOKEN]),
    ("a service", &[ACCESS_TOKEN]),
    ("introspection", &[ACCESS_TOKEN, REFRESH_TOKEN]),
    ("refresh_token", &[REFRESH_TOKEN]),
    ("code", &[CODE]),
    ("client_assertion", &[ASSERTION]),
    ("request", &[REQUEST_OBJECT]),
    ("a pushed request", &[REQUEST_OBJECT]),
    // Whatever is unknown there is no error (RFC 7009 §2.2): what it ended shows afterwards.
    ("revocation", &[]),
];

/// A client that proves itself by a key and signs its requests, and the browser of a member.
struct Party {
    program: Program,
    rp: RelyingParty,
    browser: Browser,
    signer: Signer,
}

impl Party {
    async fn begin(receiver: &Receiver) -> Self {
        // Every bridge of the tests has the same keys.
        let ours = Program::start(setup()).await.rp("app").keys().await;
        let ours = ours["keys"].as_array().unwrap().iter().find(|key| key["alg"] == "RS256").unwrap();
        let ours: Vec<String> =
            ours.as_object().unwrap().iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let signer = Signer::new("1", "ES256");
        let keys = jwks(&[&signer]).replace("keys = [", &format!("keys = [{{ {} }}, ", ours.join(", ")));
        let lines = format!(
            "token_endpoint_auth_method = \"private_key_jwt\"\n{keys}\naccess_token_format = \"jwt\"\n\
             userinfo_signed_response_alg = \"RS256\"\nintrospection_signed_response_alg = \"RS256\"\n\
             backchannel_logout_uri = \"{}\"",
            receiver.address("/out")
        );
        let limits = "[limits]\nfailed_client_auth_per_minute = 0";
        let program = Program::start(Setup::of([Client::keyed("app", &lines)]).tables(limits)).await;
        let (rp, browser) = (program.rp("app"), program.computer("zhangsan"));
        Self { program, rp, browser, signer }
    }

    fn assertion(&self) -> String {
        let (now, jti) = (now(), crate::conformance::random());
        let claims =
            json!({ "iss": "app", "sub": "app", "aud": self.program.issuer, "jti": jti, "iat": now, "exp": now + 300 });
        self.signer.jwt(&claims)
    }

    fn object(&self) -> String {
        let (now, uri) = (now(), self.rp.client.redirect_uri.as_str());
        self.signer.jwt(&json!({
            "iss": "app", "aud": self.program.issuer, "iat": now, "exp": now + 300, "client_id": "app",
            "response_type": "code", "redirect_uri": uri, "scope": "openid",
        }))
    }

    /// Asks with this proof, and for a signed answer where there is one.
    async fn ask_with(&self, path: &str, assertion: &str, fields: &[(&str, &str)]) -> Page {
        let url = self.rp.endpoint(path);
        let proof = [TYPE, ("client_assertion", assertion)];
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).extend_pairs(proof).finish();
        let request = self.rp.http.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.header(ACCEPT, "application/token-introspection+jwt").body(body);
        Page::read(url, request.send().await.unwrap()).await
    }

    async fn ask(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.ask_with(path, &self.assertion(), fields).await
    }

    async fn redeem(&self, code: &str) -> Page {
        let uri = self.rp.client.redirect_uri.as_str();
        self.ask("/token", &[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", uri)]).await
    }

    async fn tokens(&self) -> Value {
        let answer = self.redeem(&self.rp.code(&self.browser, "openid offline_access").await).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// One of each kind, each of this client and fresh.
    async fn kinds(&self, receiver: &Receiver) -> Vec<(&'static str, String)> {
        let text = |tokens: &Value, name: &str| tokens[name].as_str().expect("a token").to_owned();
        let ended = self.tokens().await;
        assert!(!asks_at_sign_out(&self.rp, &self.browser, &text(&ended, "id_token")).await);
        let logout_token = receiver.next().await.logout_token();
        let tokens = self.tokens().await;
        let access_token = text(&tokens, "access_token");
        let userinfo = self.rp.userinfo(&access_token).await.body;
        let introspection = self.ask("/introspect", &[("token", &access_token)]).await.body;
        vec![
            (ID_TOKEN, text(&tokens, "id_token")),
            (ACCESS_TOKEN, access_token),
            (REFRESH_TOKEN, text(&tokens, "refresh_token")),
            (USERINFO, userinfo),
            (CODE, self.rp.code(&self.browser, "openid").await),
            (LOGOUT_TOKEN, logout_token),
            (INTROSPECTION, introspection),
            (REQUEST_OBJECT, self.object()),
            (ASSERTION, self.assertion()),
        ]
    }

    /// Whether a text is something in a place.
    async fn counts(&self, place: &str, text: &str) -> bool {
        let refused = |page: &Page, status: u16, code: &str| {
            assert_eq!((page.status, page.json()["error"].as_str()), (status, Some(code)), "{place}: {text}");
        };
        match place {
            "id_token_hint at the authorization endpoint" => is_a_hint(&self.rp, &self.browser, text).await,
            "id_token_hint at the sign-out" => !asks_at_sign_out(&self.rp, &self.browser, text).await,
            "userinfo" => {
                let page = self.rp.userinfo(text).await;
                page.status == 200 || {
                    refused(&page, 401, "invalid_token");
                    false
                }
            }
            "a service" => accepted(&self.rp, text, &self.program.issuer).await.is_ok(),
            "introspection" => {
                let page = self.ask("/introspect", &[("token", text)]).await;
                assert_eq!(page.status, 200, "{}", page.body);
                parts(&page.body).1["token_introspection"]["active"] == true
            }
            "refresh_token" => {
                let page = self.ask("/token", &[("grant_type", "refresh_token"), ("refresh_token", text)]).await;
                page.status == 200 || {
                    refused(&page, 400, "invalid_grant");
                    false
                }
            }
            "code" => {
                let page = self.redeem(text).await;
                page.status == 200 || {
                    refused(&page, 400, "invalid_grant");
                    false
                }
            }
            "client_assertion" => {
                let page = self.ask_with("/introspect", text, &[("token", "none")]).await;
                page.status == 200 || {
                    refused(&page, 401, "invalid_client");
                    false
                }
            }
            "request" => {
                let answer =
                    self.browser.walk(&self.rp.request().set("request", text).without("state").url()).await.answer();
                answer.get("code").is_some() || {
                    assert_eq!(answer.error(), "invalid_request_object", "{text}");
                    false
                }
            }
            "a pushed request" => {
                let page = self.ask("/par", &[("request", text)]).await;
                page.status == 201 || {
                    refused(&page, 400, "invalid_request_object");
                    false
                }
            }
            "revocation" => {
                let page = self.ask("/revoke", &[("token", text)]).await;
                assert_eq!((page.status, page.body.as_str()), (200, ""), "{text}");
                false
            }
            other => panic!("no place: {other}"),
        }
    }
}

fn now() -> u64 {
    SystemClock.now().0
}

#[tokio::test]
async fn every_kind_of_token_is_good_in_its_own_places_and_nothing_anywhere_else() {
    let receiver = Receiver::start().await;
    let party = Party::begin(&receiver).await;
    let kinds = party.kinds(&receiver).await;
    let named =
        |kind: &str| kinds.iter().find(|(name, _)| *name == kind).map(|(_, text)| text.as_str()).expect("a kind");
    for typed in [(LOGOUT_TOKEN, "logout+jwt"), (INTROSPECTION, "token-introspection+jwt"), (ACCESS_TOKEN, "at+jwt")] {
        assert_eq!(parts(named(typed.0)).0["typ"], typed.1);
    }
    // First what is nothing: it takes nothing with it.
    for (place, own) in PLACES {
        for (kind, text) in &kinds {
            // An access token may end itself, and a refresh token its whole grant.
            let ends = place == "revocation" && [ACCESS_TOKEN, REFRESH_TOKEN].contains(kind);
            if !own.contains(kind) && !ends {
                assert!(!party.counts(place, text).await, "{kind} as {place}");
            }
        }
    }
    // Then each in its own places, the sign-out last.
    let last = "id_token_hint at the sign-out";
    for (place, own) in
        PLACES.iter().filter(|(place, _)| *place != last).chain(PLACES.iter().filter(|(place, _)| *place == last))
    {
        for kind in *own {
            assert!(party.counts(place, named(kind)).await, "{kind} as {place}");
        }
    }
}
