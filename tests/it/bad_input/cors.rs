//! Scripts of other origins: what they may read, and what they may not (threat 40).

use reqwest::Method;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, ORIGIN};

use crate::support::{Client, Setup, Stand};

const HOME: &str = "https://spa.example";

/// A public client in a browser, a native one, one with a secret.
async fn stand() -> Stand {
    let mut native = Client::public("native").with("application_type = \"native\"");
    "com.example.native://callback/x".clone_into(&mut native.redirect_uri);
    let mut local = Client::public("local");
    "http://127.0.0.1:7000/callback".clone_into(&mut local.redirect_uri);
    Stand::of([Client::public("spa"), local, native, Client::new("app")]).await
}

async fn ask(stand: &Stand, method: Method, path: &str, headers: &[(&str, &str)]) -> (u16, HeaderMap) {
    let mut request = stand.http.request(method, stand.address(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.headers().clone())
}

fn allowed(headers: &HeaderMap) -> Option<&str> {
    assert!(headers.get("access-control-allow-credentials").is_none(), "{headers:?}");
    headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap())
}

const PREFLIGHT: (&str, &str) = ("access-control-request-method", "POST");

#[tokio::test]
async fn threat_40_documents_are_for_everybody() {
    let stand = stand().await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks.json"] {
        for origin in [HOME, "https://evil.example", "null"] {
            let (status, headers) = ask(&stand, Method::GET, path, &[("origin", origin)]).await;
            assert_eq!((status, allowed(&headers)), (200, Some("*")), "{path} {origin}");
            let etag = headers["etag"].to_str().unwrap();
            let (status, headers) =
                ask(&stand, Method::GET, path, &[("origin", origin), ("if-none-match", etag)]).await;
            assert_eq!((status, allowed(&headers)), (304, Some("*")), "{path} {origin}");
            let (status, headers) = ask(&stand, Method::OPTIONS, path, &[("origin", origin), PREFLIGHT]).await;
            assert_eq!((status, allowed(&headers)), (204, Some("*")), "{path} {origin}");
            assert_eq!(headers["access-control-allow-methods"], "GET, HEAD");
        }
    }
}

#[tokio::test]
async fn threat_40_token_userinfo_and_revocation_are_for_the_origins_of_public_clients_errors_included() {
    let stand = stand().await;
    for (path, methods) in [("/token", "POST"), ("/userinfo", "GET, POST"), ("/revoke", "POST")] {
        for origin in [HOME, "http://127.0.0.1:7000"] {
            let (status, headers) = ask(&stand, Method::OPTIONS, path, &[("origin", origin), PREFLIGHT]).await;
            assert_eq!((status, allowed(&headers)), (204, Some(origin)), "{path}");
            assert_eq!(
                (&headers["vary"], &headers["access-control-allow-methods"]),
                (&"Origin".parse().unwrap(), &methods.parse().unwrap())
            );
            assert_eq!(headers["access-control-allow-headers"], "Authorization, Content-Type");
            assert_eq!(headers["access-control-max-age"], "600");
            for extra in
                [vec![], vec![(AUTHORIZATION.as_str(), "Basic x")], vec![(CONTENT_TYPE.as_str(), "text/plain")]]
            {
                let (status, headers) =
                    ask(&stand, Method::POST, path, &[&[("origin", origin)], extra.as_slice()].concat()).await;
                assert!((400..500).contains(&status), "{path}");
                assert_eq!((allowed(&headers), &headers["vary"]), (Some(origin), &"Origin".parse().unwrap()), "{path}");
                assert_eq!(headers["access-control-expose-headers"], "WWW-Authenticate, Retry-After");
            }
        }
    }
    let bad = [("origin", HOME), (AUTHORIZATION.as_str(), "Bearer x")];
    let (status, headers) = ask(&stand, Method::GET, "/userinfo", &bad).await;
    assert_eq!((status, allowed(&headers)), (401, Some(HOME)));
    assert!(headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn threat_40_no_other_origin_reads_anything_and_null_is_nobody() {
    let stand = stand().await;
    for origin in [
        "null",
        "https://evil.example",
        // A client with a secret does not run in a browser; a scheme of one's own has no origin.
        "https://app.example",
        "com.example.native://callback",
        "http://spa.example",
        "https://spa.example:8443",
        "https://spa.example:443",
        "https://SPA.example",
        "https://spa.example/",
        "https://spa.example.evil.example",
        "https://evil.spa.example",
        "http://127.0.0.1:7001",
        "*",
        "",
    ] {
        for path in ["/token", "/userinfo", "/revoke"] {
            let (status, headers) = ask(&stand, Method::OPTIONS, path, &[("origin", origin), PREFLIGHT]).await;
            assert_eq!((status, allowed(&headers)), (403, None), "{path} {origin}");
            assert!(headers.get("access-control-allow-methods").is_none());
            let (_, headers) = ask(&stand, Method::POST, path, &[("origin", origin)]).await;
            assert_eq!((allowed(&headers), &headers["vary"]), (None, &"Origin".parse().unwrap()), "{path} {origin}");
        }
    }
    // Two origins are none.
    let mut twice = stand.http.post(stand.address("/token")).header(ORIGIN, HOME).build().unwrap();
    twice.headers_mut().append(ORIGIN, HOME.parse().unwrap());
    assert_eq!(allowed(stand.http.execute(twice).await.unwrap().headers()), None);
}

#[tokio::test]
async fn threat_40_pages_pushed_requests_introspection_and_administration_are_for_no_script() {
    let stand = stand().await;
    for path in
        ["/authorize", "/logout", "/open/spa", "/login/x/", "/assets/page.css", "/par", "/introspect", "/nothing"]
    {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            let (_, headers) = ask(&stand, method.clone(), path, &[("origin", HOME), PREFLIGHT]).await;
            assert_eq!(allowed(&headers), None, "{method} {path}");
        }
    }
    for path in ["/healthz", "/readyz", "/admin/keys"] {
        let answer = stand.http.get(stand.admin(path)).header(ORIGIN, HOME).send().await.unwrap();
        assert_eq!(allowed(answer.headers()), None, "{path}");
    }
    // Without a question beforehand, OPTIONS is a method like any other that is not known.
    for path in ["/token", "/jwks.json"] {
        for headers in [vec![], vec![("origin", HOME)], vec![PREFLIGHT]] {
            assert_eq!(ask(&stand, Method::OPTIONS, path, &headers).await.0, 405, "{path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn threat_40_a_reload_changes_whose_scripts_may_read() {
    let mut stand = stand().await;
    stand.reloaded(Setup::of([Client::new("spa"), Client::public("late")])).await;
    for (origin, expected) in [(HOME, None), ("https://late.example", Some("https://late.example"))] {
        let (_, headers) = ask(&stand, Method::POST, "/token", &[("origin", origin)]).await;
        assert_eq!(allowed(&headers), expected);
    }
}
