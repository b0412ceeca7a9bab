//! `/wwlogin/sso/login` and `/wwopen/sso/qrConnect`.

use serde_json::json;
use wecom_sim::{AutoScan, CallbackExtras, DenyOnLoginPage, LoginPageState, Quirks};

use crate::stand::{APP, BACK, CORP, Stand, address, code_of, location, notice};

#[tokio::test]
async fn the_page_lists_the_members_and_has_two_buttons() {
    let stand = Stand::new().await;
    let html = stand.login(&[]).send().await.unwrap().text().await.unwrap();
    for id in ["member-zhangsan", "member-WangWu", "approve", "deny"] {
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(html.contains("模拟") && !html.contains("<script"));
}

#[tokio::test]
async fn approving_redirects_with_a_code_and_no_ticket_belongs_to_it() {
    let stand = Stand::new().await;
    let url = stand.login(&[]).build().unwrap().url().clone();
    let page = stand.http.post(url).body("member=zhangsan&decision=approve").send().await.unwrap();
    assert!(location(&page).ends_with("&state=abc123"));
    let answer = stand.identify(&stand.token().await, &code_of(&page)).await;
    assert_eq!(answer["userid"], "zhangsan");
    assert!(answer.get("user_ticket").is_none());
}

#[tokio::test]
async fn a_scan_can_happen_by_itself() {
    let stand = Stand::new().await;
    stand.set_auto_scan(Some(AutoScan::Approve("lisi".into())));
    let token = stand.token().await;
    let by_setting = stand.login(&[]).send().await.unwrap();
    assert_eq!(stand.identify(&token, &code_of(&by_setting)).await["userid"], "lisi");
    let by_header = stand.login(&[]).header("x-sim-member", "boss").send().await.unwrap();
    assert_eq!(stand.identify(&token, &code_of(&by_header)).await["userid"], "boss");
    stand.set_auto_scan(Some(AutoScan::Deny));
    let denied = stand.login(&[]).send().await.unwrap();
    assert_eq!(location(&denied), "http://127.0.0.1:9000/callback?state=abc123");
}

#[tokio::test]
async fn refusing_on_the_current_page_has_two_readings_and_on_the_older_one() {
    let stand = Stand::new().await;
    stand.set_quirks(Quirks { deny_on_login_page: DenyOnLoginPage::NoRedirect, ..Quirks::default() });
    let current = stand.login(&[]).header("x-sim-decision", "deny").send().await.unwrap();
    assert_eq!(notice(current).await, "cancelled");
    let agent = APP.to_string();
    let query = [("appid", CORP), ("agentid", &agent), ("redirect_uri", BACK), ("state", "a_b@c")];
    let url = address(&stand.qr_connect_url(), "", &query);
    let older = stand.http.get(url).header("x-sim-decision", "deny").send().await.unwrap();
    assert_eq!(location(&older), "http://127.0.0.1:9000/callback?state=a_b%40c");
}

#[tokio::test]
async fn bad_links_cannot_be_opened() {
    let stand = Stand::new().await;
    let wrong = [
        ("login_type", ""),
        ("login_type", "ServiceApp"),
        ("appid", "ww0000000000000000"),
        ("agentid", ""),
        ("agentid", "77"),
        ("redirect_uri", ""),
        ("lang", "fr"),
    ];
    for change in wrong {
        let page = stand.login(&[change]).send().await.unwrap();
        assert_eq!(notice(page).await, "bad_link", "{change:?}");
    }
}

#[tokio::test]
async fn the_host_must_equal_one_of_two_domains() {
    let stand = Stand::new().await;
    let domains = json!({ "trusted_domains": ["login.example.com"], "login_domain": "mail.example.com:8080" });
    stand.patch_app(None, APP, &domains).unwrap();
    stand.set_auto_scan(Some(AutoScan::Approve("lisi".into())));
    for good in ["https://login.example.com/cb", "http://mail.example.com:8080/cb"] {
        assert_eq!(stand.login(&[("redirect_uri", good)]).send().await.unwrap().status(), 302, "{good}");
    }
    for bad in ["http://mail.example.com/", "http://a.mail.example.com:8080/", "http://example.com:8080/", BACK] {
        let page = stand.login(&[("redirect_uri", bad)]).send().await.unwrap();
        assert_eq!(notice(page).await, "login_domain_err", "{bad}");
    }
    let page = stand.login(&[("redirect_uri", "http://mail.example.com:8080/cb")]).send().await.unwrap();
    let answer = stand.identify(&stand.token().await, &code_of(&page)).await;
    assert_eq!(answer["userid"], "lisi");
}

#[tokio::test]
async fn out_of_range_is_told_and_not_sent_back() {
    let stand = Stand::new().await;
    for key in ["outside", "stranger", "partner"] {
        let page = stand.login(&[]).header("x-sim-member", key).send().await.unwrap();
        assert_eq!(notice(page).await, "no_permission", "{key}");
    }
}

#[tokio::test]
async fn the_callback_may_carry_more_and_the_state_may_be_held_to_the_rule() {
    let stand = Stand::new().await;
    stand.set_auto_scan(Some(AutoScan::Approve("lisi".into())));
    stand.set_quirks(Quirks {
        callback_extras: CallbackExtras::Appid,
        login_page_state: LoginPageState::Alphanumeric,
        ..Quirks::default()
    });
    let page = stand.login(&[]).send().await.unwrap();
    assert!(location(&page).ends_with("&appid=ww0123456789abcdef"));
    let page = stand.login(&[("state", "a-b")]).send().await.unwrap();
    assert_eq!(notice(page).await, "bad_link");
}
