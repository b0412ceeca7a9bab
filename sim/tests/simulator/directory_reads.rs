//! Members, departments, tags and the app itself, as an app is allowed to see them.

use serde_json::{Value, json};
use wecom_sim::{ForeignTag, Quirks, QuitMember};

use crate::stand::{APP, CONTACT_SECRET, CORP, OLD_SECRET, Stand};

async fn get(stand: &Stand, token: &str, path: &str, more: &[(&str, &str)]) -> Value {
    let mut query = vec![("access_token", token)];
    query.extend(more);
    stand.get(path, &query).await
}

fn ids<'a>(list: &'a Value, name: &str) -> Vec<&'a Value> {
    list.as_array().unwrap().iter().map(|it| &it[name]).collect()
}

#[tokio::test]
async fn a_new_app_reads_a_member_without_the_sensitive_fields() {
    let stand = Stand::new().await;
    let user = stand.user(&stand.token().await, "zhangsan").await;
    assert_eq!(user["name"], "张三");
    assert_eq!(user["department"], json!([7, 8]));
    assert_eq!(user["order"], json!([10, 20]));
    assert_eq!(user["is_leader_in_dept"], json!([0, 1]));
    assert_eq!(user["main_department"], 8);
    assert_eq!(user["direct_leader"], json!(["boss"]));
    assert_eq!(user["status"], 1);
    assert_eq!(user["gender"], "0");
    for withheld in ["avatar", "thumb_avatar", "mobile", "email", "biz_mail", "qr_code", "address"] {
        assert!(user.get(withheld).is_none(), "{withheld}");
    }
}

#[tokio::test]
async fn an_app_from_before_the_rule_reads_them() {
    let stand = Stand::new().await;
    let user = stand.user(&stand.token_of(CORP, OLD_SECRET).await, "zhangsan").await;
    assert_eq!(user["mobile"], "13800000001");
    assert_eq!(user["gender"], "1");
}

#[tokio::test]
async fn departments_and_leaders_out_of_range_are_not_shown() {
    let stand = Stand::new().await;
    let user = stand.user(&stand.token().await, "wenli").await;
    assert_eq!(user["department"], json!([7]));
    assert_eq!(user["is_leader_in_dept"], json!([1]));
    assert_eq!(user["direct_leader"], json!(["boss"]));
    let attributes = &user["extattr"]["attrs"];
    assert_eq!(attributes[0], json!({ "type": 0, "name": "工号", "text": { "value": "A1007" } }));
    assert_eq!(attributes[1]["web"]["url"], "https://people.example/wenli");
    let direct = stand.user(&stand.token().await, "direct").await;
    assert_eq!(direct["department"], json!([]));
    assert!(direct.get("main_department").is_none());
}

#[tokio::test]
async fn a_userid_is_found_in_any_case_and_shown_as_stored() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    assert_eq!(stand.user(&token, "wangwu").await["userid"], "WangWu");
    assert_eq!(stand.user(&token, "CHEN.LIU_01-a@corp").await["userid"], "chen.liu_01-a@corp");
}

#[tokio::test]
async fn out_of_range_is_60011_or_60111() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let refused = stand.user(&token, "outside").await;
    assert_eq!(refused["errcode"], 60011);
    let text = "no privilege to access/modify contact/party/agent , hint: [";
    assert!(refused["errmsg"].as_str().unwrap().starts_with(text));
    stand.patch_quirks(&json!({ "out_of_range_code": 60111 })).unwrap();
    let unknown = stand.user(&token, "outside").await;
    assert!(unknown["errmsg"].as_str().unwrap().starts_with("invalid string value `outside`. userid not found"));
    assert_eq!(stand.user(&token, "tagged").await["errcode"], 0, "in range through a tag");
}

#[tokio::test]
async fn unknown_deleted_and_quit_are_60111_and_the_others_tell_their_status() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    assert_eq!(stand.user(&token, "nobody").await["errcode"], 60111);
    assert_eq!(stand.user(&token, "quit").await["errcode"], 60111);
    assert_eq!(stand.user(&token, "disabled").await["status"], 2);
    assert_eq!(stand.user(&token, "notactive").await["status"], 4);
    stand.delete_member(None, "lisi").unwrap();
    assert_eq!(stand.user(&token, "lisi").await["errcode"], 60111);
    stand.set_quirks(Quirks { quit_member: QuitMember::Listed, ..Quirks::default() });
    assert_eq!(stand.user(&token, "quit").await["status"], 5);
}

