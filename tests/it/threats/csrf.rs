//! Login CSRF, session fixation, unsolicited callbacks, codes from elsewhere (threats 17 to 20).

use url::Url;
use wecom_sim::CodeRequest;

use crate::support::{Answer, Browser, GETUSERINFO, RelyingParty, Stand, USER_GET};

/// The callback that WeCom sends this browser to, not yet visited.
pub async fn callback(rp: &RelyingParty, browser: &Browser) -> Url {
    browser.walk_to(&rp.request().url(), |url| url.path().ends_with("/callback")).await
}

/// The same address with another code or state.
pub fn with(url: &Url, name: &str, value: Option<&str>) -> Url {
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(known, _)| known != name).collect();
    pairs.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url
}

#[tokio::test]
async fn threat_17_the_attackers_callback_in_the_victims_browser_signs_nobody_in() {
    let stand = Stand::new().await;
    let (attacker, victim) = (stand.computer("lisi"), stand.computer("zhangsan"));
    let trap = callback(&stand.app(), &attacker).await;
    victim.walk(&trap).await.page().assert_refused(400, "start_again");
    assert!(victim.cookies(&trap).is_empty());
    // With a sign-in of its own under way, too.
    let own = callback(&stand.app(), &victim).await;
    victim.walk(&trap).await.page().assert_refused(400, "start_again");
    let mixed = with(&with(&own, "code", Answer::of(&trap).get("code")), "state", Answer::of(&trap).get("state"));
    victim.walk(&mixed).await.page().assert_refused(400, "start_again");
    assert_eq!(stand.calls(GETUSERINFO), 0);
    victim.walk(&own).await.answer().code();
}

#[tokio::test]
async fn threat_17_a_state_that_is_missing_empty_doubled_changed_or_swapped_is_refused() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let (first, second) = (callback(&stand.app(), &browser).await, callback(&stand.app(), &browser).await);
    let state = Answer::of(&first).get("state").unwrap().to_owned();
    let swapped = Answer::of(&second).get("state").unwrap().to_owned();
    let last = if state.ends_with('A') { 'B' } else { 'A' };
    let changed = format!("{}{last}", &state[..42]);
    for wrong in [None, Some(""), Some(&state[..42]), Some(&changed), Some(&swapped), Some(&state.to_lowercase())] {
        browser.walk(&with(&first, "state", wrong)).await.page().assert_refused(400, "start_again");
    }
    let mut doubled = first.clone();
    doubled.query_pairs_mut().append_pair("state", &state);
    browser.walk(&doubled).await.page().assert_refused(400, "start_again");
    let mut two_codes = first.clone();
    two_codes.query_pairs_mut().append_pair("code", "x");
    browser.walk(&two_codes).await.page().assert_refused(400, "start_again");
    assert_eq!(stand.calls(GETUSERINFO), 0);
    for url in [first, second] {
        browser.walk(&url).await.answer().code();
    }
}

#[tokio::test]
async fn threat_17_cookies_that_are_missing_replayed_or_swapped_are_refused() {
    let stand = Stand::new().await;
    let (one, two) = (stand.computer("zhangsan"), stand.computer("zhangsan"));
    let (first, second) = (callback(&stand.app(), &one).await, callback(&stand.app(), &two).await);
    let id = |url: &Url| url.path_segments().unwrap().nth(1).unwrap().to_owned();
    let (binding, other) = (format!("login-{}", id(&first)), format!("login-{}", id(&second)));
    let path = format!("/login/{}/", id(&first));
    let value = |browser: &Browser, url: &Url, name: &str| browser.cookie(url, name).expect("a cookie");
    let sealed = value(&one, &first, "login");
    let bound = value(&one, &first, &binding);
    let planted = |binding_value: Option<&str>, sealed_value: Option<&str>| {
        let browser = stand.computer("zhangsan");
        if let Some(value) = binding_value {
            browser.plant(&first, &format!("{binding}={value}; Path=/"));
        }
        if let Some(value) = sealed_value {
            browser.plant(&first, &format!("login={value}; Path={path}"));
        }
        browser
    };
    let (their_binding, their_sealed) = (value(&two, &second, &other), value(&two, &second, "login"));
    let wrong = [
        (Some(bound.as_str()), None),
        (None, Some(sealed.as_str())),
        (Some(&their_binding), Some(&sealed)),
        (Some(&bound), Some(&their_sealed)),
        (Some(&their_binding), Some(&their_sealed)),
        (Some(""), Some(&sealed)),
        (Some(&bound), Some("")),
        (Some(&sealed), Some(&bound)),
    ];
    for (binding_value, sealed_value) in wrong {
        let browser = planted(binding_value, sealed_value);
        browser.walk(&first).await.page().assert_refused(400, "start_again");
    }
    assert_eq!(stand.calls(GETUSERINFO), 0);
    planted(Some(&bound), Some(&sealed)).walk(&first).await.answer().code();
}

