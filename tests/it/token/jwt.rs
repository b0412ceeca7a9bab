//! Access tokens that resource servers verify by themselves (RFC 9068), and which work here as opaque ones do.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use wecom_oidc::domain::time::Span;

use crate::support::{Client, RelyingParty, Setup, Stand};

const SCOPE: &str = "openid profile email phone offline_access";

/// The claims of a JWT, unverified.
pub fn claims_of(token: &str) -> Value {
    part(token, 1)
}

/// The header of a JWT, unverified.
pub fn header_of(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, number: usize) -> Value {
    let text = token.split('.').nth(number).expect("a JWT");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
}

/// What a resource server does with a token (RFC 9068 §4), as `docs/clients/resource-servers.md` tells it.
pub async fn accepted(rp: &RelyingParty, token: &str, audience: &str) -> Result<Value, String> {
    let header = jsonwebtoken::decode_header(token).map_err(|error| error.to_string())?;
    let typ = header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
    if !matches!(typ.as_str(), "at+jwt" | "application/at+jwt") {
        return Err(format!("typ is {typ}"));
    }
    let keys: JwkSet = rp.http.get(rp.endpoint("/jwks.json")).send().await.unwrap().json().await.unwrap();
    let key = header.kid.and_then(|kid| keys.find(&kid).cloned()).ok_or("no such key")?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[audience]);
    validation.set_issuer(&[&rp.issuer]);
    validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    let key = DecodingKey::from_jwk(&key).map_err(|error| error.to_string())?;
    jsonwebtoken::decode::<Value>(token, &key, &validation).map(|token| token.claims).map_err(|error| error.to_string())
}

fn client(id: &str) -> Client {
    Client::new(id).with("access_token_format = \"jwt\"")
}

#[tokio::test]
async fn a_jwt_access_token_says_what_rfc_9068_asks_for_and_nothing_of_the_person() {
    let stand = Stand::of([client("app").with("id_token_signed_response_alg = \"ES256\"")]).await;
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    let token = tokens.access_token();
    let header = header_of(token);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("RS256")), "RS256 is what all must know");
    let claims = claims_of(token);
    let id = tokens.id_claims();
    let names: Vec<&String> = claims.as_object().unwrap().keys().collect();
    let expected = ["aud", "auth_time", "client_id", "exp", "iat", "iss", "jti", "scope", "sub"];
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(sorted, expected);
    for same in ["iss", "sub", "auth_time", "iat"] {
        assert_eq!(claims[same], id[same], "{same}");
    }
    assert_eq!((&claims["client_id"], &claims["aud"]), (&json!("app"), &json!(stand.issuer)));
    assert_eq!(claims["scope"], tokens.body["scope"]);
    assert_eq!(claims["exp"].as_u64(), Some(stand.now().0 + 3_600));
    assert_eq!(tokens.body["expires_in"], 3_600);
    assert!(claims["jti"].as_str().unwrap().len() >= 22);
    let another = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    assert_ne!(claims["jti"], claims_of(another.access_token())["jti"]);

    // at_hash is over the whole text (Core §3.1.3.6).
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
    assert_eq!(id["at_hash"], URL_SAFE_NO_PAD.encode(&digest.as_ref()[..16]));
}

#[tokio::test]
async fn a_jwt_access_token_dies_with_its_grant_its_code_and_its_time_as_opaque_ones_do() {
    for setup in [Setup::of([client("app")]), Setup::of([client("app")]).on_sled()] {
        let stand = Stand::with(setup).await;
        let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
        let code = app.code(&zhangsan, SCOPE).await;
        let first = app.redeem(&code).await.good();
        let second = app.refresh(first.refresh_token()).await.good();
        for tokens in [&first, &second] {
            let page = app.userinfo(tokens.access_token()).await;
            assert_eq!((page.status, &page.json()["sub"]), (200, &claims_of(tokens.access_token())["sub"]));
        }
        app.redeem(&code).await.assert_refused(400, "invalid_grant");
        for tokens in [&first, &second] {
            assert_eq!(app.userinfo(tokens.access_token()).await.status, 401, "the code came again");
        }
        let last = app.tokens(&zhangsan, "openid").await;
        stand.later(Span::seconds(3_599));
        assert_eq!(app.userinfo(last.access_token()).await.status, 200);
        stand.later(Span::seconds(1));
        assert_eq!(app.userinfo(last.access_token()).await.status, 401);
    }
}