#[tokio::test]
async fn a_userid_that_is_no_ascii_does_not_break_the_header() {
    let stand = Stand::new().await;
    let answer = stand.user(&stand.token().await, "李\n四").await;
    assert_eq!(answer["errcode"], 60111);
}

#[tokio::test]
async fn an_app_sees_its_part_of_the_tree() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let all = get(&stand, &token, "/cgi-bin/department/list", &[]).await;
    assert_eq!(ids(&all["department"], "id"), [7, 8, 9]);
    assert_eq!(all["department"][0]["department_leader"], json!(["boss"]));
    assert_eq!(all["department"][0]["name_en"], "R&D");
    let below = get(&stand, &token, "/cgi-bin/department/simplelist", &[("id", "7")]).await;
    assert_eq!(
        below["department_id"],
        json!([
            { "id": 7, "parentid": 1, "order": 100_000 },
            { "id": 8, "parentid": 7, "order": 100_000 },
        ])
    );
    let whole = stand.token_of(CORP, OLD_SECRET).await;
    let all = get(&stand, &whole, "/cgi-bin/department/list", &[]).await;
    assert_eq!(ids(&all["department"], "id"), [1, 7, 8, 9, 20]);
}

#[tokio::test]
async fn a_department_is_missing_malformed_unknown_or_out_of_range() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let path = "/cgi-bin/department/get";
    assert_eq!(get(&stand, &token, path, &[("id", "8")]).await["department"]["name"], "平台组");
    let refused: [(&[(&str, &str)], i64); 4] =
        [(&[], 40063), (&[("id", "x")], 60123), (&[("id", "77")], 60003), (&[("id", "20")], 60011)];
    for (query, errcode) in refused {
        assert_eq!(get(&stand, &token, path, query).await["errcode"], errcode);
    }
}

#[tokio::test]
async fn members_of_a_department_with_or_without_what_is_below() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let path = "/cgi-bin/user/simplelist";
    let platform = get(&stand, &token, path, &[("department_id", "8")]).await;
    assert_eq!(ids(&platform["userlist"], "userid"), ["zhangsan", "WangWu", "chen.liu_01-a@corp"]);
    let query = [("department_id", "7"), ("fetch_child", "1")];
    let whole = get(&stand, &token, "/cgi-bin/user/list", &query).await;
    let users = ids(&whole["userlist"], "userid");
    assert!(users.contains(&&json!("WangWu")) && !users.contains(&&json!("quit")));
    assert!(whole["userlist"][0].get("mobile").is_none());
    let refused = get(&stand, &token, path, &[("department_id", "20")]).await;
    assert_eq!(refused["errcode"], 60011);
}

#[tokio::test]
async fn the_contact_sync_secret_lists_ids_and_no_details() {
    let stand = Stand::new().await;
    let path = "/cgi-bin/user/list_id";
    assert_eq!(stand.post(path, &stand.token().await, &json!({})).await["errcode"], 48002);
    let token = stand.token_of(CORP, CONTACT_SECRET).await;
    assert_eq!(stand.user(&token, "zhangsan").await["errcode"], 48009);
    let first = stand.post(path, &token, &json!({ "cursor": "", "limit": 2 })).await;
    assert_eq!(
        first["dept_user"],
        json!([
            { "userid": "zhangsan", "department": 7 },
            { "userid": "zhangsan", "department": 8 },
        ])
    );
    let body = json!({ "cursor": first["next_cursor"], "limit": 10_000 });
    let rest = stand.post(path, &token, &body).await;
    assert_eq!(rest["next_cursor"], "");
    assert_eq!(rest["dept_user"][0]["userid"], "lisi");
    assert_eq!(stand.post(path, &token, &json!({ "limit": 10_001 })).await["errcode"], 40058);
    let departments = get(&stand, &token, "/cgi-bin/department/simplelist", &[]).await;
    assert_eq!(ids(&departments["department_id"], "id"), [1, 7, 8, 9, 20]);
}

#[tokio::test]
async fn parameters_are_looked_at_before_permission() {
    let stand = Stand::new().await;
    let token = stand.token_of(CORP, CONTACT_SECRET).await;
    let list = get(&stand, &token, "/cgi-bin/user/list", &[]).await;
    assert_eq!(list["errcode"], 40063);
    let list = get(&stand, &token, "/cgi-bin/department/list", &[("id", "x")]).await;
    assert_eq!(list["errcode"], 60123);
    let app = stand.token().await;
    let ids = stand.post("/cgi-bin/user/list_id", &app, &json!({ "limit": 0 })).await;
    assert_eq!(ids["errcode"], 40058);
}

