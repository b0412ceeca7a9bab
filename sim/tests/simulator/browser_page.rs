//! `/wwlogin/sso/login` and `/wwopen/sso/qrConnect`.

use wecom_sim::AutoScan;

use crate::stand::{Stand, code_of, location, notice};

#[tokio::test]
async fn auto_scan_redirects_with_a_code_and_no_ticket() {
    let stand = Stand::new().await;
    stand.set_auto_scan(Some(AutoScan::Approve("zhangsan".into())));
    let page = stand.login(&[]).send().await.unwrap();
    let token = stand.token().await;
    let answer = stand.identify(&token, &code_of(&page)).await;
    assert_eq!(answer["userid"], "zhangsan");
    assert!(answer.get("user_ticket").is_none());
}

#[tokio::test]
async fn refusing_gives_state_only() {
    let stand = Stand::new().await;
    stand.set_auto_scan(Some(AutoScan::Deny));
    let page = stand.login(&[]).send().await.unwrap();
    assert_eq!(location(&page), "http://127.0.0.1:9000/callback?state=abc123");
}

#[tokio::test]
async fn out_of_range_is_told_and_not_sent_back() {
    let stand = Stand::new().await;
    let page = stand.login(&[]).header("x-sim-member", "outside").send().await.unwrap();
    assert_eq!(notice(page).await, "no_permission");
}
