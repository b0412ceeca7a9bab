//! `/connect/oauth2/authorize`.

use crate::stand::{Stand, code_of, location, notice};

#[tokio::test]
async fn snsapi_base_redirects_at_once() {
    let stand = Stand::new().await;
    let page = stand.authorize(&[]).header("x-sim-member", "lisi").send().await.unwrap();
    assert!(location(&page).starts_with("http://127.0.0.1:9000/callback?code="));
    assert!(location(&page).ends_with("&state=abc123"));
    let code = code_of(&page);
    assert_eq!(code.len(), 43);
    let token = stand.token().await;
    assert_eq!(stand.identify(&token, &code).await["userid"], "lisi");
}

#[tokio::test]
async fn an_ordinary_browser_is_sent_to_the_client() {
    let stand = Stand::new().await;
    let browser = stand.authorize_from("Mozilla/5.0 Chrome/130", &[]);
    let page = browser.send().await.unwrap();
    assert_eq!(page.status(), 200);
    let kind = notice(page).await;
    assert_eq!(kind, "open_in_client");
}
