//! The transaction's cookies (threat 39, laws 1 and 2).

use url::Url;
use wecom_oidc::domain::time::Span;

use super::csrf::callback;
use crate::support::{GETUSERINFO, Setup, Stand};

#[tokio::test]
async fn threat_39_no_byte_of_the_sealed_cookie_can_be_changed() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let url = callback(&stand.app(), &browser).await;
    let sealed = browser.cookie(&url, "login").expect("the sealed cookie");
    let binding =
        browser.cookies(&url).into_iter().find(|(name, _)| name.starts_with("login-")).expect("the first cookie");
    let send = |value: String| {
        let request =
            stand.http.get(url.clone()).header("cookie", format!("{}={}; login={value}", binding.0, binding.1));
        async move { request.send().await.unwrap().status().as_u16() }
    };
    for at in 0..sealed.len() {
        let mut changed = sealed.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        // The last character of base64 may hold bits that belong to no byte; those are refused as well.
        assert_eq!(send(changed).await, 400, "byte {at} of {}", sealed.len());
    }
    for changed in
        [sealed[1..].to_owned(), sealed[..sealed.len() - 1].to_owned(), format!("{sealed}A"), format!("{sealed}=")]
    {
        assert_eq!(send(changed).await, 400);
    }
    assert_eq!(stand.calls(GETUSERINFO), 0);
    assert_eq!(send(sealed).await, 303);
}

#[tokio::test]
async fn threat_39_cookies_are_http_only_lax_and_bound_to_their_paths() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let page = browser.get(&stand.app().request().url()).await;
    let cookies: Vec<_> =
        page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    for cookie in &cookies {
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Max-Age=600"),
            "{cookie}"
        );
        let size: usize = cookie.split(';').next().unwrap().len();
        assert!(size < 3_800, "{cookie}");
    }
    assert!(cookies.iter().any(|cookie| cookie.contains("Path=/login/")), "{cookies:?}");
}

#[tokio::test]
async fn a_sign_in_that_is_older_than_ten_minutes_starts_again() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let (early, late) = (callback(&stand.app(), &browser).await, callback(&stand.app(), &browser).await);
    stand.later(Span::seconds(599));
    browser.walk(&early).await.answer().code();
    stand.later(Span::seconds(1));
    browser.walk(&late).await.page().assert_refused(400, "start_again");
}

#[tokio::test]
async fn a_browser_keeps_sixteen_sign_ins_and_gives_up_the_oldest() {
    let stand = Stand::new().await;
    let browser = stand.computer("zhangsan");
    let mut urls = Vec::new();
    for _ in 0..20 {
        urls.push(callback(&stand.app(), &browser).await);
        stand.later(Span::seconds(1));
    }
    let pending =
        browser.cookies(&stand.address("/")).into_iter().filter(|(name, _)| name.starts_with("login-")).count();
    assert_eq!(pending, 16);
    for old in &urls[..4] {
        browser.walk(old).await.page().assert_refused(400, "start_again");
    }
    for tab in [&urls[4], &urls[19], &urls[10]] {
        browser.walk(tab).await.answer().code();
    }
}

#[tokio::test]
async fn threat_39_over_https_the_names_bind_the_cookies_to_the_host() {
    let stand = Stand::with(Setup::default().over_tls()).await;
    let browser = stand.computer("zhangsan");
    let mut url = stand.app().request().url();
    let mut seen = Vec::new();
    while url.origin() != Url::parse(&stand.app().client.redirect_uri).unwrap().origin() {
        let page = browser.get(&url).await;
        let ours = page.url.scheme() == "https";
        let cookies = page.headers.get_all("set-cookie").iter().filter(|_| ours);
        seen.extend(cookies.map(|value| value.to_str().unwrap().to_owned()));
        url = page.redirect().expect("the next step");
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
    for cookie in &seen {
        assert!(cookie.contains("Secure") && cookie.contains("HttpOnly") && !cookie.contains("Domain"), "{cookie}");
        let at_root = cookie.contains("Path=/;") || cookie.ends_with("Path=/");
        assert_eq!(cookie.starts_with("__Host-"), at_root, "{cookie}");
        assert_eq!(cookie.starts_with("__Secure-login="), !at_root, "{cookie}");
    }
    assert!(seen.iter().any(|cookie| cookie.starts_with("__Host-session=")));
    // A cookie of the name that is used without TLS is nobody's.
    let planted = stand.computer("zhangsan");
    let session = browser.cookie(&stand.address("/"), "__Host-session").expect("a session");
    planted.plant(&stand.address("/"), &format!("session={session}; Path=/"));
    assert_eq!(stand.app().silently(&planted).await.error(), "login_required");
}