#[tokio::test]
async fn threat_48_a_jwt_access_token_that_was_changed_or_forged_opens_nothing_here_or_there() {
    let stand = Stand::of([client("app")]).await;
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), "openid").await;
    let keys = app.keys().await;
    accepted(&app, tokens.access_token(), &stand.issuer).await.expect("genuine");
    for forged in crate::support::relying_party::forged(tokens.access_token(), &keys) {
        assert_eq!(app.userinfo(&forged).await.status, 401, "{forged}");
        accepted(&app, &forged, &stand.issuer).await.expect_err(&forged);
    }
    let [head, body, tail] = tokens.access_token().split('.').collect::<Vec<_>>()[..] else { panic!("a JWT") };
    let mut claims = claims_of(tokens.access_token());
    claims["scope"] = json!("openid profile");
    let wider = format!("{head}.{}.{tail}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    for changed in [wider, format!("{head}.{body}.{tail}="), format!("{head}.{body}.{tail}.x")] {
        assert_eq!(app.userinfo(&changed).await.status, 401, "{changed}");
        accepted(&app, &changed, &stand.issuer).await.expect_err(&changed);
    }
    accepted(&app, tokens.access_token(), "https://another.example").await.expect_err("another audience");
}

#[tokio::test]
async fn an_id_token_is_no_access_token_and_an_access_token_is_no_hint() {
    let stand = Stand::of([client("app").with("userinfo_signed_response_alg = \"RS256\"")]).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let tokens = app.tokens(&zhangsan, "openid").await;
    assert_eq!(app.userinfo(tokens.id_token()).await.status, 401);
    accepted(&app, tokens.id_token(), "app").await.expect_err("no typ");
    let userinfo = app.userinfo(tokens.access_token()).await.body;
    accepted(&app, &userinfo, "app").await.expect_err("no typ");
    for other in [tokens.access_token(), &userinfo] {
        let request = app.request().set("id_token_hint", other).set("prompt", "none");
        assert_eq!(zhangsan.walk(&request.url()).await.answer().error(), "invalid_request", "{other}");
        // At sign-out it only means that the member is asked.
        let mut url = app.endpoint("/logout");
        url.query_pairs_mut().append_pair("id_token_hint", other);
        assert!(zhangsan.walk(&url).await.page().has("logout-confirm"));
    }
    let request = app.request().set("id_token_hint", tokens.id_token()).set("prompt", "none");
    zhangsan.walk(&request.url()).await.answer().code();
}

#[tokio::test]
async fn the_largest_token_that_a_configuration_can_bring_about_fits_into_four_kibibytes() {
    // The name that members read is a little longer than the id, and may be 128 characters; so may the id.
    let long = "c".repeat(116);
    let name = |n: usize| format!("https://api{n}.example/{}", "x".repeat(200 - 21));
    let resources: Vec<String> = (0..8).map(name).collect();
    let list = resources.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(",");
    let stand = Stand::of([client(&long).with(&format!("resources = [{list}]"))]).await;
    let rp = stand.rp(&long);
    let us = stand.issuer.clone();
    let request = resources.iter().fold(rp.request().scope(SCOPE), |request, name| request.add("resource", name));
    let journey = stand.computer("zhangsan").walk(&request.add("resource", &us).url()).await;
    let tokens = rp.redeem(&journey.answer().code()).await.good();
    assert!(tokens.access_token().len() + 16 <= 4_096, "{}", tokens.access_token().len());
    assert_eq!(claims_of(tokens.access_token())["aud"].as_array().map(Vec::len), Some(9));
    assert_eq!(rp.userinfo(tokens.access_token()).await.status, 200);
}

#[tokio::test]
async fn a_reload_to_jwt_leaves_the_opaque_tokens_that_are_out_as_they_are() {
    let mut stand = Stand::of([Client::new("app")]).await;
    let app = stand.app();
    let opaque = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    stand.reloaded(Setup::of([client("app")])).await;
    let jwt = app.refresh(opaque.refresh_token()).await.good();
    assert_eq!(header_of(jwt.access_token())["typ"], "at+jwt");
    for tokens in [&opaque, &jwt] {
        assert_eq!(app.userinfo(tokens.access_token()).await.status, 200);
    }
    stand.reloaded(Setup::of([Client::new("app")])).await;
    assert_eq!(app.userinfo(jwt.access_token()).await.status, 200);
    assert_eq!(app.refresh(jwt.refresh_token()).await.good().access_token().len(), 43);
}
