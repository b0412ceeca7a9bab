//! Choosing the account: `prompt=select_account`, and a hint that names another member.

use url::Url;

use crate::support::{Answer, Browser, GETUSERINFO, Page, Stand};

fn asking(stand: &Stand, prompt: &str) -> Url {
    stand.app().request().set("prompt", prompt).url()
}

async fn signed_in(stand: &Stand, member: &str) -> Browser {
    let browser = stand.computer(member);
    stand.app().tokens(&browser, "openid").await;
    browser
}

#[track_caller]
fn chooses(page: Page) -> Page {
    assert!(page.has("account-continue") && page.has("account-other"), "{}", page.text());
    page
}

#[tokio::test]
async fn whoever_is_signed_in_is_named_and_goes_on_with_one_click_and_without_wecom() {
    let stand = Stand::new().await;
    let zhangsan = signed_in(&stand, "zhangsan").await;
    let before = stand.app().tokens(&zhangsan, "openid").await.id_claims();
    let page = chooses(zhangsan.walk(&asking(&stand, "select_account")).await.page());
    assert!(page.text().contains("张三") && page.text().contains("Application app"), "{}", page.text());
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(!policy.contains("form-action"), "Chrome would stop the redirect behind the form: {policy}");
    assert_eq!(Answer::of(&page.link("back-to-app")).error(), "access_denied");
    let code = zhangsan.press(&page, "account-continue").await.answer().code();
    let claims = stand.app().redeem(&code).await.good().id_claims();
    assert_eq!((&claims["sub"], &claims["auth_time"]), (&before["sub"], &before["auth_time"]));
    assert_eq!(stand.calls(GETUSERINFO), 1);
    // The next request asks anew.
    chooses(zhangsan.walk(&asking(&stand, "select_account")).await.page());
}

#[tokio::test]
async fn another_account_goes_by_wecom_and_its_session_takes_the_place_of_the_first() {
    let stand = Stand::new().await;
    let lisi = stand.app().subject(&stand.computer("lisi")).await;
    let shared = signed_in(&stand, "zhangsan").await;
    let page = chooses(shared.walk(&asking(&stand, "select_account")).await.page());
    let shared = shared.of("lisi");
    let sign_in = shared.click(&page, "account-other").await.page();
    assert!(sign_in.text().contains("张三"), "{}", sign_in.text());
    let code = shared.click(&sign_in, "wecom-login").await.answer().code();
    assert_eq!(stand.app().redeem(&code).await.good().id_claims()["sub"], lisi);
    assert_eq!(stand.app().subject(&shared).await, lisi);
    // The page that named zhangsan is worth nothing to lisi.
    shared.submit(&page.form("account-continue")).await.assert_refused(400, "start_again");
}

#[tokio::test]
async fn without_a_session_the_choice_is_the_sign_in_page() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let page = zhangsan.walk(&asking(&stand, "select_account")).await.page();
    assert!(!page.has("account-continue"), "{}", page.text());
    zhangsan.click(&page, "wecom-login").await.answer().code();
    assert_eq!(stand.calls(GETUSERINFO), 1);
}

#[tokio::test]
async fn threat_33_a_choice_that_a_foreign_page_sends_is_worth_nothing() {
    let stand = Stand::new().await;
    let zhangsan = signed_in(&stand, "zhangsan").await;
    let url = asking(&stand, "select_account");
    let (page, other) = (zhangsan.walk(&url).await.page(), zhangsan.walk(&url).await.page());
    let form = page.form("account-continue");
    for token in ["", "x", &"0".repeat(64), &other.form("account-continue").fields[0].1] {
        let mut forged = form.clone();
        forged.fields = vec![("token".into(), token.into())];
        zhangsan.submit(&forged).await.assert_refused(400, "start_again");
    }
    zhangsan.post_from_elsewhere(&form.action, &form.fields).await.assert_refused(400, "start_again");
    signed_in(&stand, "lisi").await.submit(&form).await.assert_refused(400, "start_again");
    // Nor does going on by hand choose anything.
    chooses(zhangsan.walk(&page.url.join("continue").unwrap()).await.page());
    zhangsan.press(&page, "account-continue").await.answer().code();
}

#[tokio::test]
async fn a_choice_holds_for_the_session_it_was_made_in() {
    let stand = Stand::new().await;
    let shared = signed_in(&stand, "zhangsan").await;
    let page = chooses(shared.walk(&asking(&stand, "select_account consent")).await.page());
    let consent = shared.press(&page, "account-continue").await.page();
    assert!(consent.has("consent-allow"), "{}", consent.text());
    // In another tab lisi takes the computer over.
    let shared = shared.of("lisi");
    let tab = shared.walk(&asking(&stand, "login")).await.page();
    shared.click(&tab, "wecom-login").await.answer().code();
    let again = chooses(shared.walk(&page.url.join("continue").unwrap()).await.page());
    assert!(again.text().contains("李四"), "{}", again.text());
}

