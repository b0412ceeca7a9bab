//! Tags, and answers about everybody: what they are read as, how large they may be, and what is passed over.

use super::*;
use crate::wecom::{Cause, Fault, Tag, WeCom as _};

async fn always(body: impl AsRef<str>) -> Stage {
    let reply = Reply::json(body);
    Stage::new(move |_| reply.clone()).await
}

#[tokio::test]
async fn tags_are_listed_by_number_and_name() {
    let stage = always(
        r#"{"errcode":0,"errmsg":"ok","taglist":[{"tagid":1,"tagname":"VPN"},{"tagid":"2","tagname":7},{"tagid":3,"tagname":null},
        {"tagname":"nameless"},{"tagid":-4,"tagname":"x"},{"tagid":1e30},{"tagid":[5]},null,{"tagid":6,"tagname":{"a":[1]},"new":true}]}"#,
    )
    .await;
    let tag = |id, name: Option<&str>| Tag { id, name: name.map(str::to_owned) };
    let expected = [tag(1, Some("VPN")), tag(2, Some("7")), tag(3, None), tag(6, None)];
    assert_eq!(stage.client.tags().await.unwrap(), expected);
    assert_eq!(stage.server.seen()[1].path, "/cgi-bin/tag/list");
    for empty in ["{}", r#"{"taglist":null}"#, r#"{"taglist":[]}"#] {
        assert_eq!(always(empty).await.client.tags().await.unwrap(), [], "{empty}");
    }
    assert_eq!(always(r#"{"taglist":{}}"#).await.client.tags().await.unwrap_err().cause, Some(Cause::WrongShape));
}

#[tokio::test]
async fn a_tag_names_members_and_departments_and_what_is_odd_in_it_names_nobody() {
    let stage = always(
        r#"{"errcode":0,"errmsg":"ok","tagname":"研发","userlist":[{"userid":"WenLi","name":"李文"},{"userid":"ww9/x"},{"userid":""},
        {"userid":null},{},null,{"userid":1007},{"userid":["a"]}],"partylist":[7,"8",null,-1,{"id":9},7.5]}"#,
    )
    .await;
    let tagged = stage.client.tagged(12).await.unwrap();
    assert_eq!(tagged.name.as_deref(), Some("研发"));
    assert_eq!(tagged.members.iter().map(UserId::as_str).collect::<Vec<_>>(), ["WenLi", "1007"]);
    assert_eq!(tagged.departments, [7, 8]);
    assert!(!format!("{tagged:?}").contains("WenLi"), "{tagged:?}");
    let request = &stage.server.seen()[1];
    assert_eq!((request.path.as_str(), request.query.as_str()), ("/cgi-bin/tag/get", "access_token=TOKEN-0&tagid=12"));
    let empty = always("{}").await.client.tagged(12).await.unwrap();
    assert!(empty.name.is_none() && empty.members.is_empty() && empty.departments.is_empty());
}

#[tokio::test]
async fn a_tag_that_is_not_there_is_told_from_a_call_that_failed() {
    for (errcode, fault) in [
        (40068, Fault::NoSuchTag),
        (60011, Fault::NoSuchTag),
        (48002, Fault::Operator),
        (45009, Fault::Transient),
        (-1, Fault::Transient),
    ] {
        let body = format!(
            r#"{{"errcode":{errcode},"errmsg":"x, hint: [1762400000123456789012345]","userlist":[],"partylist":[]}}"#
        );
        let error = always(body).await.client.tagged(12).await.unwrap_err();
        assert_eq!((error.fault, error.errcode), (fault, Some(errcode)));
    }
}

#[tokio::test]
async fn departments_of_odd_shapes_are_passed_over_and_the_others_read() {
    let stage = always(
        r#"{"department":[{"id":1,"name":["x"],"name_en":{},"parentid":null,"order":"z","department_leader":{}},{"name":"no number"},
        {"id":null},{"id":-3},{"id":1e99},null,{"id":7,"parentid":-1,"order":1.5,"department_leader":["boss",7,null,["x"]]}]}"#,
    );
    let departments = stage.await.client.departments().await.unwrap();
    assert_eq!(
        departments.iter().map(|d| (d.id, d.parent, d.leaders.len())).collect::<Vec<_>>(),
        [(1, 0, 0), (7, 0, 2)]
    );
}

