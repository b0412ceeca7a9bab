//! What stands before every call, and the shape of errors.

use serde_json::json;

use crate::stand::{APP, Stand};

#[tokio::test]
async fn an_unknown_path_is_404_and_empty() {
    let stand = Stand::new().await;
    let response = stand.request("/cgi-bin/nothing", &[]).send().await.unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(response.text().await.unwrap(), "");
}

#[tokio::test]
async fn an_error_is_http_200_with_headers_hint_and_empty_arrays() {
    let stand = Stand::new().await;
    let response = stand.request("/cgi-bin/user/get", &[("userid", "zhangsan")]).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["error-code"], "41001");
    let message = response.headers()["error-msg"].to_str().unwrap().to_owned();
    let body: serde_json::Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["errmsg"], message);
    assert!(message.starts_with("access_token missing, hint: ["));
    assert!(
        message.ends_with("from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=41001")
    );
    for name in ["department", "order", "is_leader_in_dept", "direct_leader"] {
        assert_eq!(body[name], json!([]), "{name}");
    }
}

#[tokio::test]
async fn a_disabled_app_is_refused_with_its_good_token() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    stand.patch_app(None, APP, &json!({ "closed": true })).unwrap();
    let answer = stand.get("/cgi-bin/user/get", &[("access_token", &token), ("userid", "zhangsan")]).await;
    assert_eq!(answer["errcode"], 50003);
}
