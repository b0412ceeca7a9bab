//! Codes that come twice, and refreshing.

use wecom_oidc::domain::time::Span;

use crate::conformance::checks;
use crate::conformance::suite::{Suite, names};
use crate::support::TokenAnswer;

#[track_caller]
fn is_refused(answer: &TokenAnswer) {
    answer.assert_refused(400, "invalid_grant");
    checks::is_a_description(answer.body["error_description"].as_str().expect("a description"));
}

async fn reused(suite: Suite, after: Span) {
    let asked = suite.ask();
    let code = suite.visit(&asked).await.answer.code();
    let tokens = suite.exchange(&asked, &code).await.good();
    assert_eq!(suite.app().userinfo(tokens.access_token()).await.status, 200);
    suite.stand.later(after);
    is_refused(&suite.exchange(&asked, &code).await);
    // The suite only warns of a token that goes on working.
    assert_eq!(suite.app().userinfo(tokens.access_token()).await.status, 401);
}

pub async fn oidcc_codereuse(suite: Suite) {
    reused(suite, Span::seconds(0)).await;
}

pub async fn oidcc_codereuse_30seconds(suite: Suite) {
    reused(suite, Span::seconds(30)).await;
}

/// `offline_access` with `prompt=consent`, as the suite asks; refreshed with `scope`, and by another client.
pub async fn oidcc_refresh_token(suite: Suite) {
    assert!(names(&suite.metadata, "grant_types_supported").contains(&"refresh_token"));
    assert!(names(&suite.metadata, "scopes_supported").contains(&"offline_access"));
    let asked = suite.ask().set("scope", "openid offline_access").set("prompt", "consent");
    let page = suite.browser.walk(&asked.request.url()).await.page();
    let agreed = suite.browser.submit(&page.form("consent-allow")).await;
    let visited = suite.visit_from(&asked, agreed).await;
    let first = suite.redeem(&asked, &visited.answer).await;
    checks::is_unguessable("refresh token", first.answer.refresh_token());

    suite.stand.later(Span::seconds(2));
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", first.answer.refresh_token())];
    let scope = [("scope", "openid offline_access")];
    is_refused(&suite.token(&suite.stand.rp("other"), &[&refresh[..], &scope].concat()).await);
    let second = suite.token(&suite.app(), &[&refresh[..], &scope].concat()).await.good();
    let second = suite.looked_at(second, None, &suite.app());
    for same in ["iss", "sub", "aud", "azp", "auth_time"] {
        assert_eq!(second.claims.get(same), first.claims.get(same), "{same}");
    }
    assert_ne!(second.claims["iat"], first.claims["iat"]);
    assert_ne!(second.answer.access_token(), first.answer.access_token());
    suite.userinfo(&second).await;
}
