//! `gettoken`, codes and tickets: their lifetimes and what they are bound to.

use serde_json::json;
use wecom_sim::{CodeRequest, Scope};

use crate::stand::{APP, BACK, CORP, OLD_APP, OLD_SECRET, SECRET, Stand};

fn code_for(member: &str, scope: Scope) -> CodeRequest {
    CodeRequest { agent_id: APP, member: member.to_owned(), scope, ..CodeRequest::default() }
}

#[tokio::test]
async fn gettoken_gives_the_same_token_inside_the_window() {
    let stand = Stand::new().await;
    let query = [("corpid", CORP), ("corpsecret", SECRET)];
    let first = stand.get("/cgi-bin/gettoken", &query).await;
    assert_eq!(first["errcode"], 0);
    assert_eq!(first["errmsg"], "ok");
    assert_eq!(first["expires_in"], 7200);
    stand.advance_clock(7000);
    let second = stand.get("/cgi-bin/gettoken", &query).await;
    assert_eq!(second["access_token"], first["access_token"]);
    assert!(second["expires_in"].as_i64().unwrap() <= 200);
    stand.advance_clock(201);
    let third = stand.get("/cgi-bin/gettoken", &query).await;
    assert_ne!(third["access_token"], first["access_token"]);
}

#[tokio::test]
async fn a_code_is_good_once() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let code = stand.make_code(&code_for("zhangsan", Scope::Base)).unwrap();
    let answer = stand.identify(&token, &code).await;
    assert_eq!(answer["userid"], "zhangsan");
    assert!(answer.get("user_ticket").is_none());
    assert_eq!(stand.identify(&token, &code).await["errcode"], 40029);
}

#[tokio::test]
async fn a_code_lives_300_seconds() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let young = stand.make_code(&code_for("zhangsan", Scope::Base)).unwrap();
    let old = stand.make_code(&code_for("zhangsan", Scope::Base)).unwrap();
    stand.advance_clock(298);
    assert_eq!(stand.identify(&token, &young).await["errcode"], 0);
    stand.advance_clock(3);
    assert_eq!(stand.identify(&token, &old).await["errcode"], 40029);
}

#[tokio::test]
async fn another_apps_token_gets_50001_and_does_not_use_the_code_up() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let foreign = stand.token_of(CORP, OLD_SECRET).await;
    let code = stand.make_code(&code_for("zhangsan", Scope::Base)).unwrap();
    assert_eq!(stand.identify(&foreign, &code).await["errcode"], 50001);
    assert_eq!(stand.identify(&token, &code).await["errcode"], 0);
}

#[tokio::test]
async fn a_ticket_gives_the_granted_fields_for_1800_seconds() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let mut request = code_for("zhangsan", Scope::Privateinfo);
    request.granted = Some([wecom_sim::SensitiveField::Mobile].into());
    let code = stand.make_code(&request).unwrap();
    let ticket = stand.identify(&token, &code).await["user_ticket"].clone();
    let body = json!({ "user_ticket": ticket });
    let detail = stand.post("/cgi-bin/auth/getuserdetail", &token, &body).await;
    assert_eq!(detail["mobile"], "13800000001");
    assert_eq!(detail["gender"], "0");
    assert!(detail.get("email").is_none());
    assert!(detail.get("name").is_none());
    stand.advance_clock(1801);
    let late = stand.post("/cgi-bin/auth/getuserdetail", &token, &body).await;
    assert_eq!(late["errcode"], 84014);
}

#[tokio::test]
async fn a_code_whose_host_is_no_longer_trusted_gets_50001() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let mut request = code_for("zhangsan", Scope::Base);
    request.redirect_host = Some("login.example.com".to_owned());
    stand.patch_app(None, APP, &json!({ "trusted_domains": ["login.example.com"] })).unwrap();
    let good = stand.make_code(&request).unwrap();
    assert_eq!(stand.identify(&token, &good).await["errcode"], 0);
    let stale = stand.make_code(&request).unwrap();
    stand.patch_app(None, APP, &json!({ "trusted_domains": ["other.example.com"] })).unwrap();
    assert_eq!(stand.identify(&token, &stale).await["errcode"], 50001);
    assert_ne!(OLD_APP, APP);
    assert!(BACK.starts_with("http"));
}
