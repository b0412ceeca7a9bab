//! Rotation as time goes by, seen by an application that keeps to the published set.

use wecom_oidc::domain::time::Span;

use super::jwks::{Jwks, kid};
use crate::support::{Client, Setup, Stand};

/// The JWKS max-age and five minutes.
const PUBLISHED: Span = Span::minutes(10);

impl Stand {
    async fn jwks(&self) -> Jwks {
        Jwks::of(&self.issuer, &self.http).await
    }

    async fn id_token(&self, member: &str) -> String {
        self.app().tokens(&self.computer(member), "openid").await.id_token().to_owned()
    }

    /// The background turns the keys where something is due; `kids` is how many are published then.
    async fn turned(&self, kids: usize) -> Jwks {
        self.looked_after().await;
        for _ in 0..1_200 {
            let jwks = self.jwks().await;
            if jwks.kids().len() == kids {
                return jwks;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{:?}", self.jwks().await.kids());
    }

    async fn signed_by_another(&self, than: &str) -> String {
        self.looked_after().await;
        for _ in 0..600 {
            let token = self.id_token("zhangsan").await;
            if kid(&token) != than {
                return token;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("{than} signs for ever");
    }

    async fn rotate(&self, form: &'static str) {
        let request = self.http.post(self.admin("/admin/keys/rotate")).bearer_auth(self.admin_token());
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap_or_default());
    }
}

/// From publication to removal, whatever began it: `stand` has just published.
async fn a_whole_turn(stand: &Stand, old: &str, last_of_old: &str) {
    let new = stand.jwks().await;
    assert!(new.kids().len() == 6 && new.verifies(old));
    stand.later(Span(PUBLISHED.0 - 1));
    stand.looked_after().await;
    let last = stand.id_token("lisi").await;
    assert_eq!(kid(&last), kid(old), "dex #2759: not before every application can know it");
    stand.later(Span(1));
    let token = stand.signed_by_another(&kid(old)).await;
    assert!(new.verifies(&token), "the set that was fetched at the publication knows the key that signs now");
    // Everything that the old key signed verifies for its whole life, by a set fetched at any time of it.
    for _ in 0..6 {
        let jwks = stand.jwks().await;
        assert!(jwks.verifies(old) && jwks.verifies(&last) && jwks.verifies(last_of_old) && jwks.verifies(&token));
        stand.later(Span::minutes(10));
        stand.looked_after().await;
    }
    // An hour more, and one second.
    stand.later(Span(3_601));
    let jwks = stand.turned(3).await;
    assert!(!jwks.verifies(old) && jwks.verifies(&token));
}

#[tokio::test]
async fn threat_45_a_scheduled_rotation_is_published_before_it_signs_and_old_kids_verify_long_enough() {
    let stand = Stand::with(Setup::default()).await;
    let old = stand.id_token("zhangsan").await;
    stand.later(Span(Span::days(90).0 - PUBLISHED.0 - 1));
    stand.looked_after().await;
    assert_eq!(stand.jwks().await.kids().len(), 3);
    stand.later(Span(1));
    let last_of_old = stand.id_token("zhangsan").await;
    stand.turned(6).await;
    a_whole_turn(&stand, &old, &last_of_old).await;
}

#[tokio::test]
async fn threat_45_an_operators_rotation_runs_the_same_way_and_a_second_one_makes_no_second_successor() {
    let stand = Stand::new().await;
    let (old, subject) = (stand.id_token("zhangsan").await, stand.app().subject(&stand.computer("zhangsan")).await);
    stand.rotate("emergency=false").await;
    let after = stand.jwks().await.kids();
    stand.rotate("").await;
    assert_eq!(stand.jwks().await.kids(), after);
    let last_of_old = stand.id_token("lisi").await;
    assert_eq!(kid(&last_of_old), kid(&old));
    a_whole_turn(&stand, &old, &last_of_old).await;
    assert_eq!(stand.app().subject(&stand.computer("zhangsan")).await, subject, "law 6");
}

#[tokio::test]
async fn threat_45_in_an_emergency_the_old_key_is_gone_at_once_and_everybody_stays_signed_in() {
    let stand = Stand::with(Setup::default().on_sled()).await;
    let browser = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&browser, "openid offline_access").await;
    let before = stand.jwks().await;
    stand.rotate("emergency=true").await;
    let after = stand.jwks().await;
    assert_eq!(after.kids().len(), 3);
    assert!(before.kids().iter().all(|kid| !after.kids().contains(kid)));
    assert!(before.verifies(tokens.id_token()) && !after.verifies(tokens.id_token()));
    // Forged with the stolen key, a hint is none.
    let mut hint = stand.app().endpoint("/logout");
    hint.query_pairs_mut().append_pair("id_token_hint", tokens.id_token());
    assert!(browser.walk(&hint).await.page().has("logout-confirm"));

    let fresh = stand.app().refresh(tokens.refresh_token()).await.good();
    assert!(after.verifies(fresh.id_token()));
    assert!(after.verifies(&stand.id_token("lisi").await));
    stand.app().silently(&browser).await.code();
    assert_eq!(stand.app().userinfo(tokens.access_token()).await.status, 200);
    // The store has learnt of it: the next start finds everything in order.
    let stand = stand.restarted().await;
    assert_eq!(stand.jwks().await.kids(), after.kids());
    stand.app().refresh(fresh.refresh_token()).await.good();
}

#[tokio::test]
async fn threat_45_id_tokens_that_lived_longer_before_a_reload_keep_their_key() {
    let mut stand = Stand::with(Setup::default().tables("[lifetimes]\nid_token = \"12h\"")).await;
    let long = stand.id_token("zhangsan").await;
    stand.looked_after().await;
    stand.reloaded(Setup::default()).await;
    stand.rotate("").await;
    stand.later(PUBLISHED);
    stand.signed_by_another(&kid(&long)).await;
    // It lives 12 hours, ten minutes of which are over.
    stand.later(Span(Span::hours(12).0 - PUBLISHED.0 - 1));
    stand.looked_after().await;
    for _ in 0..20 {
        assert!(stand.jwks().await.verifies(&long));
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    stand.later(Span::hours(2));
    assert!(!stand.turned(3).await.verifies(&long));
}

#[tokio::test]
async fn threat_45_a_jwt_access_token_keeps_its_key_for_as_long_as_it_lives() {
    let lines = "access_token_format = \"jwt\"\n[clients.lifetimes]\naccess_token = \"12h\"";
    let stand = Stand::of([Client::new("app").with(lines)]).await;
    let tokens = stand.app().tokens(&stand.computer("zhangsan"), "openid").await;
    let long = tokens.access_token();
    stand.rotate("").await;
    stand.later(PUBLISHED);
    stand.signed_by_another(&kid(long)).await;
    // ID tokens of an hour are long over.
    stand.later(Span(Span::hours(12).0 - PUBLISHED.0 - 1));
    stand.looked_after().await;
    for _ in 0..20 {
        assert!(stand.jwks().await.verifies(long));
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    assert_eq!(stand.app().userinfo(long).await.status, 200);
    stand.later(Span::hours(2));
    assert!(!stand.turned(3).await.verifies(long));
}
