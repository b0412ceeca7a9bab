//! Userinfo: the shapes in which relying parties ask, and whom it refuses (threats 41 and 48).

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use wecom_oidc::domain::time::Span;

use crate::support::{Page, RelyingParty, Setup, Stand};

/// Asks with any combination of header, body and query.
async fn ask(rp: &RelyingParty, method: Method, header: Option<&str>, body: Option<&str>, query: &str) -> Page {
    let mut url = rp.endpoint("/userinfo");
    url.set_query(Some(query).filter(|query| !query.is_empty()));
    let mut request = rp.http.request(method, url.clone());
    if let Some(header) = header {
        request = request.header(AUTHORIZATION, header);
    }
    if let Some(body) = body {
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.to_owned());
    }
    Page::read(url, request.send().await.expect("an answer")).await
}

#[tokio::test]
async fn nocobases_four_shapes_get_the_same_claims() {
    let stand = Stand::new().await;
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), "openid profile").await;
    let token = tokens.access_token();
    let (bearer, field) = (format!("Bearer {token}"), format!("access_token={token}"));
    let (get, post) = (Method::GET, Method::POST);
    let answers = [
        ask(&app, get.clone(), Some(&bearer), None, "").await,
        ask(&app, post.clone(), Some(&bearer), Some(""), "").await,
        ask(&app, post.clone(), Some(&bearer), None, "").await,
        ask(&app, post, None, Some(&field), "").await,
        ask(&app, get.clone(), Some(&bearer), None, &field).await,
        ask(&app, get, Some(&bearer.replace("Bearer", "bearer")), None, "").await,
    ];
    for answer in answers {
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{}", answer.body);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let claims = answer.json();
        assert_eq!((&claims["sub"], &claims["name"]), (&tokens.id_claims()["sub"], &"张三".into()));
    }
}

#[tokio::test]
async fn threat_41_a_token_in_the_query_alone_or_in_two_ways_is_refused() {
    let stand = Stand::new().await;
    let app = stand.app();
    let zhangsan = stand.computer("zhangsan");
    let (one, two) = (app.tokens(&zhangsan, "openid").await, app.tokens(&zhangsan, "openid").await);
    let bearer = format!("Bearer {}", one.access_token());
    let field = |tokens: &crate::support::TokenAnswer| format!("access_token={}", tokens.access_token());
    let (get, post) = (Method::GET, Method::POST);
    for answer in [
        ask(&app, get.clone(), None, None, &field(&one)).await,
        ask(&app, get.clone(), Some(&bearer), None, &field(&two)).await,
        ask(&app, post.clone(), Some(&bearer), Some(&field(&one)), "").await,
        ask(&app, post.clone(), None, Some(&field(&one)), &field(&one)).await,
        ask(&app, post.clone(), None, Some(&format!("{}&{}", field(&one), field(&one))), "").await,
        ask(&app, get.clone(), Some(&bearer), None, &format!("{}&{}", field(&one), field(&one))).await,
    ] {
        assert_eq!((answer.status, &answer.json()["error"]), (400, &"invalid_request".into()), "{}", answer.url);
        assert!(answer.header("www-authenticate").is_some());
    }
    let none = ask(&app, get.clone(), None, None, "").await;
    assert_eq!((none.status, none.header("www-authenticate")), (401, Some("Bearer realm=\"userinfo\"")));
    for header in ["Basic x", "Bearer", "Bearer ", "x"] {
        assert_eq!(ask(&app, get.clone(), Some(header), None, "").await.status, 401, "{header}");
    }
}

#[tokio::test]
async fn threats_41_and_48_tokens_that_are_expired_changed_or_of_another_kind_open_nothing() {
    let (stand, elsewhere) = (Stand::new().await, Stand::new().await);
    let app = stand.app();
    let tokens = app.tokens(&stand.computer("zhangsan"), "openid offline_access").await;
    let foreign = elsewhere.app().tokens(&elsewhere.computer("zhangsan"), "openid").await;
    let code = app.code(&stand.computer("zhangsan"), "openid").await;
    let others = [foreign.access_token(), tokens.refresh_token(), tokens.id_token(), &code, ""];
    let changed = super::code::changed(tokens.access_token());
    // Blanks around a token in a header are the header's, not the token's; control characters cannot be sent.
    let changed = changed.iter().map(String::as_str).filter(|text| !text.contains([' ', '\0']));
    for wrong in others.into_iter().chain(changed) {
        let page = app.userinfo(wrong).await;
        assert_eq!((page.status, &page.json()["error"]), (401, &"invalid_token".into()), "{wrong}");
    }
    stand.later(Span::seconds(3_599));
    assert_eq!(app.userinfo(tokens.access_token()).await.status, 200);
    stand.later(Span::seconds(1));
    let page = app.userinfo(tokens.access_token()).await;
    assert_eq!(page.status, 401);
    assert!(page.header("www-authenticate").is_some_and(|challenge| challenge.contains("error=\"invalid_token\"")));
}

#[tokio::test]
async fn threat_48_the_store_holds_digests_and_sealed_numbers_and_nothing_that_can_be_used() {
    let stand = Stand::with(Setup::default().on_sled()).await;
    let app = stand.app();
    let phone = stand.client_of("zhangsan").granting("mobile,biz_mail");
    let journey = app.walk(&phone, "openid phone offline_access").await;
    let wecom_codes: Vec<String> =
        journey.trail.iter().filter_map(|url| crate::support::Answer::of(url).get("code").map(str::to_owned)).collect();
    let code = journey.answer().code();
    let tokens = app.redeem(&code).await.good();
    let next = app.refresh(tokens.refresh_token()).await.good();
    let session = phone.cookie(&stand.address("/authorize"), "session").expect("a session");
    let mut secrets = vec![code, session, "13800000001".to_owned(), "zhangsan@corp.example".to_owned()];
    secrets.extend(wecom_codes);
    for answer in [&tokens, &next] {
        secrets.extend([answer.access_token(), answer.refresh_token(), answer.id_token()].map(str::to_owned));
    }
    let stand = stand.restarted().await;
    let mut bytes = Vec::new();
    let mut folders = vec![stand.folder().join("data")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                bytes.extend(std::fs::read(path).unwrap());
            }
        }
    }
    assert!(bytes.windows(8).any(|window| window == b"zhangsan"), "the member is there, so this is the right place");
    for secret in &secrets {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
    // And what was stored still works after the restart.
    assert_eq!(app.userinfo(next.access_token()).await.status, 200);
}
