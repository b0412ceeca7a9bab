//! Where things stand: an issuer with a path, metadata, verify files, prefetch.

use openidconnect::core::CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;

use crate::support::{Client, Page, Setup, Stand, openid};

async fn get(stand: &Stand, path: &str) -> Page {
    stand.lonely_computer().get(&stand.address("").join(path).unwrap()).await
}

#[tokio::test]
async fn an_issuer_with_a_path_has_everything_below_it() {
    let clients = [Client::new("app").with("sign_in_page = \"always\"\nphone = \"required\"")];
    let verify = "verify_files = [\"WW_verify_7aB3cD9eF1gH5iJ2.txt\"]";
    let stand = Stand::with(Setup::of(clients).below("/auth/sso").connection(verify)).await;
    let zhangsan = stand.computer("zhangsan");

    let page = stand.app().walk(&zhangsan, "openid phone").await.page();
    assert!(page.url.path().starts_with("/auth/sso/login/"), "{}", page.url);
    for asset in
        page.body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|a| a.contains("style"))
    {
        assert!(asset.starts_with("/auth/sso/assets/"), "{asset}");
        assert_eq!(get(&stand, asset).await.status, 200, "{asset}");
    }
    // The second cookie is sent below the transaction alone.
    assert!(zhangsan.cookie(&page.url, "login").is_some());
    assert!(zhangsan.cookie(&stand.address("/authorize"), "login").is_none());
    let page = zhangsan.click(&page, "wecom-login").await.page();
    let link = page.link("phone-link");
    assert!(link.path().starts_with("/auth/sso/login/"), "{link}");
    stand.client_of("zhangsan").granting("mobile").walk(&link).await.page();
    zhangsan.click(&page, "continue").await.answer().code();
    openid::sign_in(&stand.app(), &zhangsan, &["phone"], RsaSsaPkcs1V15Sha256).await;

    let discovery = get(&stand, "/auth/sso/.well-known/openid-configuration").await;
    let rfc8414 = get(&stand, "/.well-known/oauth-authorization-server/auth/sso").await;
    assert_eq!((discovery.status, rfc8414.status), (200, 200));
    assert_eq!(discovery.body, rfc8414.body);
    assert_eq!(get(&stand, "/WW_verify_7aB3cD9eF1gH5iJ2.txt").await.body, "7aB3cD9eF1gH5iJ2");
    for root in [
        "/authorize",
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/jwks.json",
        "/auth/token",
        "/auth/ssoauthorize",
    ] {
        assert_eq!(get(&stand, root).await.status, 404, "{root}");
    }
    let to = stand.client_of("zhangsan").granting("mobile").walk(&stand.address("/open/app")).await.page();
    assert!(to.has("wecom-login"));
    let bye = zhangsan.walk(&stand.address("/logout")).await.page();
    let bye = zhangsan.press(&bye, "logout-confirm").await.page();
    assert_eq!(bye.status, 200, "{}", bye.text());
    assert_eq!(stand.app().silently(&zhangsan).await.error(), "login_required");
}

#[tokio::test]
async fn verify_files_are_sixteen_characters_and_nothing_else() {
    let verify = "verify_files = [\"WW_verify_7aB3cD9eF1gH5iJ2.txt\"]";
    let stand = Stand::with(Setup::default().connection(verify)).await;
    let page = get(&stand, "/WW_verify_7aB3cD9eF1gH5iJ2.txt").await;
    assert_eq!(
        (page.status, page.body.as_str(), page.header("content-type")),
        (200, "7aB3cD9eF1gH5iJ2", Some("text/plain"))
    );
    for other in [
        "/WW_verify_7aB3cD9eF1gH5iJ3.txt",
        "/WW_verify_7aB3cD9eF1gH5iJ2.txt/",
        "/WW_verify_.txt",
        "/WW_verify_7ab3cd9ef1gh5ij2.txt",
    ] {
        assert_eq!(get(&stand, other).await.status, 404, "{other}");
    }
}

#[tokio::test]
async fn metadata_says_what_is_true_and_every_address_answers() {
    let stand = Stand::new().await;
    let metadata = get(&stand, "/.well-known/openid-configuration").await;
    assert_eq!((metadata.status, metadata.header("content-type")), (200, Some("application/json")));
    let metadata = metadata.json();
    assert_eq!(metadata["issuer"], stand.issuer.as_str());
    assert_eq!(metadata["request_uri_parameter_supported"], false);
    assert_eq!(metadata["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
    for (endpoint, status) in
        [("authorization_endpoint", 400), ("jwks_uri", 200), ("userinfo_endpoint", 401), ("end_session_endpoint", 200)]
    {
        let address = metadata[endpoint].as_str().expect(endpoint);
        assert_eq!(get(&stand, address).await.status, status, "{endpoint}");
    }
    let keys = get(&stand, metadata["jwks_uri"].as_str().unwrap()).await.json();
    let keys = keys["keys"].as_array().expect("keys").clone();
    let kids: std::collections::BTreeSet<_> = keys.iter().filter_map(|key| key["kid"].as_str()).collect();
    assert_eq!(kids.len(), keys.len());
    for key in &keys {
        assert_eq!(key["use"], "sig");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private} is published");
        }
    }
}

#[tokio::test]
async fn a_prefetch_gets_204_or_503_where_a_click_would_be_answered_with_it_and_touches_nothing() {
    let stand = Stand::new().await;
    let zhangsan = stand.computer("zhangsan");
    let callback = zhangsan.walk_to(&stand.app().request().url(), |url| url.path().ends_with("/callback")).await;
    for (name, value) in [("sec-purpose", "prefetch"), ("purpose", "prefetch"), ("sec-purpose", "prefetch;prerender")] {
        let eager = zhangsan.twin().with_header(name, value);
        let ahead_of_a_click = zhangsan.twin().with_header(name, value).with_header("sec-fetch-mode", "navigate");
        for url in
            [stand.app().request().url(), stand.address("/open/app"), callback.clone(), callback.join(".").unwrap()]
        {
            for (browser, status) in [(&eager, 204), (&ahead_of_a_click, 503)] {
                let page = browser.get(&url).await;
                assert_eq!((page.status, page.header("cache-control")), (status, Some("no-store")), "{url}");
                assert!(page.header("set-cookie").is_none() && page.body.is_empty());
            }
        }
    }
    assert_eq!(stand.calls(crate::support::GETUSERINFO), 0);
    zhangsan.walk(&callback).await.answer().code();
}

#[tokio::test]
async fn nothing_but_health_is_answered_at_the_administrations_address_and_no_health_at_the_public_one() {
    let stand = Stand::new().await;
    let admin = |path: &str| stand.http.get(stand.admin(path)).send();
    for (path, status) in [("/healthz", 200), ("/readyz", 200), ("/authorize", 404), ("/token", 404)] {
        assert_eq!(admin(path).await.unwrap().status().as_u16(), status, "{path}");
    }
    for path in ["/healthz", "/readyz", "/metrics", "/admin/"] {
        let page = get(&stand, path).await;
        assert_eq!(page.status, 404, "{path}");
    }
}
