//! What may be pushed, by whom, and how much of it.

use reqwest::Method;
use serde_json::json;
use wecom_oidc::domain::time::Span;

use super::{CHALLENGE, VERIFIER};
use crate::support::relying_party::{Request, basic};
use crate::support::{Client, Page, Setup, Stand};

#[track_caller]
fn assert_refused(answer: &Page, status: u16, code: &str) {
    assert_eq!((answer.status, answer.json()["error"].as_str()), (status, Some(code)), "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("location").is_none() && answer.json().get("request_uri").is_none());
}

fn with_pkce(request: Request) -> Request {
    request.set("code_challenge", CHALLENGE).set("code_challenge_method", "S256")
}

#[tokio::test]
async fn a_pushed_request_ends_like_one_that_the_browser_brought() {
    let stand = Stand::new().await;
    let app = stand.app();
    let request = with_pkce(app.request().scope("openid email").set("nonce", "n-0S6_WzA2Mj").set("state", "a b&c=d"));
    let answer = app.push(&request).await;
    assert_eq!((answer.status, answer.header("cache-control")), (201, Some("no-store")), "{}", answer.body);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let body = answer.json();
    let reference = body["request_uri"].as_str().unwrap().strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert_eq!((reference.len(), &body["expires_in"], body.as_object().unwrap().len()), (43, &json!(60), 2));

    let short = app.pushed(&request).await;
    assert!(!short.url().as_str().contains("nonce") && short.params.len() == 2);
    let answer = stand.computer("zhangsan").walk(&short.url()).await.answer();
    assert_eq!((answer.get("state"), answer.get("iss")), (Some("a b&c=d"), Some(stand.issuer.as_str())));
    let code = answer.code();
    let redeem = |verifier: &'static str| {
        let (app, code) = (app.clone(), code.clone());
        async move {
            let uri = app.client.redirect_uri.clone();
            let fields = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &uri)];
            app.token(&[fields.as_slice(), &[("code_verifier", verifier)]].concat()).await
        }
    };
    redeem("a-verifier-of-somebody-else-0123456789abcdef").await.assert_refused(400, "invalid_grant");
    let tokens = redeem(VERIFIER).await.good();
    assert_eq!((&tokens.id_claims()["nonce"], &tokens.body["scope"]), (&json!("n-0S6_WzA2Mj"), &json!("openid email")));
}

#[tokio::test]
async fn a_client_without_a_secret_pushes_by_its_name_and_signs_in_with_pkce() {
    let stand = Stand::of([Client::public("spa"), Client::new("app")]).await;
    let spa = stand.rp("spa");
    assert_refused(&spa.push(&spa.request()).await, 400, "invalid_request");
    let short = spa.pushed(&with_pkce(spa.request())).await;
    let code = stand.computer("zhangsan").walk(&short.url()).await.answer().code();
    let fields = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", &spa.client.redirect_uri)];
    spa.token(&[fields.as_slice(), &[("code_verifier", VERIFIER)]].concat()).await.good();
}

#[tokio::test]
async fn whatever_is_wrong_is_told_to_the_client_itself_and_nobody_is_redirected() {
    let stand = Stand::new().await;
    let app = stand.app();
    for (name, value, error) in [
        ("redirect_uri", "https://evil.example/callback", "invalid_request"),
        ("redirect_uri", "https://app.example/callback/", "invalid_request"),
        ("redirect_uri", "", "invalid_request"),
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("response_mode", "web_message", "invalid_request"),
        ("scope", "profile", "invalid_scope"),
        ("prompt", "none login", "invalid_request"),
        ("state", "x\ny", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("registration", "{}", "registration_not_supported"),
        // RFC 9126 §2.1: a reference to a reference.
        ("request_uri", "urn:ietf:params:oauth:request_uri:x", "invalid_request"),
        ("request_uri", "https://app.example/request.jwt", "invalid_request"),
        ("request_uri", "", "invalid_request"),
        ("client_id", "other", "invalid_client"),
    ] {
        let answer = app.push(&app.request().set(name, value)).await;
        assert_refused(&answer, if error == "invalid_client" { 401 } else { 400 }, error);
    }
    // Required as in every authorization request, although the header names the client as well.
    assert_refused(&app.push(&app.request().without("client_id")).await, 400, "invalid_request");
    app.pushed(&app.request()).await;
}

#[tokio::test]
async fn threat_4_no_parameter_may_be_pushed_twice() {
    let stand = Stand::new().await;
    let app = stand.app();
    for name in ["client_id", "redirect_uri", "scope", "state", "nonce", "foo"] {
        let request = app.request().set(name, "x").add(name, "x");
        assert_refused(&app.push(&request).await, 400, "invalid_request");
    }
}

#[tokio::test]
async fn threat_11_who_cannot_prove_to_be_the_client_pushes_nothing() {
    let stand = Stand::of([Client::new("app"), Client::public("spa")]).await;
    let app = stand.app();
    let request = app.request();
    let fields: Vec<_> = request.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let wrong = app.ask_as("/par", Some(&basic("app", "wrong")), &fields).await;
    assert_refused(&wrong, 401, "invalid_client");
    assert_eq!(wrong.header("www-authenticate"), Some("Basic realm=\"par\", charset=\"UTF-8\""));
    assert_refused(&app.ask_as("/par", None, &fields).await, 401, "invalid_client");
    assert_refused(&app.ask_as("/par", Some(&basic("spa", "wrong")), &fields).await, 401, "invalid_client");
    let secret = app.client.secret.clone().unwrap();
    let by_post = [fields.as_slice(), &[("client_secret", secret.as_str())]].concat();
    assert_eq!(app.ask_as("/par", None, &by_post).await.status, 201);
    // Failures count with those of the token endpoint (RFC 9126 §7.1).
    for _ in 0..30 {
        app.ask_as("/par", Some(&basic("app", "wrong")), &fields).await;
    }
    let limited = app.push(&request).await;
    assert_refused(&limited, 429, "invalid_client");
    assert!(limited.header("retry-after").is_some_and(|seconds| seconds.parse::<u64>().unwrap() <= 60));
    app.token(&[("grant_type", "refresh_token"), ("refresh_token", "x")]).await.assert_refused(429, "invalid_client");
}

#[tokio::test]
async fn only_a_form_that_is_posted_and_not_too_large_is_taken() {
    let stand = Stand::new().await;
    let app = stand.app();
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::OPTIONS, Method::HEAD] {
        let answer = stand.http.request(method.clone(), stand.address("/par")).send().await.unwrap();
        assert_eq!(answer.status(), 405, "{method}");
    }
    assert_refused(&app.push(&app.request().set("foo", &"x".repeat(40_000))).await, 413, "invalid_request");
    let many = (0..70).fold(app.request(), |request, n| request.add(&format!("p{n}"), "x"));
    assert_refused(&app.push(&many).await, 400, "invalid_request");
}

