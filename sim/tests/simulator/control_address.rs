//! The control API over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stand::{Stand, address};

async fn control(stand: &Stand, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
    let url = address(&stand.control_url(), path, &[]);
    let request = stand.http.request(method, url);
    let request = match body {
        Some(body) => request.body(body.to_string()),
        None => request,
    };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{path}: {status} {text}")))
}

async fn ok(stand: &Stand, method: Method, path: &str, body: Option<Value>) -> Value {
    let (status, answer) = control(stand, method, path, body).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

#[tokio::test]
async fn members_are_read_added_changed_renamed_and_deleted() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let new = json!({ "userid": "newbie", "name": "新人", "department": [7], "mobile": "13500000000" });
    ok(&stand, Method::POST, "/members", Some(new.clone())).await;
    assert_eq!(control(&stand, Method::POST, "/members", Some(new)).await.0, 409);
    assert_eq!(stand.user(&token, "newbie").await["name"], "新人");
    ok(&stand, Method::PATCH, "/members/newbie", Some(json!({ "status": 2 }))).await;
    assert_eq!(stand.user(&token, "newbie").await["status"], 2);
    ok(&stand, Method::PATCH, "/members/newbie", Some(json!({ "userid": "veteran" }))).await;
    assert_eq!(stand.user(&token, "newbie").await["errcode"], 60111);
    let read = ok(&stand, Method::GET, "/members/veteran", None).await;
    assert_eq!(read["mobile"], "13500000000");
    ok(&stand, Method::DELETE, "/members/veteran", None).await;
    assert_eq!(control(&stand, Method::GET, "/members/veteran", None).await.0, 404);
    let elsewhere = ok(&stand, Method::GET, "/members/zhangsan?corp=wwfedcba9876543210", None).await;
    assert_eq!(elsewhere["name"], "张三丰");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_a_reason() {
    let stand = Stand::new().await;
    let wrong = [
        (Method::PATCH, "/members/zhangsan", json!({ "status": 3 })),
        (Method::PATCH, "/members/zhangsan", json!({ "colour": "red" })),
        (Method::PATCH, "/members/zhangsan", json!({ "userid": "a/b" })),
        (Method::PATCH, "/members/zhangsan", json!([])),
        (Method::POST, "/members", json!({ "userid": "_x", "name": "x" })),
        (Method::PATCH, "/quirks", json!({ "ip_check": "never" })),
        (Method::POST, "/faults", json!({ "path": "*", "effect": "explode" })),
    ];
    for (method, path, body) in wrong {
        let (status, answer) = control(&stand, method, path, Some(body.clone())).await;
        assert_eq!(status, 400, "{path} {body}");
        assert!(answer["error"].is_string());
    }
    assert_eq!(control(&stand, Method::PATCH, "/members/zhangsan", Some(json!({ "userid": "lisi" }))).await.0, 409);
    assert_eq!(control(&stand, Method::GET, "/apps/77", None).await.0, 404);
}

#[tokio::test]
async fn apps_quirks_and_settings_are_changed() {
    let stand = Stand::new().await;
    ok(&stand, Method::PATCH, "/apps/1000002", Some(json!({ "visible": { "departments": [9] } }))).await;
    let app = ok(&stand, Method::GET, "/apps/1000002", None).await;
    assert_eq!(app["visible"], json!({ "users": ["direct"], "departments": [9], "tags": [3] }));
    assert_eq!(stand.user(&stand.token().await, "zhangsan").await["errcode"], 60011);
    ok(&stand, Method::POST, "/apps", Some(json!({ "agent_id": 7, "name": "x", "secret": "s" }))).await;
    ok(&stand, Method::DELETE, "/apps/7", None).await;
    let quirks = ok(&stand, Method::PATCH, "/quirks", Some(json!({ "out_of_range_code": 60111 }))).await;
    assert_eq!(quirks["out_of_range_code"], 60111);
    assert_eq!(ok(&stand, Method::GET, "/quirks", None).await, quirks);
    let settings =
        json!({ "holder": "lisi", "auto_scan": { "approve": "lisi" }, "auto_consent": { "grant": ["mobile"] } });
    assert_eq!(ok(&stand, Method::PATCH, "/settings", Some(settings.clone())).await, settings);
    assert_eq!(stand.login(&[]).send().await.unwrap().status(), 302);
    let off = ok(&stand, Method::PATCH, "/settings", Some(json!({ "auto_scan": null }))).await;
    assert_eq!(off["auto_scan"], Value::Null);
    assert_eq!(off["holder"], "lisi");
    let deny = ok(&stand, Method::PATCH, "/settings", Some(json!({ "auto_scan": "deny" }))).await;
    assert_eq!(deny["auto_scan"], "deny");
    ok(&stand, Method::POST, "/reset", None).await;
    assert_eq!(ok(&stand, Method::GET, "/settings", None).await["holder"], Value::Null);
}

#[tokio::test]
async fn codes_tokens_consents_and_time() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let body = json!({
        "agent_id": 1_000_002, "member": "zhangsan", "scope": "snsapi_privateinfo",
        "granted": ["mobile"], "redirect_host": "127.0.0.1:9000",
    });
    let code = ok(&stand, Method::POST, "/codes", Some(body)).await["code"].clone();
    let answer = stand.identify(&token, code.as_str().unwrap()).await;
    assert_eq!(stand.detail(&token, &answer["user_ticket"]).await["mobile"], "13800000001");
    assert_eq!(ok(&stand, Method::POST, "/tokens/expire?agent_id=1000002", None).await["tokens"], 1);
    assert_eq!(stand.user(&token, "lisi").await["errcode"], 42001);
    assert_eq!(ok(&stand, Method::POST, "/tokens/revoke", None).await["tokens"], 1);
    assert_eq!(stand.user(&token, "lisi").await["errcode"], 40014);
    let choice = json!({ "agent_id": 1_000_002, "member": "lisi", "granted": ["mobile"] });
    ok(&stand, Method::PUT, "/consents", Some(choice)).await;
    assert_eq!(ok(&stand, Method::DELETE, "/consents?member=lisi", None).await["consents"], 1);
    let before = ok(&stand, Method::GET, "/clock", None).await["now"].as_i64().unwrap();
    let after = ok(&stand, Method::POST, "/clock/advance", Some(json!({ "seconds": 500 }))).await;
    assert!(after["now"].as_i64().unwrap() >= before + 500);
}

