//! How answers travel: query, fragment, form post; POST at the authorization endpoint; `state` and `iss`.

use crate::support::{Answer, Browser, GETUSERINFO, Page, Stand};

/// The fields of the form that a `form_post` page sends.
fn posted(page: &Page, action: &str) -> Answer {
    assert_eq!(page.status, 200, "{}", page.text());
    let form = page.form("form-post");
    assert_eq!((form.action.as_str(), form.method.as_str()), (action, "POST"));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(!policy.contains("form-action") && policy.contains("default-src 'none'"), "{policy}");
    Answer { address: form.action.to_string(), params: form.fields }
}

#[tokio::test]
async fn form_post_carries_codes_and_errors_in_the_body_and_nothing_in_an_address() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let request = app.request().set("response_mode", "form_post");
    let uri = &app.client.redirect_uri;
    for round in ["fresh", "sso"] {
        let answer = posted(&zhangsan.walk(&request.url()).await.page(), uri);
        assert_eq!(
            (answer.get("state"), answer.get("iss")),
            (Some("af0ifjsldkj"), Some(app.issuer.as_str())),
            "{round}"
        );
        app.redeem(&answer.code()).await.good();
    }
    let errors = [("prompt", "none login"), ("response_type", "token"), ("max_age", "x"), ("request", "e30.e30.")];
    for (name, value) in errors {
        let answer = posted(&zhangsan.walk(&request.clone().set(name, value).url()).await.page(), uri);
        assert!(!answer.error().is_empty() && answer.get("iss").is_some(), "{name}: {answer:?}");
    }
    let missing = posted(&zhangsan.walk(&request.clone().without("response_type").url()).await.page(), uri);
    assert_eq!(missing.error(), "invalid_request");
    let silent = request.set("prompt", "none");
    let answer = posted(&stand.computer("zhangsan").walk(&silent.url()).await.page(), uri);
    assert_eq!(answer.error(), "login_required");
}

#[tokio::test]
async fn a_reload_of_the_form_post_page_shows_the_same_form_for_two_minutes() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let page = zhangsan.walk(&stand.app().request().set("response_mode", "form_post").url()).await.page();
    assert!(page.url.path().ends_with("/answer") && page.url.query().is_none(), "{}", page.url);
    assert_eq!(zhangsan.get(&page.url).await.form("form-post").fields, page.form("form-post").fields);
    stand.computer("zhangsan").get(&page.url).await.assert_refused(400, "start_again");
    stand.later(wecom_oidc::domain::time::Span::minutes(2));
    zhangsan.get(&page.url).await.assert_refused(400, "start_again");
}

#[tokio::test]
async fn two_tabs_both_get_their_form_and_the_first_ones_callback_still_answers() {
    let stand = Stand::new().await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let mut callbacks = Vec::new();
    for state in ["one", "two"] {
        let url = app.request().set("response_mode", "form_post").set("state", state).url();
        callbacks.push(zhangsan.walk_to(&url, |url| url.path().ends_with("/callback")).await);
    }
    let (first, second) = (zhangsan.walk(&callbacks[0]).await.page(), zhangsan.walk(&callbacks[1]).await.page());
    let uri = &app.client.redirect_uri;
    let answers = [posted(&first, uri), posted(&second, uri)];
    assert_eq!(answers.each_ref().map(|answer| answer.get("state").unwrap().to_owned()), ["one", "two"]);
    // Fetched again, in any order, while the other one is there.
    assert_eq!(posted(&zhangsan.get(&second.url).await, uri), answers[1]);
    assert_eq!(posted(&zhangsan.get(&first.url).await, uri), answers[0]);
    assert_eq!(posted(&zhangsan.walk(&callbacks[0]).await.page(), uri), answers[0]);
    let sids = [app.redeem(&answers[0].code()).await.good(), app.redeem(&answers[1].code()).await.good()]
        .map(|tokens| tokens.id_claims()["sid"].clone());
    assert_eq!(sids[0], sids[1]);
    // Redeemed: the first tab's callback now brings a fresh code, and the session of the second one stays.
    let fresh = posted(&zhangsan.walk(&callbacks[0]).await.page(), uri);
    assert_ne!(fresh.code(), answers[0].code());
    app.redeem(&fresh.code()).await.good();
    app.silently(&zhangsan).await.code();
    assert_eq!(stand.calls(GETUSERINFO), 2);
}

#[tokio::test]
async fn fragment_mode_keeps_codes_and_errors_out_of_the_query() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let request = stand.app().request().set("response_mode", "fragment");
    let to = zhangsan.walk(&request.url()).await.left();
    assert!(to.query().is_none(), "{to}");
    stand.app().redeem(&Answer::of(&to).code()).await.good();
    let to = zhangsan.walk(&request.clone().set("prompt", "none login").url()).await.left();
    assert!(to.query().is_none(), "{to}");
    assert_eq!(Answer::of(&to).error(), "invalid_request");
    let to = zhangsan.walk(&request.set("response_mode", "jwt").url()).await.answer();
    assert_eq!(to.error(), "invalid_request");
}

