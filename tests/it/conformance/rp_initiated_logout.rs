//! `oidcc-rp-initiated-logout-certification-test-plan`.

use serde_json::json;

use super::logout::{AFTERWARDS, assert_endpoints, signed_in, state};
use crate::support::relying_party::forged;

#[tokio::test]
async fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    let signed_in = signed_in("", true).await;
    assert_endpoints(&signed_in.metadata().await);
}

#[tokio::test]
async fn oidcc_rp_initiated_logout() {
    let signed_in = signed_in("", false).await;
    let answer = signed_in.comes_back(&signed_in.request(&[])).await;
    assert_eq!(answer.params, [("state".to_owned(), state())], "the state, and nothing else");
    signed_in.is_signed_out().await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_state() {
    let signed_in = signed_in("", false).await;
    let answer = signed_in.comes_back(&signed_in.request(&["state"])).await;
    assert_eq!(answer.params, []);
    signed_in.is_signed_out().await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri() {
    let signed_in = signed_in("", false).await;
    let bad = "https://app.example/post_logout_redirect/nowhere";
    let url = signed_in.end_session(&[
        ("id_token_hint", signed_in.tokens.id_token()),
        ("post_logout_redirect_uri", bad),
        ("state", &state()),
    ]);
    signed_in.ends_on_a_page(&url).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri() {
    let signed_in = signed_in("", false).await;
    let url = signed_in.end_session(&[
        ("id_token_hint", signed_in.tokens.id_token()),
        ("post_logout_redirect_uri", &format!("{AFTERWARDS}?foo=bar")),
        ("state", &state()),
    ]);
    signed_in.ends_on_a_page(&url).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint() {
    let signed_in = signed_in("", false).await;
    let keys = signed_in.stand.app().keys().await;
    for hint in forged(signed_in.tokens.id_token(), &keys) {
        let url = signed_in.end_session(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTERWARDS)]);
        let page = signed_in.browser.walk(&url).await.page();
        assert!(page.has("logout-confirm") && !page.body.contains("post_logout_redirect"), "{}", page.body);
    }
    signed_in.stand.app().silently(&signed_in.browser).await.code();
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint() {
    let signed_in = signed_in("", false).await;
    let claims = signed_in.tokens.id_claims();
    // By the client's own key, issuer and audience swapped.
    let swapped = json!({ "iss": "app", "aud": signed_in.stand.issuer, "sub": claims["sub"], "sid": claims["sid"],
        "iat": claims["iat"], "exp": claims["exp"] });
    let key = jsonwebtoken::EncodingKey::from_secret(b"a key of the client that nobody else knows");
    let hint = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &swapped, &key).unwrap();
    let url = signed_in.end_session(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTERWARDS)]);
    signed_in.ends_on_a_page(&url).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint() {
    let signed_in = signed_in("", false).await;
    signed_in.ends_on_a_page(&signed_in.request(&["id_token_hint"])).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params() {
    let signed_in = signed_in("", false).await;
    signed_in.shows_signed_out(&signed_in.end_session(&[])).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri() {
    let signed_in = signed_in("", false).await;
    signed_in.shows_signed_out(&signed_in.request(&["post_logout_redirect_uri", "state"])).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_only_state() {
    let signed_in = signed_in("", false).await;
    signed_in.shows_signed_out(&signed_in.request(&["id_token_hint", "post_logout_redirect_uri"])).await;
}
