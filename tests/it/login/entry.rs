//! `/open/{client}`: the click in the workbench, or a link in a message (threat 25).

use url::Url;

use crate::support::{Answer, Client, GETUSERINFO, Setup, Stand};

async fn stand() -> Stand {
    let initiate = "initiate_login_uri = \"https://initiate.example/start?x=1\"";
    let clients = [
        Client::new("app").with("home_url = \"https://app.example/home?a=1\""),
        Client::new("initiate").with(initiate),
        Client::new("phone").with("phone = \"required\""),
    ];
    Stand::of(clients).await
}

#[tokio::test]
async fn a_click_in_the_workbench_ends_at_the_home_page() {
    let stand = stand().await;
    let zhangsan = stand.client_of("zhangsan").granting("mobile");
    let to = zhangsan.walk(&stand.address("/open/app")).await.left();
    assert_eq!(to.as_str(), "https://app.example/home?a=1");
    // And the application's own request is answered without another sign-in.
    stand.app().walk(&zhangsan, "openid").await.answer().code();
    assert_eq!(zhangsan.walk(&stand.address("/open/app")).await.left().as_str(), "https://app.example/home?a=1");
    assert_eq!(stand.calls(GETUSERINFO), 1);
}

#[tokio::test]
async fn a_client_with_an_initiate_login_uri_is_asked_to_begin_itself() {
    let stand = stand().await;
    let zhangsan = stand.client_of("zhangsan").granting("mobile");
    let to = zhangsan.walk(&stand.address("/open/initiate?to=%2Fa%2Fb%3Fc%3D1")).await.left();
    let answer = Answer::of(&to);
    assert_eq!(answer.address, "https://initiate.example/start");
    assert_eq!((answer.get("x"), answer.get("iss")), (Some("1"), Some(stand.issuer.as_str())));
    assert_eq!(answer.get("target_link_uri"), Some("https://initiate.example/a/b?c=1"));
    let subject = stand.rp("initiate").subject(&zhangsan).await;
    assert_eq!(answer.get("login_hint"), Some(subject.as_str()));
}

#[tokio::test]
async fn threat_25_a_path_stays_at_the_clients_own_origin() {
    let stand = stand().await;
    let zhangsan = stand.client_of("zhangsan").granting("mobile");
    let open = |to: &str| {
        let mut url = stand.address("/open/app");
        url.query_pairs_mut().append_pair("to", to);
        url
    };
    for (to, address) in [
        ("/", "https://app.example/"),
        ("/admin/page?x=1&y=%2F#part", "https://app.example/admin/page?x=1&y=%2F#part"),
        ("/%E4%B8%AD", "https://app.example/%E4%B8%AD"),
        ("/中", "https://app.example/%E4%B8%AD"),
        ("/a/../b", "https://app.example/b"),
        ("/@evil.example", "https://app.example/@evil.example"),
        ("/.evil.example", "https://app.example/.evil.example"),
    ] {
        assert_eq!(zhangsan.walk(&open(to)).await.left().as_str(), address, "{to}");
    }
    let long = format!("/{}", "x".repeat(2_000));
    for to in [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "evil",
        "@evil.example/",
        "/\t/evil.example",
        "/\n/evil.example",
        "/a\r\nSet-Cookie: x=1",
        "/a\u{0}",
        "/ /x",
        "/./\\/evil.example",
        long.as_str(),
    ] {
        zhangsan.walk(&open(to)).await.page().assert_refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_path_without_a_home_page_and_an_unknown_client_are_pages() {
    let stand =
        Stand::of([Client::new("app").with("# no home_url\ninitiate_login_uri = \"https://app.example/start\"")]).await;
    let zhangsan = stand.client_of("zhangsan").granting("mobile");
    zhangsan.walk(&stand.address("/open/app?to=/x")).await.page().assert_refused(400, "invalid_request");
    let to = zhangsan.walk(&stand.address("/open/app")).await.left();
    assert!(Answer::of(&to).get("target_link_uri").is_none(), "{to}");
    zhangsan.walk(&stand.address("/open/nobody")).await.page().assert_refused(400, "unauthorized_client");
    zhangsan.walk(&stand.address("/open/app?to=/x&to=/y")).await.page().assert_refused(400, "invalid_request");
    zhangsan.walk(&stand.address("/open/app?wecom=nobody")).await.page().assert_refused(400, "invalid_request");
}

#[tokio::test]
async fn the_link_names_the_connection_where_there_are_several() {
    let stand = Stand::with(Setup::of([Client::new("app")]).with_second_corp()).await;
    let zhangsan = stand.client_of("zhangsan").granting("mobile");
    let page = zhangsan.walk(&stand.address("/open/app")).await.page();
    assert!(page.has("wecom-login") && page.has("wecom-login-second"), "{}", page.text());
    let to = zhangsan.walk(&stand.address("/open/app?wecom=second")).await;
    assert!(to.trail.iter().any(|url| url.as_str().contains("appid=wwfedcba9876543210")), "{:?}", to.trail);
    assert_eq!(to.left(), Url::parse("https://app.example/home").unwrap());
}

#[tokio::test]
async fn whoever_may_not_enter_the_application_reads_that_here_too() {
    let stand = Stand::of([Client::new("app").with("allow = { departments = [9] }"), Client::new("other")]).await;
    let zhangsan = stand.client_of("zhangsan").granting("mobile");
    zhangsan.walk(&stand.address("/open/app")).await.page().assert_refused(403, "not_allowed");
    zhangsan.walk(&stand.address("/open/other")).await.left();
    zhangsan.walk(&stand.address("/open/app")).await.page().assert_refused(403, "not_allowed");
    stand.client_of("lisi").granting("mobile").walk(&stand.address("/open/app")).await.left();
}
