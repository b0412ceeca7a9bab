//! `prompt=none`: an answer at once, never a page, never a call to WeCom (threat 37).

use std::time::Duration;

use wecom_oidc::domain::time::Span;
use wecom_sim::{Effect, Fault};

use crate::support::relying_party::forged;
use crate::support::{Client, Setup, Stand};

#[tokio::test]
async fn threat_37_prompt_none_has_every_outcome_without_a_page_and_without_wecom() {
    let clients = [
        Client::new("app"),
        Client::new("few").with("allow = { userids = [\"lisi\"] }"),
        Client::new("phone").with("phone = \"required\""),
        Client::new("elsewhere").with("wecom = [\"second\"]"),
    ];
    let app = clients.map(|client| if client.id == "elsewhere" { client } else { client.with("wecom = [\"main\"]") });
    let stand = Stand::with(Setup::of(app).with_second_corp()).await;
    let zhangsan = stand.computer("zhangsan");
    let before_anybody = stand.calls_about_people();
    assert_eq!(stand.app().silently(&zhangsan).await.error(), "login_required");
    assert_eq!(stand.calls_about_people(), before_anybody);

    let tokens = stand.app().tokens(&zhangsan, "openid").await;
    let before = stand.calls_about_people();
    let again = stand.app().silently(&zhangsan).await;
    let claims = stand.app().redeem(&again.code()).await.good().id_claims();
    assert_eq!((&claims["sub"], &claims["auth_time"]), (&tokens.id_claims()["sub"], &tokens.id_claims()["auth_time"]));
    for (id, error) in [("few", "access_denied"), ("phone", "interaction_required"), ("elsewhere", "login_required")] {
        assert_eq!(stand.rp(id).silently(&zhangsan).await.error(), error, "{id}");
    }
    stand.later(Span::seconds(100));
    let none = stand.app().request().set("prompt", "none");
    let aged = zhangsan.walk(&none.clone().set("max_age", "60").url()).await.answer();
    assert_eq!(aged.error(), "login_required");
    assert!(zhangsan.walk(&none.clone().set("max_age", "100").url()).await.answer().get("code").is_some());
    assert_eq!(zhangsan.walk(&none.set("max_age", "0").url()).await.answer().error(), "login_required");
    assert_eq!(stand.calls_about_people(), before);
}

#[tokio::test]
async fn prompt_none_beside_anything_else_contradicts_itself() {
    let stand = Stand::new().await;
    for prompt in ["none login", "consent none", "none select_account", "none none login", "create"] {
        let url = stand.app().request().set("prompt", prompt).url();
        assert_eq!(stand.computer("zhangsan").walk(&url).await.answer().error(), "invalid_request", "{prompt}");
    }
}

#[tokio::test]
async fn a_silent_answer_carries_the_state_intact_and_says_who_it_is_from() {
    let stand = Stand::new().await;
    let state = "-._~".repeat(32);
    let url = stand.app().request().set("prompt", "none").set("state", &state).url();
    let answer = stand.computer("zhangsan").walk(&url).await.answer();
    assert_eq!((answer.error(), answer.get("state")), ("login_required", Some(state.as_str())));
    assert_eq!(answer.get("iss"), Some(stand.issuer.as_str()));
    let mut names: Vec<_> = answer.params.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["error", "error_description", "iss", "state"]);
}

