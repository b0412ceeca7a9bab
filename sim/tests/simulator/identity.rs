//! Codes and tickets: what they say, how long, and to whom.

use serde_json::{Value, json};
use wecom_sim::{CodeRequest, Quirks, Scope, SensitiveField, TicketReuse, UngrantedField};

use crate::stand::{APP, CONTACT_SECRET, CORP, OLD_APP, OLD_SECRET, SECOND_CORP, SECOND_SECRET, Stand, code_for};

#[tokio::test]
async fn a_code_is_good_once() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let code = stand.code("zhangsan");
    assert_eq!(code.len(), 43);
    let answer = stand.identify(&token, &code).await;
    assert_eq!(answer["userid"], "zhangsan");
    assert!(answer.get("user_ticket").is_none());
    assert_eq!(stand.identify(&token, &code).await["errcode"], 40029);
    stand.patch_quirks(&json!({ "used_code": 42022 })).unwrap();
    assert_eq!(stand.identify(&token, &code).await["errcode"], 42022);
}

#[tokio::test]
async fn of_many_takers_of_a_code_one_wins() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let code = stand.code("zhangsan");
    let takers = (0..16).map(|_| {
        let query = [("access_token", token.as_str()), ("code", code.as_str())];
        tokio::spawn(stand.request("/cgi-bin/auth/getuserinfo", &query).send())
    });
    let mut winners = 0;
    for taker in takers.collect::<Vec<_>>() {
        let text = taker.await.unwrap().unwrap().text().await.unwrap();
        winners += u32::from(text.contains("zhangsan"));
    }
    assert_eq!(winners, 1);
}

#[tokio::test]
async fn a_code_lives_300_seconds() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let (young, old) = (stand.code("zhangsan"), stand.code("zhangsan"));
    stand.advance_clock(298);
    assert_eq!(stand.identify(&token, &young).await["errcode"], 0);
    stand.advance_clock(3);
    assert_eq!(stand.identify(&token, &old).await["errcode"], 40029);
    stand.patch_quirks(&json!({ "expired_code": 42003 })).unwrap();
    assert_eq!(stand.identify(&token, &old).await["errcode"], 42003);
}

#[tokio::test]
async fn an_unknown_code_is_40029_and_none_is_41008() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    assert_eq!(stand.identify(&token, "made-up").await["errcode"], 40029);
    let answer = stand.get("/cgi-bin/auth/getuserinfo", &[("access_token", &token)]).await;
    assert_eq!(answer["errcode"], 41008);
}

#[tokio::test]
async fn another_apps_token_is_50001_and_does_not_use_the_code_up() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let code = stand.code("zhangsan");
    for secret in [OLD_SECRET, CONTACT_SECRET] {
        let foreign = stand.token_of(CORP, secret).await;
        assert_eq!(stand.identify(&foreign, &code).await["errcode"], 50001);
    }
    let elsewhere = stand.token_of(SECOND_CORP, SECOND_SECRET).await;
    assert_eq!(stand.identify(&elsewhere, &code).await["errcode"], 40029);
    assert_eq!(stand.identify(&token, &code).await["errcode"], 0);
}

#[tokio::test]
async fn a_code_whose_host_is_no_longer_trusted_is_50001() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let mut request = code_for("zhangsan", Scope::Base);
    request.redirect_host = Some("login.example.com".to_owned());
    let trust = |domain: &str| stand.patch_app(None, APP, &json!({ "trusted_domains": [domain] })).unwrap();
    trust("login.example.com");
    let good = stand.make_code(&request).unwrap();
    assert_eq!(stand.identify(&token, &good).await["errcode"], 0);
    let stale = stand.make_code(&request).unwrap();
    trust("other.example.com");
    assert_eq!(stand.identify(&token, &stale).await["errcode"], 50001);
}

#[tokio::test]
async fn a_member_out_of_range_is_named_but_gets_no_ticket() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let code = stand.make_code(&code_for("outside", Scope::Privateinfo)).unwrap();
    let answer = stand.identify(&token, &code).await;
    assert_eq!(answer["userid"], "outside");
    assert!(answer.get("user_ticket").is_none());
}

#[tokio::test]
async fn people_who_are_no_members_have_errcode_0_and_no_userid() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let stranger = stand.identify(&token, &stand.code("stranger")).await;
    assert_eq!(stranger["errcode"], 0);
    assert_eq!(stranger["openid"], "oSimStranger0000000000000001");
    assert!(stranger.get("userid").is_none());
    assert!(stranger.get("external_userid").is_none());
    let customer = stand.identify(&token, &stand.code("customer")).await;
    assert_eq!(customer["external_userid"], "wmSimCustomer00000000000000000001");
    let far = stand.identify(&token, &stand.code("farcustomer")).await;
    assert_eq!(far["openid"], "oSimCustomer0000000000000002");
    assert!(far.get("external_userid").is_none(), "the follower is out of range");
}

#[tokio::test]
async fn a_user_of_a_linked_corp_has_a_slash_and_no_ticket() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let code = stand.make_code(&code_for("partner", Scope::Privateinfo)).unwrap();
    let answer = stand.identify(&token, &code).await;
    assert_eq!(answer["userid"], "wwlinked0000000001/xu");
    assert!(answer.get("user_ticket").is_none());
}

