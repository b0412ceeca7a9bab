//! What good answers are read as, in every spelling they come in.

use super::*;
use crate::domain::member::Standing;
use crate::wecom::{Cause, Fault, Granted, Visitor, WeCom as _, WecomError};

async fn always(body: &str) -> Stage {
    let reply = Reply::json(body);
    Stage::new(move |_| reply.clone()).await
}

async fn identify(body: &str) -> Result<Visitor, WecomError> {
    always(body).await.client.identify(&code()).await
}

#[tokio::test]
async fn a_code_names_a_member_with_or_without_a_ticket() {
    for (body, expected) in [
        (r#"{"errcode":0,"errmsg":"ok","userid":"wenli","user_ticket":"T1"}"#, ("wenli", Some("T1"))),
        (r#"{"userid":"Wen.Li@x","new":{"x":[1]}}"#, ("Wen.Li@x", None)),
        (r#"{"errcode":0,"UserId":"wenli","DeviceId":"d","user_ticket":"","expires_in":1800}"#, ("wenli", None)),
        (r#"{"errcode":null,"errmsg":null,"userid":1007,"user_ticket":null}"#, ("1007", None)),
        ("\u{feff} {\"errcode\":\"0\",\"userid\":\"wenli\"}", ("wenli", None)),
    ] {
        let Ok(Visitor::Member { userid, ticket }) = identify(body).await else { panic!("{body}") };
        assert_eq!((userid.as_str(), ticket.as_ref().map(UserTicket::expose)), expected);
    }
}

#[tokio::test]
async fn threat_22_errcode_0_lets_no_stranger_in() {
    for body in [
        r#"{"errcode":0,"errmsg":"ok","openid":"oSim0","external_userid":"wmSim0"}"#,
        r#"{"errcode":0,"OpenId":"oSim0","DeviceId":"d"}"#,
        r#"{"errcode":0,"userid":""}"#,
        r#"{"errcode":0,"userid":null,"openid":"oSim0"}"#,
        "{}",
    ] {
        assert!(matches!(identify(body).await, Ok(Visitor::Outsider)), "{body}");
    }
    assert!(matches!(identify(r#"{"userid":"ww9/wenli"}"#).await, Ok(Visitor::LinkedCorp)));
    for body in [r#"{"userid":"wen li"}"#, r#"{"userid":"文"}"#, r#"{"userid":"a\u0000"}"#] {
        assert!(matches!(identify(body).await, Ok(Visitor::UnusableUserid)), "{body}");
    }
}

#[tokio::test]
async fn a_call_carries_the_token_and_the_code_and_names_the_program() {
    let stage = Stage::with_tokens(|_| Reply::json(r#"{"access_token":"a+b&c=d"}"#), |_| Reply::json("{}")).await;
    stage.client.identify(&WecomCode::parse("x&userid=boss").unwrap()).await.unwrap();
    let seen = stage.server.seen();
    assert_eq!(seen[0].query, "corpid=wwsimcorp00000001&corpsecret=SECRET-of-the-app");
    assert_eq!((seen[1].method.as_str(), seen[1].path.as_str()), ("GET", "/cgi-bin/auth/getuserinfo"));
    assert_eq!(seen[1].query, "access_token=a%2Bb%26c%3Dd&code=x%26userid%3Dboss");
    assert!(seen[1].head.contains(concat!("user-agent: wecom-oidc/", env!("CARGO_PKG_VERSION"))));
    assert!(!seen[1].head.contains("referer") && !seen[1].head.contains("cookie"));
}

#[tokio::test]
async fn a_phone_is_there_or_empty_or_withheld() {
    for (body, mobile) in [
        (r#"{"userid":"wenli","mobile":"+86 13800000001"}"#, Granted::Value("+86 13800000001".to_owned())),
        (r#"{"userid":"wenli","mobile":13800000001}"#, Granted::Value("13800000001".to_owned())),
        (r#"{"userid":"wenli","mobile":""}"#, Granted::Empty),
        (r#"{"userid":"wenli","mobile":null,"gender":"0"}"#, Granted::Withheld),
        (r#"{"userid":"wenli"}"#, Granted::Withheld),
    ] {
        let stage = always(body).await;
        assert_eq!(stage.client.detail(&ticket()).await.unwrap().mobile, mobile, "{body}");
        let request = &stage.server.seen()[1];
        assert_eq!((request.method.as_str(), request.query.as_str()), ("POST", "access_token=TOKEN-0"));
        assert_eq!(request.body, r#"{"user_ticket":"TICKET-of-a-visitor"}"#);
    }
    let stage = always(r#"{"errcode":0,"userid":"wenli","email":"","biz_mail":"wenli@corp.example.com"}"#).await;
    let detail = stage.client.detail(&ticket()).await.unwrap();
    assert_eq!((detail.email, detail.biz_mail.as_deref()), (None, Some("wenli@corp.example.com")));
}

#[tokio::test]
async fn threat_24_details_of_nobody_are_refused() {
    for body in ["{}", r#"{"userid":"","mobile":"13800000001"}"#, r#"{"userid":"a/b","mobile":"13800000001"}"#] {
        let error = always(body).await.client.detail(&ticket()).await.unwrap_err();
        assert_eq!((error.fault, error.cause), (Fault::BrokenAnswer, Some(Cause::WrongShape)), "{body}");
    }
}

#[tokio::test]
async fn a_member_is_read_whole() {
    let stage = always(
        r#"{"errcode":0,"errmsg":"ok","userid":"WenLi","name":"李文","department":[1,"7"],"order":[0,0],"is_leader_in_dept":[0,1],
        "direct_leader":["boss"],"main_department":7,"position":"Engineer","telephone":"","alias":"","status":1,"gender":"0",
        "extattr":{"attrs":[{"type":0,"name":"工号","value":"x","text":{"value":"A1007"}},{"type":0,"name":"工号","text":{"value":"B"}},
        {"type":1,"name":"主页","web":{"url":"u","title":"t"}},{"name":"空","text":{"value":""}},{"name":"Nr","text":{"value":7}},7,null]},
        "external_profile":{"external_attr":[]}}"#,
    )
    .await;
    let member = stage.client.member(&wenli()).await.unwrap();
    assert_eq!((member.userid.as_str(), member.name.as_deref()), ("WenLi", Some("李文")));
    assert_eq!((member.alias, member.position.as_deref()), (None, Some("Engineer")));
    assert_eq!((member.departments, member.main_department), (vec![1, 7], Some(7)));
    assert_eq!(member.standing, Standing::Active);
    let attributes: Vec<_> = member.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(attributes, [("Nr", "7"), ("主页", "u"), ("工号", "A1007")]);
    let further = member.further;
    assert_eq!((&further.order[..], &further.is_leader_in_dept[..]), (&[0, 0][..], &[0, 1][..]));
    assert_eq!((further.direct_leader, further.telephone), (vec!["boss".to_owned()], None));
    assert_eq!(stage.server.seen()[1].query, "access_token=TOKEN-0&userid=wenli");
}

#[tokio::test]
async fn a_field_that_only_claims_read_keeps_nobody_out_whatever_its_shape() {
    let stage = always(
        r#"{"errcode":0,"userid":"wenli","status":1,"department":[7,8,9],"order":{"a":1},"is_leader_in_dept":[null,"1",[]],"direct_leader":[7,null,"b"],
        "telephone":["x"],"gender":1,"avatar":{},"external_position":null}"#,
    )
    .await;
    let further = stage.client.member(&wenli()).await.unwrap().further;
    assert_eq!((&further.order[..], &further.is_leader_in_dept[..]), (&[][..], &[0, 1, 0][..]));
    assert_eq!((further.direct_leader, further.gender.as_deref()), (vec!["7".to_owned(), "b".to_owned()], Some("1")));
    assert_eq!((further.telephone, further.avatar, further.external_position), (None, None, None));
}

#[tokio::test]
async fn a_member_with_next_to_nothing_is_read() {
    let bare = r#"{"userid":"wenli","name":null,"department":null,"main_department":0,"extattr":[],"status":3}"#;
    let member = always(bare).await.client.member(&wenli()).await.unwrap();
    assert_eq!((member.name, member.departments, member.main_department), (None, vec![], None));
    assert_eq!(member.standing, Standing::Unknown(3));
    for (status, standing) in [("2", Standing::Disabled), (r#""4""#, Standing::NotActivated), ("5", Standing::Quit)] {
        let body = format!(r#"{{"userid":"wenli","status":{status}}}"#);
        assert_eq!(always(&body).await.client.member(&wenli()).await.unwrap().standing, standing);
    }
}

#[tokio::test]
async fn another_member_than_the_one_asked_for_is_refused() {
    for body in [r#"{"userid":"boss","status":1}"#, r#"{"status":1}"#, r#"{"userid":"wenli","status":null}"#, "{}"] {
        let error = always(body).await.client.member(&wenli()).await.unwrap_err();
        assert_eq!((error.fault, error.cause), (Fault::BrokenAnswer, Some(Cause::WrongShape)), "{body}");
    }
}

#[tokio::test]
async fn departments_are_read_with_their_leaders() {
    let stage = always(
        r#"{"department":[{"id":1,"name":"Corp","parentid":0,"order":4294967295,"department_leader":[]},
        {"id":"7","name":"研发部","name_en":"R&D","department_leader":["boss","ww9/x",null],"parentid":1,"order":null}]}"#,
    )
    .await;
    let departments = stage.client.departments().await.unwrap();
    assert_eq!(departments.len(), 2);
    let second = &departments[1];
    assert_eq!((second.id, second.parent, second.order), (7, 1, 0));
    assert_eq!((second.name.as_deref(), second.english_name.as_deref()), (Some("研发部"), Some("R&D")));
    assert_eq!(second.leaders, [UserId::parse("boss").unwrap()]);
    assert!(always(r#"{"department":null}"#).await.client.departments().await.unwrap().is_empty());
    assert!(always(r#"{"department":[{"name":"x"}]}"#).await.client.departments().await.is_err());
}

#[tokio::test]
async fn the_app_tells_its_domain_and_its_range() {
    let stage = always(
        r#"{"errcode":0,"agentid":1000002,"name":"SSO","allow_userinfos":{"user":[{"userid":"wenli"}]},"allow_partys":{"partyid":[1]},
        "allow_tags":{"tagid":[]},"close":1,"redirect_domain":"login.example.com"}"#,
    )
    .await;
    let agent = stage.client.agent().await.unwrap();
    assert_eq!((agent.name.as_deref(), agent.close), (Some("SSO"), true));
    assert_eq!(agent.redirect_domain.as_deref(), Some("login.example.com"));
    assert_eq!((agent.visible_users, agent.visible_departments, agent.visible_tags), (vec![wenli()], vec![1], vec![]));
    assert_eq!(stage.server.seen()[1].query, "access_token=TOKEN-0&agentid=1000002");
    let bare =
        always(r#"{"allow_userinfos":null,"allow_partys":{"partyid":null}}"#).await.client.agent().await.unwrap();
    assert!(!bare.close && bare.visible_users.is_empty() && bare.redirect_domain.is_none());
}