#[tokio::test]
async fn prompts_that_come_together_are_each_honoured_once_and_in_turn() {
    let stand = Stand::new().await;
    for prompt in ["select_account login", "login select_account"] {
        let zhangsan = signed_in(&stand, "zhangsan").await;
        let calls = stand.calls(GETUSERINFO);
        let page = chooses(zhangsan.walk(&asking(&stand, prompt)).await.page());
        let proof = zhangsan.press(&page, "account-continue").await.page();
        assert!(proof.has("wecom-login") && proof.text().contains("再次确认"), "{prompt}: {}", proof.text());
        zhangsan.click(&proof, "wecom-login").await.answer().code();
        assert_eq!(stand.calls(GETUSERINFO), calls + 1, "{prompt}");
        // Another account proves it by itself.
        let page = chooses(zhangsan.walk(&asking(&stand, prompt)).await.page());
        let sign_in = zhangsan.click(&page, "account-other").await.page();
        zhangsan.click(&sign_in, "wecom-login").await.answer().code();
    }
    for prompt in ["consent select_account", "select_account consent login", "login consent"] {
        let zhangsan = signed_in(&stand, "zhangsan").await;
        let mut page = zhangsan.walk(&asking(&stand, prompt)).await.page();
        if prompt.contains("select_account") {
            page = zhangsan.press(&chooses(page), "account-continue").await.page();
        }
        if prompt.contains("login") {
            assert!(page.has("wecom-login"), "{prompt}: {}", page.text());
            page = zhangsan.click(&page, "wecom-login").await.page();
        }
        assert!(page.has("consent-allow"), "{prompt}: {}", page.text());
        zhangsan.press(&page, "consent-allow").await.answer().code();
    }
}

#[tokio::test]
async fn the_rules_of_the_client_hold_for_whoever_goes_on() {
    use crate::support::Client;
    let few = Client::new("few").with("allow = { userids = [\"lisi\"] }");
    let phone = Client::new("phone").with("phone = \"required\"");
    let stand = Stand::of([Client::new("app"), few, phone]).await;
    let zhangsan = signed_in(&stand, "zhangsan").await;
    for (id, error) in [("few", Some("not_allowed")), ("phone", None)] {
        let url = stand.rp(id).request().set("prompt", "select_account").url();
        let page = chooses(zhangsan.walk(&url).await.page());
        let next = zhangsan.press(&page, "account-continue").await.page();
        match error {
            Some(code) => next.assert_refused(403, code),
            None => assert!(next.has("phone-link"), "{}", next.text()),
        }
    }
}

#[tokio::test]
async fn the_largest_request_can_be_chosen_and_agreed_to() {
    let stand = Stand::new().await;
    let zhangsan = signed_in(&stand, "zhangsan").await;
    let request = stand.app().request().set("state", &"s".repeat(2_048)).set("nonce", &"n".repeat(512));
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let request = request.set("code_challenge", challenge).set("code_challenge_method", "S256");
    let page = zhangsan.walk(&request.set("prompt", "select_account consent").url()).await.page();
    let consent = zhangsan.press(&chooses(page), "account-continue").await.page();
    zhangsan.press(&consent, "consent-allow").await.answer().code();
}

#[tokio::test]
async fn a_hint_of_another_member_names_who_is_signed_in_and_offers_another_account() {
    let stand = Stand::new().await;
    let lisi = stand.app().tokens(&stand.computer("lisi"), "openid").await;
    let shared = signed_in(&stand, "zhangsan").await;
    let request = stand.app().request().set("id_token_hint", lisi.id_token());
    let page = shared.walk(&request.url()).await.page();
    assert!(page.has("wecom-login") && page.text().contains("张三"), "{}", page.text());
    assert_eq!(Answer::of(&page.link("back-to-app")).error(), "access_denied");
    // With a choice asked for as well, going on as the wrong member leads to the same page.
    let page = chooses(shared.walk(&request.set("prompt", "select_account").url()).await.page());
    let other = shared.press(&page, "account-continue").await.page();
    let shared = shared.of("lisi");
    let code = shared.click(&other, "wecom-login").await.answer().code();
    assert_eq!(stand.app().redeem(&code).await.good().id_claims()["sub"], lisi.id_claims()["sub"]);
}