#[tokio::test]
async fn faults_limits_counters_and_messages() {
    let stand = Stand::new().await;
    let faults = [
        json!({ "path": "/cgi-bin/gettoken", "times": 1, "effect": { "errcode": -1 } }),
        json!({ "path": "/cgi-bin/user/get", "latency_ms": 5, "effect": "hang" }),
        json!({ "path": "/cgi-bin/user/list", "effect": { "redirect": "https://x.example/" } }),
    ];
    for fault in faults {
        ok(&stand, Method::POST, "/faults", Some(fault)).await;
    }
    assert_eq!(ok(&stand, Method::GET, "/faults", None).await.as_array().unwrap().len(), 3);
    assert_eq!(stand.get("/cgi-bin/gettoken", &[]).await["errcode"], -1);
    ok(&stand, Method::DELETE, "/faults?path=/cgi-bin/user/get", None).await;
    assert_eq!(ok(&stand, Method::GET, "/faults", None).await.as_array().unwrap().len(), 1);
    ok(&stand, Method::DELETE, "/faults", None).await;
    ok(&stand, Method::PUT, "/limits?path=/cgi-bin/gettoken", Some(json!({ "per_minute": 0 }))).await;
    assert_eq!(stand.get("/cgi-bin/gettoken", &[]).await["errcode"], 45009);
    let counters = ok(&stand, Method::GET, "/counters", None).await;
    assert_eq!(counters["/cgi-bin/gettoken"]["calls"], 2);
    ok(&stand, Method::DELETE, "/counters", None).await;
    assert_eq!(ok(&stand, Method::GET, "/counters", None).await, json!({}));
    assert_eq!(ok(&stand, Method::GET, "/messages", None).await, json!([]));
    ok(&stand, Method::DELETE, "/messages", None).await;
}

#[tokio::test]
async fn departments_and_tags_are_put_and_deleted() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let department = json!({ "id": 30, "name": "新部", "parentid": 7 });
    ok(&stand, Method::PUT, "/departments", Some(department)).await;
    let list = stand.get("/cgi-bin/department/list", &[("access_token", &token), ("id", "30")]).await;
    assert_eq!(list["department"][0]["name"], "新部");
    ok(&stand, Method::DELETE, "/departments/30", None).await;
    let tag = json!({ "tagid": 8, "tagname": "新", "users": ["lisi"] });
    ok(&stand, Method::PUT, "/tags", Some(tag)).await;
    let read = stand.get("/cgi-bin/tag/get", &[("access_token", &token), ("tagid", "8")]).await;
    assert_eq!(read["userlist"][0]["userid"], "lisi");
    ok(&stand, Method::DELETE, "/tags/8", None).await;
    let corps = ok(&stand, Method::GET, "/corps", None).await;
    assert_eq!(corps[1]["corp_id"], "wwfedcba9876543210");
}

#[tokio::test]
async fn the_control_address_is_not_the_api_address() {
    let stand = Stand::new().await;
    let response = stand.request("/clock", &[]).send().await.unwrap();
    assert_eq!(response.status(), 404);
}
