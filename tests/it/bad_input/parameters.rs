//! Parameters that are doubled, contradictory, refused by their own code, or meant to break out (threats 4, 28, 29).

use reqwest::header::CONTENT_TYPE;

use crate::support::{Page, Stand};

#[tokio::test]
async fn threat_4_any_parameter_given_twice_is_refused() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    for name in
        ["scope", "response_type", "state", "nonce", "prompt", "max_age", "code_challenge", "response_mode", "foo"]
    {
        let url = stand.app().request().add(name, "openid").add(name, "openid").url();
        let answer = zhangsan.walk(&url).await.answer();
        assert_eq!(answer.error(), "invalid_request", "{name}");
    }
    let app = stand.app();
    for name in ["code", "redirect_uri", "client_id", "foo"] {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", "x"),
            ("redirect_uri", "x"),
            ("client_id", "app"),
            ("foo", ""),
            (name, "x"),
        ];
        app.token(&fields).await.assert_refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_by_its_own_code_and_never_ignored() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    for (name, value, error) in [
        ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
        ("request", "", "request_not_supported"),
        ("request_uri", "https://app.example/request.jwt", "request_uri_not_supported"),
        ("request_uri", "urn:ietf:params:oauth:request-uri:x", "request_uri_not_supported"),
        ("registration", "{}", "registration_not_supported"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("response_mode", "web_message", "invalid_request"),
        ("prompt", "none login", "invalid_request"),
        ("scope", "profile", "invalid_scope"),
        ("scope", "", "invalid_scope"),
        ("scope", "OPENID", "invalid_scope"),
        ("max_age", "-1", "invalid_request"),
        ("nonce", "x\ny", "invalid_request"),
    ] {
        let answer = zhangsan.walk(&stand.app().request().set(name, value).url()).await.answer();
        assert_eq!(answer.error(), error, "{name}={value}");
        assert_eq!(answer.get("state"), Some("af0ifjsldkj"), "{name}={value}");
    }
    let answer = zhangsan.walk(&stand.app().request().without("response_type").url()).await.answer();
    assert_eq!(answer.error(), "invalid_request");
}

#[tokio::test]
async fn threat_28_control_characters_never_reach_a_header() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    for text in ["x\r\nset-cookie: session=evil", "x\ny", "x\u{0}", "x\u{7f}", "x\u{85}"] {
        for name in ["state", "nonce"] {
            let page = zhangsan.get(&stand.app().request().set(name, text).url()).await;
            let location = page.header("location").expect("an answer to the client");
            assert!(location.contains("error=invalid_request") && !location.contains("set-cookie"), "{location}");
            assert!(page.header("set-cookie").is_none());
        }
        let mut out = stand.address("/logout");
        out.query_pairs_mut()
            .append_pair("state", text)
            .append_pair("post_logout_redirect_uri", "https://app.example/bye")
            .append_pair("client_id", "app");
        let page = zhangsan.get(&out).await;
        assert!(page.header("location").is_none_or(|location| !location.contains("state")), "{page:?}");
    }
}

#[tokio::test]
async fn threat_29_what_a_page_shows_is_text_and_never_markup() {
    let stand = Stand::new().await;
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'";
    stand.sim.patch_member(None, "zhangsan", &serde_json::json!({ "name": evil })).unwrap();
    let zhangsan = stand.computer("zhangsan");
    let assert_tame = |page: &Page| {
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{}", page.body);
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(
            policy.contains("default-src 'none'")
                && policy.contains("base-uri 'none'")
                && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(
            (page.header("x-content-type-options"), page.header("referrer-policy")),
            (Some("nosniff"), Some("no-referrer"))
        );
    };
    let request = stand.app().request();
    let page = zhangsan.walk(&request.clone().set("state", evil).set("response_mode", "form_post").url()).await.page();
    assert_tame(&page);
    assert!(page.form("form-post").fields.contains(&("state".to_owned(), evil.to_owned())));
    let consent = zhangsan.walk(&request.clone().set("prompt", "consent").url()).await.page();
    assert_tame(&consent);
    assert!(consent.text().contains("<script>alert(1)</script>"), "shown as it is: {}", consent.text());
    assert_tame(&zhangsan.press(&consent, "consent-deny").await.page());
    for (name, value) in [("client_id", evil), ("redirect_uri", evil)] {
        assert_tame(&zhangsan.get(&request.clone().set(name, value).url()).await);
    }
    for path in ["/x<script>alert(1)</script>", "/login/<script>alert(1)</script>/", "/open/<script>alert(1)</script>"]
    {
        assert_tame(&zhangsan.get(&stand.address(path)).await);
    }
    assert_tame(&zhangsan.walk(&stand.address("/logout")).await.page());
}

#[tokio::test]
async fn what_is_badly_encoded_or_of_another_type_is_refused() {
    let stand = Stand::new().await;
    for query in ["client_id=%zz", "client_id=%", "%ff=1", "client_id=%C3"] {
        let url = stand.address(&format!("/authorize?{query}"));
        stand.computer("zhangsan").get(&url).await.assert_refused(400, "invalid_request");
    }
    for path in ["/token", "/userinfo", "/par", "/revoke", "/introspect"] {
        for (media, body) in [
            ("application/json", "{}"),
            ("text/plain", "a=b"),
            ("application/x-www-form-urlencoded", "%zz"),
            ("multipart/form-data; boundary=x", "--x--"),
        ] {
            let request = stand.http.post(stand.address(path)).header(CONTENT_TYPE, media).body(body);
            let page = Page::read(stand.address(path), request.send().await.unwrap()).await;
            assert_eq!((page.status, &page.json()["error"]), (400, &"invalid_request".into()), "{path} {media}");
        }
    }
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
        for path in ["/authorize", "/token", "/userinfo", "/jwks.json", "/par", "/revoke", "/introspect"] {
            let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
            let status =
                stand.http.request(method.clone(), stand.address(path)).send().await.unwrap().status().as_u16();
            assert!((400..500).contains(&status), "{method} {path}: {status}");
        }
    }
}