#[tokio::test]
async fn a_member_with_odd_values_is_read() {
    let stage = always(
        r#"{"userid":"wenli","status":1,"name":{"a":1},"alias":["x"],"position":true,"department":[7,null,"8",7,-1,1e30,[9],99999999999999999999],
        "order":[1,2,3,4,5],"is_leader_in_dept":[0,1,1,1],"main_department":{"id":7}}"#,
    )
    .await;
    let member = stage.client.member(&wenli()).await.unwrap();
    assert_eq!((member.name, member.alias, member.position, member.main_department), (None, None, None, None));
    assert_eq!(member.departments, [7, 8]);
    let further = member.further;
    assert_eq!((&further.order[..], &further.is_leader_in_dept[..]), (&[1, 3][..], &[0, 1][..]), "places still fit");
    for department in ["7", "{}", "null", "\"7\"", "false"] {
        let body = format!(r#"{{"userid":"wenli","status":1,"department":{department}}}"#);
        assert!(always(&body).await.client.member(&wenli()).await.unwrap().departments.is_empty(), "{body}");
    }
}

/// WeCom's documented maxima: 30 000 departments with names of 64 characters, here each written as six bytes.
#[tokio::test]
async fn the_largest_company_of_the_documentation_is_read() {
    let name = r"\u7814".repeat(64);
    let leaders = vec![format!("\"{}\"", "x".repeat(64)); 5].join(",");
    let entry = |id: u32| {
        let order = u32::MAX;
        format!(
            r#"{{"id":{id},"name":"{name}","name_en":"{name}","department_leader":[{leaders}],"parentid":{id},"order":{order}}}"#
        )
    };
    let departments: Vec<String> = (1..=30_000).map(entry).collect();
    let body = format!(r#"{{"errcode":0,"errmsg":"ok","department":[{}]}}"#, departments.join(","));
    println!("{} bytes of departments", body.len());
    let told = always(body).await.client.departments().await.unwrap();
    assert_eq!((told.len(), told[0].name.as_ref().map(|name| name.chars().count())), (30_000, Some(64)));

    let user = |id: u32| format!(r#"{{"userid":"{}{id:06}","name":"{name}"}}"#, "x".repeat(58));
    let users: Vec<String> = (0..100_000).map(user).collect();
    let body = format!(r#"{{"errcode":0,"tagname":"all","userlist":[{}],"partylist":[]}}"#, users.join(","));
    println!("{} bytes of members", body.len());
    assert_eq!(always(body).await.client.tagged(1).await.unwrap().members.len(), 100_000);
}

#[tokio::test]
async fn threat_36_answers_larger_than_any_honest_one_are_refused() {
    let long = format!(r#"{{"errcode":0{}}}"#, " ".repeat(64 * 1024 * 1024));
    let stage = always(&long).await;
    for cause in [stage.client.departments().await.unwrap_err().cause, stage.client.tagged(1).await.unwrap_err().cause]
    {
        assert_eq!(cause, Some(Cause::TooLarge));
    }
    let many = format!(r#"{{"department":[{}{{"id":1}}]}}"#, r#"{"id":1},"#.repeat(500_000));
    assert_eq!(always(many).await.client.departments().await.unwrap_err().cause, Some(Cause::WrongShape));
}

#[tokio::test]
async fn an_answer_about_everybody_may_take_longer_than_one_about_somebody() {
    let late = |body: &str| Reply::json(body).late(Duration::from_millis(600));
    let handler = move |request: &Request| if request.path == GETTOKEN { token(0) } else { late(WENLI) };
    let stage = Stage::build(Server::start(handler).await, Duration::from_millis(300), Arc::new(NoCache));
    assert_eq!(stage.client.member(&wenli()).await.unwrap_err().cause, Some(Cause::Timeout));
    assert!(stage.client.departments().await.is_ok());
}
