//! What ends with a member or with a session: everywhere, at once, codes on their way included (laws 5 and 11).

use serde_json::json;
use wecom_oidc::domain::time::Span;
use wecom_sim::{Effect, Fault};

use crate::support::{Browser, Stand, TokenAnswer, USER_GET};

/// zhangsan in two browsers and two applications, and a code that nobody redeemed yet.
struct Everywhere {
    office: Browser,
    home: Browser,
    tokens: TokenAnswer,
    others: Vec<TokenAnswer>,
    code: String,
}

async fn signed_in(stand: &Stand) -> Everywhere {
    let (office, home) = (stand.computer("zhangsan"), stand.computer("zhangsan"));
    let tokens = stand.app().tokens(&office, "openid offline_access").await;
    let others = vec![
        stand.rp("other").tokens(&office, "openid profile").await,
        stand.app().tokens(&home, "openid").await,
        stand.rp("other").tokens(&home, "openid offline_access").await,
    ];
    let code = stand.app().code(&home, "openid").await;
    Everywhere { office, home, tokens, others, code }
}

impl Everywhere {
    /// No browser and no token of zhangsan's opens anything.
    async fn is_over(&self, stand: &Stand, why: &str) {
        for browser in [&self.office, &self.home] {
            for client in ["app", "other"] {
                assert_eq!(stand.rp(client).silently(browser).await.error(), "login_required", "{why}");
                // Single sign-on would end at the application's address.
                let next = browser.get(&stand.rp(client).request().url()).await.redirect().expect("a redirect");
                assert!(next.as_str().starts_with(&stand.sim.login_url()), "{why}: {next}");
            }
        }
        for tokens in self.others.iter().chain([&self.tokens]) {
            assert_eq!(stand.app().userinfo(tokens.access_token()).await.status, 401, "{why}");
        }
        for (client, tokens) in [("app", &self.tokens), ("other", &self.others[2])] {
            stand.rp(client).refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
        }
        stand.app().redeem(&self.code).await.assert_refused(400, "invalid_grant");
    }
}

#[tokio::test]
async fn threat_38_a_refused_refresh_of_someone_who_left_ends_every_session_and_grant() {
    for status in [None, Some(2)] {
        let stand = Stand::new().await;
        let everywhere = signed_in(&stand).await;
        let lisi = stand.computer("lisi");
        let theirs = stand.app().tokens(&lisi, "openid").await;
        match status {
            None => stand.sim.delete_member(None, "zhangsan").unwrap(),
            Some(status) => drop(stand.sim.patch_member(None, "zhangsan", &json!({ "status": status })).unwrap()),
        }
        stand.later(Span::minutes(5));
        let refused = stand.app().refresh(everywhere.tokens.refresh_token()).await;
        refused.assert_refused(400, "invalid_grant");
        everywhere.is_over(&stand, &format!("{status:?}")).await;
        // Nobody else loses anything.
        assert_eq!(stand.app().userinfo(theirs.access_token()).await.status, 200);
        stand.app().silently(&lisi).await.code();
    }
}

#[tokio::test]
async fn threat_38_a_failed_sign_in_of_someone_who_left_ends_every_other_session_and_grant() {
    for (status, code) in [(None, "not_visible"), (Some(2), "member_disabled")] {
        let stand = Stand::new().await;
        let everywhere = signed_in(&stand).await;
        match status {
            // WeCom still names who came, and knows nothing more of them.
            None => {
                let effect = Some(Effect::Errcode(60_111));
                stand.sim.add_fault(Fault { path: USER_GET.to_owned(), effect, ..Fault::default() }).unwrap();
            }
            Some(status) => drop(stand.sim.patch_member(None, "zhangsan", &json!({ "status": status })).unwrap()),
        }
        let elsewhere = stand.client_of("zhangsan");
        stand.app().walk(&elsewhere, "openid").await.page().assert_refused(403, code);
        assert_eq!(stand.app().silently(&elsewhere).await.error(), "login_required");
        everywhere.is_over(&stand, &format!("{status:?}")).await;
    }
}

#[tokio::test]
async fn a_member_who_comes_back_signs_in_anew_and_old_tokens_stay_dead() {
    let stand = Stand::new().await;
    let everywhere = signed_in(&stand).await;
    stand.sim.patch_member(None, "zhangsan", &json!({ "status": 2 })).unwrap();
    stand.later(Span::minutes(5));
    stand.app().refresh(everywhere.tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
    stand.sim.patch_member(None, "zhangsan", &json!({ "status": 1 })).unwrap();
    everywhere.is_over(&stand, "back").await;
    let tokens = stand.app().tokens(&everywhere.office, "openid offline_access").await;
    stand.app().refresh(tokens.refresh_token()).await.good();
    assert_eq!(tokens.id_claims()["sub"], everywhere.tokens.id_claims()["sub"]);
}

#[tokio::test]
async fn a_code_made_before_a_sign_out_is_worth_nothing_after_it() {
    let stand = Stand::new().await;
    let Everywhere { office, tokens, code: of_another_browser, .. } = signed_in(&stand).await;
    let codes = [
        ("app", stand.app().code(&office, "openid").await),
        ("other", stand.rp("other").code(&office, "openid").await),
    ];
    let mut out = stand.address("/logout");
    out.query_pairs_mut().append_pair("id_token_hint", tokens.id_token());
    office.walk(&out).await.page();
    for (client, code) in codes {
        stand.rp(client).redeem(&code).await.assert_refused(400, "invalid_grant");
    }
    // It was this browser that signed out.
    stand.app().redeem(&of_another_browser).await.good();
}
