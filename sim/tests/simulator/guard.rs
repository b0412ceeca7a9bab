//! What stands before every call, and the shape of errors.

use serde_json::json;
use wecom_sim::{InvalidTokenText, IpCheck, Quirks};

use crate::stand::{APP, Stand, address, read};

#[tokio::test]
async fn an_unknown_path_is_404_and_empty() {
    let stand = Stand::new().await;
    for path in ["/cgi-bin/nothing", "/", "/cgi-bin/user/get/"] {
        let response = stand.request(path, &[]).send().await.unwrap();
        assert_eq!(response.status(), 404);
        assert_eq!(response.text().await.unwrap(), "");
    }
}

#[tokio::test]
async fn an_error_is_http_200_with_headers_hint_and_empty_arrays() {
    let stand = Stand::new().await;
    let response = stand.request("/cgi-bin/user/get", &[("userid", "zhangsan")]).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["error-code"], "41001");
    assert_eq!(response.headers()["content-type"], "application/json; charset=UTF-8");
    let message = response.headers()["error-msg"].to_str().unwrap().to_owned();
    let text = response.text().await.unwrap();
    assert!(text.starts_with("{\"errcode\":41001,\"errmsg\":"));
    let body: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["errmsg"], message);
    let hint = message.strip_prefix("access_token missing, hint: [").unwrap();
    let (id, rest) = hint.split_once(']').unwrap();
    assert_eq!(id.len(), 25);
    assert!(id.bytes().all(|byte| byte.is_ascii_digit()));
    let link = "https://open.work.weixin.qq.com/devtool/query?e=41001";
    assert_eq!(rest, format!(", from ip: 127.0.0.1, more info at {link}"));
    for name in ["department", "order", "is_leader_in_dept", "direct_leader"] {
        assert_eq!(body[name], json!([]), "{name}");
    }
}

#[tokio::test]
async fn every_call_keeps_its_arrays_in_an_error() {
    let stand = Stand::new().await;
    let calls = [
        ("/cgi-bin/get_api_domain_ip", "ip_list"),
        ("/cgi-bin/getcallbackip", "ip_list"),
        ("/cgi-bin/department/simplelist", "department_id"),
        ("/cgi-bin/department/list", "department"),
        ("/cgi-bin/user/list", "userlist"),
        ("/cgi-bin/user/simplelist", "userlist"),
        ("/cgi-bin/user/list_id", "dept_user"),
        ("/cgi-bin/tag/list", "taglist"),
        ("/cgi-bin/tag/get", "partylist"),
    ];
    for (path, array) in calls {
        let answer = stand.get(path, &[]).await;
        assert_eq!(answer["errcode"], 41001, "{path}");
        assert_eq!(answer[array], json!([]), "{path}");
    }
}

#[tokio::test]
async fn a_token_elsewhere_than_in_the_query_is_missing() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let request = stand.request("/cgi-bin/user/get", &[("userid", "zhangsan")]).bearer_auth(&token);
    assert_eq!(read(request.send().await.unwrap()).await["errcode"], 41001);
    let url = address(&stand.api_url(), "/cgi-bin/user/convert_to_openid", &[]);
    let body = json!({ "access_token": token, "userid": "zhangsan" });
    let request = stand.http.post(url).body(body.to_string());
    assert_eq!(read(request.send().await.unwrap()).await["errcode"], 41001);
}

#[tokio::test]
async fn the_token_is_looked_at_before_the_parameters() {
    let stand = Stand::new().await;
    let answer = stand.get("/cgi-bin/user/get", &[("access_token", "made-up")]).await;
    assert_eq!(answer["errcode"], 40014);
    let answer = stand.get("/cgi-bin/user/get", &[("access_token", &stand.token().await)]).await;
    assert_eq!(answer["errcode"], 41009);
}

#[tokio::test]
async fn a_made_up_token_can_be_answered_without_hint() {
    let stand = Stand::new().await;
    stand.set_quirks(Quirks { invalid_token_text: InvalidTokenText::Plain, ..Quirks::default() });
    let answer = stand.user("made-up", "zhangsan").await;
    assert_eq!(answer["errmsg"], "invalid access_token");
}

#[tokio::test]
async fn a_foreign_address_is_60020_everywhere_but_at_gettoken() {
    let stand = Stand::new().await;
    stand.patch_app(None, APP, &json!({ "trusted_ips": ["203.0.113.9"] })).unwrap();
    let token = stand.token().await;
    let answer = stand.user(&token, "zhangsan").await;
    assert_eq!(answer["errcode"], 60020);
    assert!(answer["errmsg"].as_str().unwrap().contains("from ip: 127.0.0.1"));
    let answer = stand.get("/cgi-bin/get_api_domain_ip", &[("access_token", &token)]).await;
    assert_eq!(answer["errcode"], 60020);
    stand.patch_app(None, APP, &json!({ "trusted_ips": ["127.0.0.1"] })).unwrap();
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 0);
}

#[tokio::test]
async fn the_address_can_be_looked_at_before_the_token() {
    let stand = Stand::new().await;
    for agent_id in [APP, 1_000_003, 1_000_001] {
        stand.patch_app(None, agent_id, &json!({ "trusted_ips": [] })).unwrap();
    }
    stand.patch_app(Some("wwfedcba9876543210"), APP, &json!({ "trusted_ips": [] })).unwrap();
    assert_eq!(stand.user("made-up", "zhangsan").await["errcode"], 40014);
    stand.set_quirks(Quirks { ip_check: IpCheck::BeforeToken, ..Quirks::default() });
    assert_eq!(stand.user("made-up", "zhangsan").await["errcode"], 60020);
}

#[tokio::test]
async fn a_disabled_app_is_refused_with_its_good_token() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    stand.patch_app(None, APP, &json!({ "closed": true })).unwrap();
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 50003);
}

#[tokio::test]
async fn a_post_call_asked_with_get_is_40058() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let answer = stand.get("/cgi-bin/auth/getuserdetail", &[("access_token", &token)]).await;
    assert_eq!(answer["errcode"], 40058);
}
