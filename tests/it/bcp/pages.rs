//! RFC 9700: pages, redirects and what stands between a browser and us.

use url::Url;

use super::kinds::setup;
use crate::support::{Browser, Client, Page, Program, Setup};

/// One page of each kind that a member can be shown on the way, with a browser that is signed in.
async fn pages(program: &Program, browser: &Browser) -> Vec<Page> {
    let rp = program.rp("app");
    rp.tokens(browser, "openid").await;
    let requests = [
        rp.request().set("client_id", "nobody").url(),
        rp.request().set("prompt", "login").url(),
        rp.request().set("prompt", "select_account").url(),
        rp.request().set("prompt", "consent").url(),
        rp.request().set("response_mode", "form_post").url(),
        rp.endpoint("/logout"),
        rp.endpoint("/login/0000000aaaaaaaaaaaaaaa/callback"),
        rp.endpoint("/open/nobody"),
        rp.endpoint("/nowhere"),
    ];
    let mut pages = Vec::new();
    for url in requests {
        pages.push(browser.walk(&url).await.page());
    }
    pages
}

#[tokio::test]
async fn no_page_sends_a_referrer_loads_from_elsewhere_or_can_be_framed() {
    let program = Program::start(setup()).await;
    let ours = Url::parse(&program.issuer).unwrap().origin();
    for page in pages(&program, &program.computer("zhangsan")).await {
        let policy = page.header("content-security-policy").unwrap_or_default();
        for rule in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{}: {policy}", page.url);
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        assert_eq!(page.header("x-frame-options"), Some("DENY"), "{}", page.url);
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"), "{}", page.url);
        let loaded = page.body.split(" src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for address in loaded.filter(|address| !address.starts_with("data:")) {
            assert_eq!(page.url.join(address).unwrap().origin(), ours, "{} loads {address}", page.url);
        }
        assert!(!page.body.contains("<script>") && !page.body.contains(" onload="), "{}", page.url);
    }
}

#[tokio::test]
async fn no_answer_travels_by_a_message_between_windows() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    for mode in ["web_message", "jwt", "query.jwt", "form_post.jwt", "cookie"] {
        let answer = zhangsan.walk(&rp.request().set("response_mode", mode).url()).await.answer();
        assert_eq!(answer.error(), "invalid_request", "{mode}");
    }
    let mut scripts = 0;
    for page in pages(&program, &zhangsan).await {
        let named = page.body.split("<script src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for address in named {
            let script = zhangsan.get(&page.url.join(address).unwrap()).await;
            assert_eq!(script.status, 200);
            assert!(!script.body.contains("postMessage") && !script.body.contains("opener"), "{address}");
            scripts += 1;
        }
    }
    assert!(scripts > 0, "the form_post page has one");
}

#[tokio::test]
async fn a_callback_without_its_browser_and_a_state_of_another_start_again() {
    let program = Program::start(setup()).await;
    let rp = program.rp("app");
    let away = |url: &Url| url.path().ends_with("/callback");
    let (attacker, victim) = (program.computer("lisi"), program.computer("zhangsan"));
    let of_the_attacker = attacker.walk_to(&rp.request().url(), away).await;
    victim.walk(&of_the_attacker).await.page().assert_refused(400, "start_again");
    // A state of one's own beside the attacker's code.
    let of_the_victim = victim.walk_to(&rp.request().url(), away).await;
    let taken = |url: &Url, name: &str| url.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
    let mut mixed = of_the_victim.clone();
    let (code, state) = (taken(&of_the_victim, "code"), taken(&of_the_attacker, "state"));
    mixed.query_pairs_mut().clear().append_pair("code", &code).append_pair("state", &state);
    victim.walk(&mixed).await.page().assert_refused(400, "start_again");
    victim.walk(&of_the_victim).await.answer().code();
}

#[tokio::test]
async fn no_address_of_ours_redirects_to_one_that_nobody_registered() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let id_token = rp.tokens(&zhangsan, "openid").await.id_token().to_owned();
    let evil = "https://evil.example/";
    let to = |path: &str, pairs: &[(&str, &str)]| {
        let mut url = rp.endpoint(path);
        url.query_pairs_mut().extend_pairs(pairs);
        url
    };
    for url in [
        rp.request().set("client_id", "nobody").set("redirect_uri", evil).url(),
        rp.request().set("redirect_uri", evil).set("prompt", "none").url(),
        rp.request().set("redirect_uri", evil).set("scope", "").url(),
        to("/open/app", &[("to", evil)]),
        to("/open/app", &[("to", "//evil.example/")]),
        to("/open/app", &[("to", "/\\evil.example/")]),
        to("/open/app", &[("to", "/x\r\nLocation: https://evil.example/")]),
        to("/logout", &[("post_logout_redirect_uri", evil), ("client_id", "app")]),
        to("/login/0000000aaaaaaaaaaaaaaa/callback", &[("code", "x"), ("state", "y"), ("redirect_uri", evil)]),
        to("/logout", &[("post_logout_redirect_uri", evil), ("id_token_hint", &id_token)]),
    ] {
        let page = zhangsan.walk(&url).await.page();
        assert!(!page.body.contains("evil.example"), "{url} shows it");
    }
}

#[tokio::test]
async fn what_was_posted_is_never_posted_on() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    rp.tokens(&zhangsan, "openid").await;
    let request = rp.request();
    let posted = zhangsan.post_from_elsewhere(request.endpoint(), &request.params).await;
    assert_eq!(posted.status, 303);
    let wrong = request.clone().set("scope", "profile");
    assert_eq!(zhangsan.post_from_elsewhere(wrong.endpoint(), &wrong.params).await.status, 303);
    let asked = zhangsan.walk(&rp.request().set("prompt", "consent").url()).await.page();
    for button in ["consent-allow", "consent-deny"] {
        let form = asked.form(button);
        assert_eq!(form.method, reqwest::Method::POST);
        // A refusal is a page of ours.
        let expected = if button == "consent-allow" { 303 } else { 403 };
        assert_eq!(zhangsan.submit(&form).await.status, expected, "{button}");
    }
    let asked = zhangsan.walk(&rp.endpoint("/logout")).await.page();
    let done = zhangsan.submit(&asked.form("logout-confirm")).await;
    assert!(matches!(done.status, 200 | 303), "{}", done.status);
}

#[tokio::test]
async fn forwarding_headers_of_strangers_change_nothing() {
    let program = Program::start(Setup::of([Client::new("app")]).server("trusted_proxies = [\"192.0.2.1\"]")).await;
    let rp = program.rp("app");
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-for", "203.0.113.9"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-url", "/admin/keys"),
        ("x-rewrite-url", "/admin/keys"),
        ("x-client-cert", "whoever"),
        ("x-http-method-override", "DELETE"),
    ] {
        let zhangsan = program.computer("zhangsan").with_header(name, value);
        let page = zhangsan.get(&rp.endpoint("/.well-known/openid-configuration")).await;
        assert!(page.body.contains(&program.issuer) && !page.body.contains("evil"), "{name}");
        let answer = zhangsan.walk(&rp.request().url()).await.answer();
        assert_eq!(answer.get("iss"), Some(program.issuer.as_str()), "{name}");
    }
    assert!(!program.log().contains("203.0.113.9"), "an address that a stranger claimed was believed");
}