#[tokio::test]
async fn a_member_is_found_by_mobile_until_too_many_failures() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let path = "/cgi-bin/user/getuserid";
    let by = async |mobile: &str| stand.post(path, &token, &json!({ "mobile": mobile })).await;
    assert_eq!(by("13800000001").await["userid"], "zhangsan");
    assert_eq!(by("+86 13800000008").await["userid"], "prefixed");
    assert_eq!(by("13800000014").await["errcode"], 46004, "out of range");
    assert_eq!(by("123").await["errcode"], 60103);
    let mut last = Value::Null;
    for _ in 0..8 {
        last = by("13700000000").await["errcode"].clone();
    }
    assert_eq!(last, 45009);
    stand.advance_clock(86_400);
    let token = stand.token().await;
    let answer = stand.post(path, &token, &json!({ "mobile": "13800000001" })).await;
    assert_eq!(answer["userid"], "zhangsan");
}

#[tokio::test]
async fn a_member_is_found_by_either_email() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let path = "/cgi-bin/user/get_userid_by_email";
    let corp = json!({ "email": "zhangsan@corp.example" });
    assert_eq!(stand.post(path, &token, &corp).await["userid"], "zhangsan");
    let own = json!({ "email": "zhangsan@mail.example", "email_type": 2 });
    assert_eq!(stand.post(path, &token, &own).await["userid"], "zhangsan");
    let mixed = json!({ "email": "zhangsan@mail.example", "email_type": 1 });
    assert_eq!(stand.post(path, &token, &mixed).await["errcode"], 46004);
}

#[tokio::test]
async fn an_openid_goes_both_ways() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let to = "/cgi-bin/user/convert_to_openid";
    let openid = stand.post(to, &token, &json!({ "userid": "zhangsan" })).await["openid"].clone();
    let back = stand.post("/cgi-bin/user/convert_to_userid", &token, &json!({ "openid": openid })).await;
    assert_eq!(back["userid"], "zhangsan");
    assert_eq!(stand.post(to, &token, &json!({ "userid": "nowechat" })).await["errcode"], 43004);
}

#[tokio::test]
async fn a_tag_shows_whom_the_app_may_see() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    let tags = get(&stand, &token, "/cgi-bin/tag/list", &[]).await;
    assert_eq!(tags["taglist"][0], json!({ "tagid": 1, "tagname": "管理员" }));
    let path = "/cgi-bin/tag/get";
    let admins = get(&stand, &token, path, &[("tagid", "1")]).await;
    assert_eq!(ids(&admins["userlist"], "userid"), ["zhangsan", "boss"]);
    let research = get(&stand, &token, path, &[("tagid", "2")]).await;
    assert_eq!(research["partylist"], json!([7]));
    assert_eq!(get(&stand, &token, path, &[("tagid", "9")]).await["errcode"], 40068);
    stand.set_quirks(Quirks { foreign_tag: ForeignTag::Refused, ..Quirks::default() });
    assert_eq!(get(&stand, &token, path, &[("tagid", "1")]).await["errcode"], 60011);
    assert_eq!(get(&stand, &token, path, &[("tagid", "3")]).await["errcode"], 0);
}

#[tokio::test]
async fn an_app_reads_itself_and_no_other() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    stand.patch_app(None, APP, &json!({ "trusted_domains": ["loopback:*", "login.example.com"] })).unwrap();
    let path = "/cgi-bin/agent/get";
    let own = get(&stand, &token, path, &[("agentid", "1000002")]).await;
    assert_eq!(own["agentid"], 1_000_002);
    assert_eq!(own["close"], 0);
    assert_eq!(own["redirect_domain"], "login.example.com");
    assert_eq!(own["allow_userinfos"], json!({ "user": [{ "userid": "direct" }] }));
    assert_eq!(own["allow_partys"], json!({ "partyid": [7, 9] }));
    assert_eq!(own["allow_tags"], json!({ "tagid": [3] }));
    assert_eq!(get(&stand, &token, path, &[("agentid", "1000003")]).await["errcode"], 301_002);
    assert_eq!(get(&stand, &token, path, &[("agentid", "x")]).await["errcode"], 40056);
    assert_eq!(get(&stand, &token, path, &[]).await["errcode"], 41011);
}

#[tokio::test]
async fn the_address_lists_are_there() {
    let stand = Stand::new().await;
    let token = stand.token().await;
    for path in ["/cgi-bin/get_api_domain_ip", "/cgi-bin/getcallbackip"] {
        let answer = get(&stand, &token, path, &[]).await;
        assert!(!answer["ip_list"].as_array().unwrap().is_empty());
    }
}
