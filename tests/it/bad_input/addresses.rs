//! Clients and redirection addresses that are not registered: a page, never a redirect (threats 1, 2 and 3).

use crate::support::{Client, Page, Stand};

async fn refused(stand: &Stand, id: &str, uri: &str) -> Page {
    let request = stand.rp(id).request().set("redirect_uri", uri);
    let page = stand.computer("zhangsan").get(&request.url()).await;
    assert!(page.redirect().is_none(), "{uri}");
    page.assert_refused(400, "invalid_request");
    assert!(!page.has("back-to-app"), "{uri}");
    page
}

#[tokio::test]
async fn threats_1_2_and_3_an_address_that_is_not_registered_letter_by_letter_is_a_page() {
    let stand = Stand::new().await;
    stand.app().tokens(&stand.computer("zhangsan"), "openid").await;
    for uri in [
        "https://evil.example/callback",
        "https://app.example/callback/x7Gf2",
        "https://app.example/callback/",
        "https://app.example/Callback",
        "https://APP.example/callback",
        "HTTPS://app.example/callback",
        "http://app.example/callback",
        "https://app.example:443/callback",
        "https://app.example:8443/callback",
        "https://app.example/%63allback",
        "https://app.example/x/../callback",
        "https://app.example/./callback",
        "https://app.example//callback",
        "https://app.example/callback%2e",
        "https://app.example/callback?x=1",
        "https://app.example/callback?",
        "https://app.example/callback#x",
        "https://app.example/callback#",
        "https://app.example\\@evil.example/callback",
        "https://app.example@evil.example/callback",
        "https://user:password@app.example/callback",
        "https://app.example.evil.example/callback",
        "https://xn--app-0d5a.example/callback",
        "https://\u{430}pp.example/callback",
        "https://app.example/callback\r\nx: y",
        " https://app.example/callback",
        "https://app.example/callback ",
        "//app.example/callback",
        "/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://other.example/callback",
    ] {
        refused(&stand, "app", uri).await;
    }
}

#[tokio::test]
async fn a_redirect_uri_that_is_missing_or_doubled_and_a_client_that_is_unknown_are_pages() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let request = stand.app().request();
    let uri = stand.app().client.redirect_uri;
    for (url, code) in [
        (request.clone().without("redirect_uri").url(), "invalid_request"),
        (request.clone().set("redirect_uri", "").url(), "invalid_request"),
        (request.clone().add("redirect_uri", &uri).url(), "invalid_request"),
        (request.clone().add("redirect_uri", "https://evil.example/").url(), "invalid_request"),
        (request.clone().without("client_id").url(), "invalid_request"),
        (request.clone().add("client_id", "app").url(), "invalid_request"),
        (request.clone().set("client_id", "nobody").url(), "unauthorized_client"),
        (request.clone().set("client_id", "<script>alert(1)</script>").url(), "unauthorized_client"),
        (request.set("client_id", &"x".repeat(5_000)).url(), "unauthorized_client"),
    ] {
        let page = zhangsan.get(&url).await;
        page.assert_refused(400, code);
        assert!(!page.body.contains("<script>alert"), "{url}");
    }
}

#[tokio::test]
async fn threat_2_a_native_client_may_choose_its_loopback_port_and_nothing_else() {
    let mut native = Client::public("native").with("application_type = \"native\"");
    native.redirect_uri = "http://127.0.0.1/callback".to_owned();
    let mut web = Client::new("web");
    web.redirect_uri = "http://127.0.0.1:7000/callback".to_owned();
    let stand = Stand::of([native, web]).await;
    let pkce = stand.rp("native").request().set("code_challenge", &"A".repeat(43)).set("code_challenge_method", "S256");
    for port in ["http://127.0.0.1:51004/callback", "http://127.0.0.1/callback"] {
        // Nothing listens there, and the test's browser would not go there.
        let to = stand.computer("zhangsan").walk(&pkce.clone().set("redirect_uri", port).url()).await.left();
        assert!(to.as_str().starts_with(port), "{to}");
    }
    for uri in [
        "http://127.0.0.1:51004/callback/",
        "http://127.0.0.1:51004/other",
        "http://localhost:51004/callback",
        "https://127.0.0.1:51004/callback",
        "http://127.0.0.1:51004@evil.example/callback",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1:/callback?x=1",
    ] {
        refused(&stand, "native", uri).await;
    }
    refused(&stand, "web", "http://127.0.0.1:7001/callback").await;
}