#[tokio::test]
async fn threat_18_the_session_changes_its_cookie_at_every_sign_in() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let root = stand.address("/authorize");
    let planted = "A".repeat(43);
    zhangsan.plant(&root, &format!("session={planted}; Path=/"));
    stand.app().tokens(&zhangsan, "openid").await;
    let first = zhangsan.cookie(&root, "session").expect("a session");
    assert_ne!(first, planted);

    let old = zhangsan.twin();
    let page = zhangsan.walk(&stand.app().request().set("prompt", "login").url()).await.page();
    zhangsan.click(&page, "wecom-login").await.answer().code();
    assert_ne!(zhangsan.cookie(&root, "session"), Some(first));
    assert_eq!(stand.app().silently(&old).await.error(), "login_required", "the old cookie is worth nothing");
    assert!(stand.app().silently(&zhangsan).await.get("code").is_some());
}

#[tokio::test]
async fn threat_18_another_member_in_the_same_browser_is_another_session() {
    let stand = Stand::new().await;
    let shared = stand.computer("zhangsan");
    let first = stand.app().tokens(&shared, "openid").await.id_claims();
    let shared = shared.of("lisi");
    let page = shared.walk(&stand.app().request().set("prompt", "select_account").url()).await.page();
    let page = shared.click(&page, "account-other").await.page();
    let code = shared.click(&page, "wecom-login").await.answer().code();
    let second = stand.app().redeem(&code).await.good().id_claims();
    assert_ne!((&first["sub"], &first["sid"]), (&second["sub"], &second["sid"]));
    assert_ne!(first["sid"], second["sid"]);
}

#[tokio::test]
async fn threat_19_a_callback_that_nobody_asked_for_is_a_page_that_says_start_again() {
    let stand = Stand::new().await;
    let code = stand
        .sim
        .make_code(&CodeRequest { agent_id: 1_000_002, member: "zhangsan".into(), ..CodeRequest::default() })
        .unwrap();
    for id in ["01xUkUefOn2oSjO1ZYJxr5", "x", "..%2f", "%00"] {
        let mut url = stand.address(&format!("/login/{id}/callback"));
        url.query_pairs_mut().append_pair("code", &code).append_pair("state", &"a".repeat(43));
        let page = stand.computer("zhangsan").walk(&url).await.page();
        assert!(page.status == 404 || page.error_code() == "start_again", "{id}: {}", page.text());
        assert!(page.header("set-cookie").is_none());
    }
    assert_eq!(stand.calls(GETUSERINFO), 0);
}

#[tokio::test]
async fn threat_20_a_code_of_another_corp_or_app_signs_nobody_in() {
    let stand = Stand::new().await;
    let other_corp = CodeRequest {
        corp: Some("wwfedcba9876543210".into()),
        agent_id: 1_000_002,
        member: "zhangsan".into(),
        ..CodeRequest::default()
    };
    let other_app = CodeRequest { agent_id: 1_000_003, member: "zhangsan".into(), ..CodeRequest::default() };
    for (request, refusals) in [
        (other_corp, [(400, "start_again"), (502, "wecom_misconfigured")]),
        (other_app, [(502, "wecom_misconfigured"), (400, "start_again")]),
    ] {
        let browser = stand.computer("zhangsan");
        let right = callback(&stand.app(), &browser).await;
        let foreign = with(&right, "code", Some(&stand.sim.make_code(&request).unwrap()));
        let page = browser.walk(&foreign).await.page();
        assert!(refusals.contains(&(page.status, page.error_code().as_str())), "{} {}", page.status, page.error_code());
        assert_eq!(stand.app().silently(&browser).await.error(), "login_required");
        browser.walk(&right).await.answer().code();
    }
}

#[tokio::test]
async fn threat_20_a_code_that_was_used_in_one_sign_in_is_worth_nothing_in_another() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let (first, second) = (callback(&stand.app(), &browser).await, callback(&stand.app(), &browser).await);
    let used = Answer::of(&first).get("code").unwrap().to_owned();
    browser.walk(&first).await.answer().code();
    browser.walk(&with(&second, "code", Some(&used))).await.page().assert_refused(400, "start_again");
    assert_eq!(stand.calls(USER_GET), 1);
    browser.walk(&second).await.answer().code();
}
