//! `[limits]`: who is refused, for how long, and who is not (design §4).

use wecom_oidc::domain::time::Span;

use crate::support::relying_party::basic;
use crate::support::{Page, Setup, Stand};

fn seconds(page: &Page) -> u64 {
    page.header("retry-after").and_then(|text| text.parse().ok()).expect("Retry-After in seconds")
}

#[tokio::test]
async fn threat_36_three_hundred_members_behind_one_address_sign_in_within_a_minute() {
    let stand = Stand::with(Setup::default().server("trusted_proxies = [\"127.0.0.1\"]")).await;
    let members = ["zhangsan", "lisi", "wenli", "boss", "direct", "tagged"];
    for n in 0..300 {
        let browser = stand.computer(members[n % members.len()]).with_header("x-forwarded-for", "203.0.113.7");
        stand.app().walk(&browser, "openid").await.answer().code();
        // The first page of the day, and a few clicks on it.
        for _ in 0..3 {
            stand.rp("other").walk(&browser, "openid").await.answer().code();
        }
    }
}

#[tokio::test]
async fn threats_32_and_36_no_header_of_ones_own_leads_past_a_limit_and_the_named_second_is_the_first_that_works() {
    let limits = "[limits]\naddress_per_minute = 10\nfailed_client_auth_per_minute = 5";
    let stand = Stand::with(Setup::default().tables(limits)).await;
    let ask = async |n: u32| {
        let browser = stand.lonely_computer().with_header("x-forwarded-for", &format!("198.51.100.{n}"));
        browser.get(&stand.app().request().url()).await
    };
    stand.later(Span(60 - stand.now().0 % 60 + 7));
    for n in 0..10 {
        assert_eq!(ask(n).await.status, 303, "{n}");
    }
    let page = ask(77).await;
    page.assert_refused(429, "too_many_requests");
    assert_eq!(seconds(&page), 53);
    stand.later(Span(seconds(&page) - 1));
    assert_eq!(ask(78).await.status, 429);
    stand.later(Span(1));
    assert_eq!(ask(79).await.status, 303);
}

#[tokio::test]
async fn threat_36_wrong_secrets_hold_up_that_client_at_that_address_and_nobody_else() {
    let limits = "[limits]\nfailed_client_auth_per_minute = 5";
    let setup = Setup::default().server("trusted_proxies = [\"127.0.0.1\"]").tables(limits);
    let stand = Stand::with(setup).await;
    let tokens = stand.app().tokens(&stand.computer("zhangsan"), "openid offline_access").await;
    let refresh = async |client: &str, secret: &str, address: &str| {
        let rp = stand.rp(client);
        let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh_token())];
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = stand.http.post(rp.endpoint("/token")).header("x-forwarded-for", address);
        let request = request.header("authorization", basic(client, secret));
        let answer = request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await;
        Page::read(rp.endpoint("/token"), answer.expect("an answer")).await
    };
    let good = stand.app().client.secret.unwrap();
    let other = stand.rp("other").client.secret.unwrap();
    stand.later(Span(60 - stand.now().0 % 60 + 7));
    for n in 0..5 {
        assert_eq!(refresh("app", &format!("wrong-{n}"), "203.0.113.66").await.status, 401);
    }
    let page = refresh("app", &good, "203.0.113.66").await;
    assert_eq!((page.status, seconds(&page)), (429, 53));
    // Another address, another client, and everything that needs no client.
    assert_eq!(refresh("app", &good, "203.0.113.7").await.status, 200);
    assert_eq!(refresh("other", &other, "203.0.113.66").await.json()["error"], "invalid_grant");
    let attacker = stand.computer("zhangsan").with_header("x-forwarded-for", "203.0.113.66");
    assert_eq!(attacker.get(&stand.address("/.well-known/openid-configuration")).await.status, 200);
    assert_eq!(attacker.get(&stand.address("/jwks.json")).await.status, 200);
    assert_eq!(stand.app().userinfo(tokens.access_token()).await.status, 200);
    stand.app().walk(&attacker, "openid").await.answer().code();
    stand.later(Span(52));
    assert_eq!(refresh("app", &good, "203.0.113.66").await.status, 429);
    stand.later(Span(1));
    // The right secret is heard again; the token it brings was exchanged above.
    assert_ne!(refresh("app", &good, "203.0.113.66").await.status, 429);
}