#[tokio::test]
async fn the_older_path_writes_its_names_differently() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let code = stand.make_code(&code_for("zhangsan", Scope::Privateinfo)).unwrap();
    let path = "/cgi-bin/user/getuserinfo";
    let member = stand.get(path, &[("access_token", &token), ("code", &code)]).await;
    assert_eq!(member["UserId"], "zhangsan");
    assert!(member["DeviceId"].is_string());
    assert_eq!(member["expires_in"], 1800);
    assert!(member.get("userid").is_none());
    let body = json!({ "user_ticket": member["user_ticket"] });
    let detail = stand.post("/cgi-bin/user/getuserdetail", &token, &body).await;
    assert_eq!(detail["mobile"], "13800000001");
    let code = stand.code("stranger");
    let stranger = stand.get(path, &[("access_token", &token), ("code", &code)]).await;
    assert_eq!(stranger["OpenId"], "oSimStranger0000000000000001");
}

#[tokio::test]
async fn a_renamed_member_is_named_anew_and_the_case_is_kept() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let code = stand.code("lisi");
    stand.patch_member(None, "lisi", &json!({ "userid": "li.si" })).unwrap();
    assert_eq!(stand.identify(&token, &code).await["userid"], "li.si");
    assert_eq!(stand.identify(&token, &stand.code("wangwu")).await["userid"], "WangWu");
}

#[tokio::test]
async fn a_ticket_gives_the_granted_fields_only() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let ticket = stand.ticket(&token, "zhangsan", &[SensitiveField::Mobile]).await;
    let detail = stand.detail(&token, &ticket).await;
    assert_eq!(detail["userid"], "zhangsan");
    assert_eq!(detail["mobile"], "13800000001");
    assert_eq!(detail["gender"], "0");
    assert_eq!(detail["avatar"], "https://wework.example.invalid/avatar/0");
    for absent in ["email", "biz_mail", "qr_code", "address", "name"] {
        assert!(detail.get(absent).is_none(), "{absent}");
    }
    let everything = stand.ticket(&token, "zhangsan", &SensitiveField::ALL).await;
    let detail = stand.detail(&token, &everything).await;
    assert_eq!(detail["gender"], "1");
    assert_eq!(detail["biz_mail"], "zhangsan@corp.example");
    assert!(detail["address"].as_str().unwrap().contains("北京"));
}

#[tokio::test]
async fn an_ungranted_field_can_be_an_empty_text() {
    let stand = Stand::new().await;
    stand.set_quirks(Quirks { ungranted_field: UngrantedField::Empty, ..Quirks::default() });
    let token = stand.token().await;
    let ticket = stand.ticket(&token, "zhangsan", &[]).await;
    assert_eq!(stand.detail(&token, &ticket).await["mobile"], "");
}

#[tokio::test]
async fn a_granted_field_the_member_has_not_is_empty() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let ticket = stand.ticket(&token, "nomobile", &[SensitiveField::Mobile]).await;
    assert_eq!(stand.detail(&token, &ticket).await["mobile"], "");
}

#[tokio::test]
async fn a_field_the_administrator_switched_off_is_not_given() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let ticket = stand.ticket(&token, "zhangsan", &SensitiveField::ALL).await;
    stand.patch_app(None, APP, &json!({ "sensitive_fields": ["email"] })).unwrap();
    let detail = stand.detail(&token, &ticket).await;
    assert!(detail.get("mobile").is_none());
    assert_eq!(detail["email"], "zhangsan@mail.example");
}

#[tokio::test]
async fn a_ticket_lives_1800_seconds_and_may_be_used_again() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let ticket = stand.ticket(&token, "zhangsan", &[SensitiveField::Mobile]).await;
    assert_eq!(stand.detail(&token, &ticket).await["errcode"], 0);
    stand.advance_clock(1790);
    assert_eq!(stand.detail(&token, &ticket).await["errcode"], 0);
    stand.advance_clock(11);
    assert_eq!(stand.detail(&token, &ticket).await["errcode"], 84014);
}

#[tokio::test]
async fn a_ticket_can_be_for_one_use() {
    let stand = Stand::new().await;
    stand.set_quirks(Quirks { ticket_reuse: TicketReuse::Once, ..Quirks::default() });
    let token = stand.token().await;
    let ticket = stand.ticket(&token, "zhangsan", &[]).await;
    assert_eq!(stand.detail(&token, &ticket).await["errcode"], 0);
    assert_eq!(stand.detail(&token, &ticket).await["errcode"], 84015);
}

#[tokio::test]
async fn a_wrong_ticket_says_what_is_wrong() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let path = "/cgi-bin/auth/getuserdetail";
    let wrong = [
        (json!({ "user_ticket": "made-up" }), 84015),
        (json!({}), 84090),
        (json!({ "user_ticket": "" }), 40063),
        (json!({ "user_ticket": 7 }), 40058),
        (Value::String("no object".into()), 40058),
    ];
    for (body, errcode) in wrong {
        assert_eq!(stand.post(path, &token, &body).await["errcode"], errcode, "{body}");
    }
    let ticket = stand.ticket(&token, "zhangsan", &[]).await;
    let foreign = stand.token_of(CORP, OLD_SECRET).await;
    assert_eq!(stand.detail(&foreign, &ticket).await["errcode"], 84015);
}

#[tokio::test]
async fn an_app_from_before_the_rule_still_gets_the_name() {
    let stand = Stand::new().await;
    let token = stand.token_of(CORP, OLD_SECRET).await;
    let request = CodeRequest { agent_id: OLD_APP, ..code_for("zhangsan", Scope::Privateinfo) };
    let code = stand.make_code(&request).unwrap();
    let ticket = stand.identify(&token, &code).await["user_ticket"].clone();
    assert_eq!(stand.detail(&token, &ticket).await["name"], "张三");
}
