//! Signing out (RP-Initiated Logout 1.0; threats 33 and 34).

use url::Url;

use crate::support::{Answer, Browser, Page, Program, Setup, Stand, TokenAnswer};

struct Signed {
    stand: Stand,
    browser: Browser,
    tokens: TokenAnswer,
}

async fn signed_in() -> Signed {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&browser, "openid").await;
    Signed { stand, browser, tokens }
}

impl Signed {
    fn address(&self, pairs: &[(&str, &str)]) -> Url {
        let mut url = self.stand.address("/logout");
        url.query_pairs_mut().extend_pairs(pairs);
        url
    }

    async fn is_out(&self) -> bool {
        self.stand.app().silently(&self.browser).await.get("error") == Some("login_required")
    }

    /// Asks first; then nobody is signed in any more.
    async fn confirms(&self, page: Page) -> crate::support::Journey {
        assert!(page.has("logout-confirm"), "{}", page.text());
        assert!(!self.is_out().await);
        let journey = self.browser.press(&page, "logout-confirm").await;
        assert!(self.is_out().await);
        journey
    }
}

const BYE: &str = "https://app.example/bye";

#[tokio::test]
async fn a_genuine_hint_signs_out_at_once_and_the_state_comes_back() {
    let state = "-._~".repeat(32);
    for with_state in [true, false] {
        let signed = signed_in().await;
        let mut pairs = vec![("id_token_hint", signed.tokens.id_token()), ("post_logout_redirect_uri", BYE)];
        if with_state {
            pairs.push(("state", &state));
        }
        let to = signed.browser.walk(&signed.address(&pairs)).await.left();
        let answer = Answer::of(&to);
        let expected: Vec<_> = with_state.then(|| ("state".to_owned(), state.clone())).into_iter().collect();
        assert_eq!((answer.address.as_str(), answer.params), (BYE, expected));
        assert!(signed.is_out().await);
    }
}

#[tokio::test]
async fn without_a_hint_the_member_is_asked() {
    let signed = signed_in().await;
    let page = signed.browser.walk(&signed.address(&[])).await.page();
    let page = signed.confirms(page).await.page();
    assert_eq!(page.status, 200);
    // Nobody is there any more: nothing to ask.
    let page = signed.browser.walk(&signed.address(&[])).await.page();
    assert!(page.status == 200 && !page.has("logout-confirm"), "{}", page.text());
}

#[tokio::test]
async fn nocobases_client_id_without_a_hint_asks_and_then_goes_to_its_address() {
    let signed = signed_in().await;
    let url = signed.address(&[("client_id", "app"), ("post_logout_redirect_uri", BYE)]);
    let page = signed.browser.walk(&url).await.page();
    assert!(page.text().contains("Application app"), "{}", page.text());
    assert_eq!(signed.confirms(page).await.left().as_str(), BYE);
}

#[tokio::test]
async fn an_address_that_is_not_registered_is_never_gone_to() {
    for bad in [
        "https://app.example/bye?foo=bar",
        "https://app.example/bye/",
        "https://evil.example/",
        "https://other.example/bye",
        "javascript:alert(1)",
    ] {
        let signed = signed_in().await;
        let url = signed.address(&[("id_token_hint", signed.tokens.id_token()), ("post_logout_redirect_uri", bad)]);
        let mut page = signed.browser.walk(&url).await.page();
        if page.has("logout-confirm") {
            page = signed.browser.press(&page, "logout-confirm").await.page();
        }
        assert!(!page.body.contains(bad), "{bad}");
        assert!(signed.is_out().await);
    }
}