async fn by_post(stand: &Stand, browser: &Browser, changes: &[(&str, &str)]) -> Page {
    let request = changes.iter().fold(stand.app().request(), |request, (name, value)| request.set(name, value));
    browser.post_from_elsewhere(request.endpoint(), &request.params).await
}

#[tokio::test]
async fn a_request_posted_by_another_site_finds_the_session_again_behind_a_redirect() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let page = by_post(&stand, &zhangsan, &[]).await;
    assert_eq!(page.status, 303);
    zhangsan.onward(page).await.answer().code();

    let before = stand.calls_about_people();
    let silent = by_post(&stand, &zhangsan, &[("prompt", "none")]).await;
    zhangsan.onward(silent).await.answer().code();
    assert_eq!(stand.calls_about_people(), before);
    let stranger = stand.computer("zhangsan");
    let silent = by_post(&stand, &stranger, &[("prompt", "none")]).await;
    assert_eq!(stranger.onward(silent).await.answer().error(), "login_required");
}

#[tokio::test]
async fn a_posted_request_that_is_wrong_is_answered_at_once_and_one_in_two_places_is_a_page() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let wrong = by_post(&stand, &zhangsan, &[("response_type", "token")]).await;
    assert_eq!(zhangsan.onward(wrong).await.answer().error(), "unsupported_response_type");
    let request = stand.app().request();
    let both = zhangsan.post_from_elsewhere(&request.url(), &request.params).await;
    both.assert_refused(400, "invalid_request");
}

#[tokio::test]
async fn a_state_of_2048_bytes_and_nocobases_come_back_byte_for_byte() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let nocobase = "token%3DeyJhbGciOiJIUzI1NiJ9.e30.x%26name%3Dwecom-oidc%26app%3Dmain%26redirect%3D%2Fadmin";
    let longest: String = "aZ09-._~ +&=%/?#\"'<>\u{e9}\u{4e2d}".chars().cycle().take(2_000).collect();
    let longest: String =
        longest.char_indices().take_while(|(at, c)| at + c.len_utf8() <= 2_048).map(|(_, c)| c).collect();
    let longest = longest.clone() + &"x".repeat(2_048 - longest.len());
    assert_eq!(longest.len(), 2_048);
    for state in [nocobase, longest.as_str()] {
        for browser in [&stand.computer("zhangsan"), &zhangsan] {
            let journey = browser.walk(&stand.app().request().set("state", state).url()).await;
            let wecom = journey.trail.iter().filter(|url| url.as_str().starts_with(&stand.sim.api_url()));
            assert!(wecom.into_iter().all(|url| Answer::of(url).get("state").is_some_and(|state| state.len() == 43)));
            assert_eq!(journey.answer().get("state"), Some(state));
        }
        let page = stand.computer("lisi");
        let page =
            page.walk(&stand.app().request().set("state", state).set("response_mode", "form_post").url()).await.page();
        assert_eq!(posted(&page, &stand.app().client.redirect_uri).get("state"), Some(state));
    }
    let answer = zhangsan.walk(&stand.app().request().set("state", &"x".repeat(2_049)).url()).await.answer();
    assert_eq!((answer.error(), answer.get("state")), ("invalid_request", None));
}

#[tokio::test]
async fn a_request_that_does_not_fit_the_cookies_is_told_to_the_client() {
    let stand = Stand::new().await;
    let request = stand.app().request().set("state", &"s".repeat(2_048)).set("nonce", &"n".repeat(512));
    let answer = stand.computer("zhangsan").walk(&request.clone().url()).await.answer();
    // It fits: this is the largest request that the limits of single parameters allow.
    answer.code();
    let claims = format!("{{\"id_token\":{{\"sub\":{{\"value\":\"{}\"}}}}}}", "x".repeat(255));
    let answer = stand.computer("zhangsan").walk(&request.set("claims", &claims).url()).await.answer();
    assert!(answer.get("code").is_some() || !answer.error().is_empty(), "{answer:?}");
}

#[tokio::test]
async fn threat_16_every_answer_says_who_it_is_from() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    for (name, value) in
        [("scope", "openid"), ("scope", "profile"), ("response_type", "x"), ("prompt", "x"), ("request_uri", "x")]
    {
        let answer = zhangsan.walk(&stand.app().request().set(name, value).url()).await.answer();
        assert_eq!(answer.get("iss"), Some(stand.issuer.as_str()), "{name}={value}");
    }
}