#[tokio::test]
async fn whether_a_hint_fits_the_member_decides() {
    let stand = Stand::new().await;
    let (zhangsan, lisi) = (stand.computer("zhangsan"), stand.computer("lisi"));
    let mine = stand.app().tokens(&zhangsan, "openid").await;
    let theirs = stand.app().tokens(&lisi, "openid").await;
    let others = stand.rp("other").tokens(&zhangsan, "openid").await;
    let ask = |hint: &str| stand.app().request().set("prompt", "none").set("id_token_hint", hint).url();

    assert!(zhangsan.walk(&ask(mine.id_token())).await.answer().get("code").is_some());
    stand.later(Span::hours(2));
    let expired = zhangsan.walk(&ask(mine.id_token())).await.answer();
    assert!(expired.get("code").is_some(), "an expired token is a hint all the same: {expired:?}");
    assert_eq!(zhangsan.walk(&ask(theirs.id_token())).await.answer().error(), "login_required");
    assert_eq!(stand.computer("zhangsan").walk(&ask(mine.id_token())).await.answer().error(), "login_required");
    for foreign in [others.id_token(), "x", "a.b.c"] {
        assert_eq!(zhangsan.walk(&ask(foreign)).await.answer().error(), "invalid_request", "{foreign}");
    }
}

#[tokio::test]
async fn a_hint_of_another_member_lets_the_browser_choose_once() {
    let stand = Stand::new().await;
    let shared = stand.computer("zhangsan");
    let lisi = stand.app().tokens(&stand.computer("lisi"), "openid").await;
    stand.app().tokens(&shared, "openid").await;
    let url = stand.app().request().set("id_token_hint", lisi.id_token()).url();

    let page = shared.walk(&url).await.page();
    assert!(page.has("wecom-login"), "{}", page.text());
    // Still zhangsan: the application is told rather than given somebody it did not ask for.
    assert_eq!(shared.click(&page, "wecom-login").await.answer().error(), "login_required");
    let page = shared.walk(&url).await.page();
    let shared = shared.of("lisi");
    let code = shared.click(&page, "wecom-login").await.answer().code();
    assert_eq!(stand.app().redeem(&code).await.good().id_claims()["sub"], lisi.id_claims()["sub"]);
}

#[tokio::test]
async fn threats_12_13_and_14_a_hint_that_is_forged_or_of_another_issuer_is_refused() {
    // Every stand of this run has the same keys, so another issuer's token has a good signature.
    let (stand, elsewhere) = (Stand::new().await, Stand::new().await);
    let zhangsan = stand.computer("zhangsan");
    let own = stand.app().tokens(&zhangsan, "openid").await;
    let foreign = elsewhere.app().tokens(&elsewhere.computer("zhangsan"), "openid").await;
    let keys: serde_json::Value =
        stand.http.get(stand.address("/jwks.json")).send().await.unwrap().json().await.unwrap();
    let mut hints = vec![foreign.id_token().to_owned()];
    hints.extend(forged(own.id_token(), &keys));
    for hint in hints {
        let url = stand.app().request().set("prompt", "none").set("id_token_hint", &hint).url();
        assert_eq!(zhangsan.walk(&url).await.answer().error(), "invalid_request", "{hint}");
    }
}

#[tokio::test]
async fn threat_37_departments_that_wecom_does_not_tell_hold_no_single_sign_on_up() {
    const LIST: &str = "/cgi-bin/department/list";
    let sim = wecom_sim::start(wecom_sim::Options::default()).await.unwrap();
    sim.add_fault(Fault { path: LIST.to_owned(), effect: Some(Effect::Hang), ..Fault::default() }).unwrap();
    let few = Client::new("few").with("allow = { departments = [7] }");
    let stand = Stand::beside(sim, Setup::of([Client::new("open"), few])).await;
    // Department 8 lies below 7, which only the list tells.
    let browser = stand.computer("WangWu");
    stand.rp("open").tokens(&browser, "openid").await;
    for _ in 0..400 {
        if stand.calls(LIST) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(stand.sim.counter(LIST).running, 1, "read ahead in the background, without an answer");
    let before = stand.calls_about_people();
    let began = tokio::time::Instant::now();
    for _ in 0..3 {
        assert_eq!(stand.rp("few").silently(&browser).await.error(), "interaction_required");
        stand.rp("few").walk(&browser, "openid").await.page().assert_refused(503, "wecom_unavailable");
        stand.rp("open").silently(&browser).await.code();
    }
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    assert_eq!(stand.calls_about_people(), before);
}