#[tokio::test]
async fn threat_34_an_address_without_client_and_hint_leads_nowhere() {
    let signed = signed_in().await;
    let page = signed.browser.walk(&signed.address(&[("post_logout_redirect_uri", BYE)])).await.page();
    let page = signed.confirms(page).await.page();
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn threat_12_a_forged_hint_never_ends_the_session_without_a_question() {
    let signed = signed_in().await;
    let other = signed.stand.rp("other").tokens(&signed.browser, "openid").await;
    let lisi = signed.stand.app().tokens(&signed.stand.computer("lisi"), "openid").await;
    let [header, body, signature] = signed.tokens.id_token().split('.').collect::<Vec<_>>()[..] else {
        panic!("a JWT")
    };
    let hints = [
        format!("eyJhbGciOiJub25lIn0.{body}."),
        format!("{header}.{body}."),
        format!("{header}.{body}.{}", signature.chars().rev().collect::<String>()),
        format!("{header}.{}.{signature}", lisi.id_token().split('.').nth(1).unwrap()),
        lisi.id_token().to_owned(),
        "x".to_owned(),
    ];
    for hint in &hints {
        let url = signed.address(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("client_id", "app")]);
        let page = signed.browser.walk(&url).await.page();
        assert!(page.has("logout-confirm") && !signed.is_out().await, "{hint}");
    }
    // A hint for one client and the name of another contradict each other.
    let url =
        signed.address(&[("id_token_hint", other.id_token()), ("client_id", "app"), ("post_logout_redirect_uri", BYE)]);
    let page = signed.browser.walk(&url).await.page();
    assert!(signed.confirms(page).await.page().status == 200);
}

#[tokio::test]
async fn a_posted_sign_out_finds_the_session_again_behind_a_redirect() {
    let signed = signed_in().await;
    let fields =
        |pairs: &[(&str, &str)]| pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect::<Vec<_>>();
    let hint =
        fields(&[("id_token_hint", signed.tokens.id_token()), ("post_logout_redirect_uri", BYE), ("state", "s")]);
    let page = signed.browser.post_from_elsewhere(&signed.address(&[]).join("/logout").unwrap(), &hint).await;
    assert_eq!(page.status, 303);
    assert_eq!(signed.browser.onward(page).await.left().as_str(), "https://app.example/bye?state=s");
    assert!(signed.is_out().await);

    let signed = signed_in().await;
    let page =
        signed.browser.post_from_elsewhere(&signed.stand.address("/logout"), &fields(&[("client_id", "app")])).await;
    let page = signed.browser.onward(page).await.page();
    signed.confirms(page).await.page();
}

#[tokio::test]
async fn threat_33_a_confirmation_that_a_foreign_page_sends_signs_nobody_out() {
    let signed = signed_in().await;
    let page = signed.browser.walk(&signed.address(&[])).await.page();
    let form = page.form("logout-confirm");
    signed.browser.post_from_elsewhere(&form.action, &form.fields).await.assert_refused(400, "start_again");
    let mut forged = form.clone();
    forged.fields = vec![("token".to_owned(), "0".repeat(64))];
    signed.browser.submit(&forged).await.assert_refused(400, "start_again");
    assert!(!signed.is_out().await);
}

#[tokio::test]
async fn after_signing_out_an_old_callback_address_signs_nobody_in_again() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let callback = browser.walk_to(&stand.app().request().url(), |url| url.path().ends_with("/callback")).await;
    let tokens = stand.app().redeem(&browser.walk(&callback).await.answer().code()).await.good();
    let mut out = stand.address("/logout");
    out.query_pairs_mut().append_pair("id_token_hint", tokens.id_token());
    browser.walk(&out).await.page();
    let page = browser.walk(&callback).await.page();
    assert_ne!(page.status, 200, "{}", page.text());
    assert_eq!(stand.app().silently(&browser).await.error(), "login_required");
}

#[tokio::test]
async fn a_sign_out_survives_kill_9_right_after_the_answer() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let browser = program.computer("zhangsan");
    let app = program.rp("app");
    let tokens = app.tokens(&browser, "openid").await;
    let thief = browser.twin();
    let mut out = app.endpoint("/logout");
    out.query_pairs_mut().append_pair("id_token_hint", tokens.id_token());
    browser.walk(&out).await.page();
    program.killed_and_restarted().await;
    assert_eq!(app.silently(&thief).await.error(), "login_required");
}