#[tokio::test]
async fn a_client_that_must_push_is_refused_everything_else_at_its_own_address() {
    let must = Client::new("must").with("require_pushed_authorization_requests = true");
    let stand = Stand::of([must, Client::new("app")]).await;
    let must = stand.rp("must");
    let zhangsan = stand.computer("zhangsan");
    for request in [must.request(), must.request().set("prompt", "none")] {
        let answer = zhangsan.walk(&request.url()).await.answer();
        assert_eq!((answer.error(), answer.get("state")), ("invalid_request", Some("af0ifjsldkj")));
        assert_eq!(answer.address, must.client.redirect_uri);
        let posted = zhangsan.post_from_elsewhere(request.endpoint(), &request.params).await;
        assert!(posted.redirect().is_some_and(|to| to.as_str().contains("error=invalid_request")), "{posted:?}");
    }
    let form = zhangsan.get(&must.request().set("response_mode", "form_post").url()).await.form("form-post");
    assert!(form.fields.contains(&("error".to_owned(), "invalid_request".to_owned())), "{form:?}");
    // The address is looked at first, as always.
    let evil = must.request().set("redirect_uri", "https://evil.example/");
    zhangsan.get(&evil.url()).await.assert_refused(400, "invalid_request");
    zhangsan.walk(&must.pushed(&must.request()).await.url()).await.answer().code();
    stand.app().code(&zhangsan, "openid").await;
    let metadata = stand.app().metadata().await;
    assert!(metadata.get("require_pushed_authorization_requests").is_none(), "another client need not");
    assert_eq!(metadata["pushed_authorization_request_endpoint"], stand.address("/par").as_str());
}

#[tokio::test]
async fn the_metadata_says_that_everybody_must_push_where_that_is_so() {
    let must = |id: &str| Client::new(id).with("require_pushed_authorization_requests = true");
    let stand = Stand::of([must("one"), must("two")]).await;
    let metadata = stand.rp("one").metadata().await;
    assert_eq!(metadata["require_pushed_authorization_requests"], true);
    assert_eq!(metadata["request_uri_parameter_supported"], false, "only references of ours are taken");
}

#[tokio::test]
async fn threat_36_a_client_has_only_so_many_requests_waiting_and_others_are_not_held_up() {
    let setup =
        Setup::default().tables("[limits]\npushed_requests_per_client = 3\n[lifetimes]\npushed_request = \"30s\"");
    let stand = Stand::with(setup).await;
    let (app, other) = (stand.app(), stand.rp("other"));
    let first = app.pushed(&app.request()).await;
    app.pushed(&app.request()).await;
    app.pushed(&app.request()).await;
    let limited = app.push(&app.request()).await;
    assert_refused(&limited, 429, "invalid_request");
    assert_eq!(limited.header("retry-after"), Some("30"));
    other.pushed(&other.request()).await;
    // One that was used makes room, and so do those whose time is over.
    stand.computer("zhangsan").walk(&first.url()).await.answer().code();
    app.pushed(&app.request()).await;
    assert_refused(&app.push(&app.request()).await, 429, "invalid_request");
    stand.later(Span::seconds(30));
    for _ in 0..3 {
        app.pushed(&app.request()).await;
    }
    assert_refused(&app.push(&app.request()).await, 429, "invalid_request");
}

#[tokio::test]
async fn threat_36_pushes_in_the_name_of_a_client_without_a_secret_count_like_a_browsers_requests() {
    let clients = [Client::public("spa"), Client::new("app")];
    let stand = Stand::with(Setup::of(clients).tables("[limits]\naddress_per_minute = 5")).await;
    let (spa, app) = (stand.rp("spa"), stand.app());
    let request = with_pkce(spa.request());
    let mut answers = Vec::new();
    for _ in 0..7 {
        answers.push(spa.push(&request).await.status);
    }
    assert_eq!(answers, [201, 201, 201, 201, 201, 429, 429]);
    assert!(spa.push(&request).await.header("retry-after").is_some());
    for _ in 0..10 {
        app.pushed(&app.request()).await;
    }
    stand.later(Span::seconds(60));
    spa.pushed(&request).await;
}
