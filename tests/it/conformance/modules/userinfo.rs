//! Userinfo, in the three ways of asking, and claims that are essential.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};

use crate::conformance::checks;
use crate::conformance::suite::Suite;
use crate::support::Page;

pub async fn oidcc_userinfo_get(suite: Suite) {
    let tokens = suite.sign_in(&suite.ask()).await;
    suite.userinfo(&tokens).await;
}

pub async fn oidcc_userinfo_post_header(suite: Suite) {
    let tokens = suite.sign_in(&suite.ask()).await;
    let url = suite.app().endpoint("/userinfo");
    let bearer = format!("Bearer {}", tokens.answer.access_token());
    let sent = suite.stand.http.post(url.clone()).header(AUTHORIZATION, bearer).send().await.expect("an answer");
    suite.looked_at_userinfo(&tokens, &Page::read(url, sent).await);
}

/// Only a WARNING where it fails; here it does not.
pub async fn oidcc_userinfo_post_body(suite: Suite) {
    let tokens = suite.sign_in(&suite.ask()).await;
    let url = suite.app().endpoint("/userinfo");
    let body = format!("access_token={}", tokens.answer.access_token());
    let request = suite.stand.http.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let sent = request.body(body).send().await.expect("an answer");
    suite.looked_at_userinfo(&tokens, &Page::read(url, sent).await);
}

/// The name at userinfo although no scope gives it, and not in the ID token.
pub async fn oidcc_claims_essential(suite: Suite) {
    assert_eq!(suite.metadata["claims_parameter_supported"], true);
    let tokens = suite.sign_in(&suite.ask().set("claims", r#"{"userinfo":{"name":{"essential":true}}}"#)).await;
    checks::holds_protocol_claims_alone(&tokens.claims, &[]);
    let claims = suite.userinfo(&tokens).await;
    assert_eq!(claims["name"], "张三");
    assert!(claims.get("preferred_username").is_none(), "one claim, not its scope: {claims}");
}
