//! Tags in the claim `groups` and in expressions, and what of them is read at all.

use serde_json::{Value, json};
use wecom_oidc::domain::time::Span;
use wecom_sim::{Effect, Fault, ForeignTag, Limit, Quirks, Tag};

use super::{DEPARTMENTS, TAG_GET, TAG_LIST, until};
use crate::support::{Client, Program, Setup, Stand};

const SCOPE: &str = "openid profile groups";

/// The stand, when so many tags have been read.
async fn stand(clients: impl IntoIterator<Item = Client>, tags: u64) -> Stand {
    let stand = Stand::of(clients).await;
    read(&stand, tags).await;
    stand
}

async fn read(stand: &Stand, tags: u64) {
    let idle = |path| stand.sim.counter(path).running == 0;
    until("tags", || {
        stand.calls(TAG_GET) >= tags && stand.calls(DEPARTMENTS) > 0 && idle(TAG_GET) && idle(DEPARTMENTS)
    })
    .await;
    // The answer has left WeCom; it is ours in a moment.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
}

async fn claim(stand: &Stand, id: &str, member: &str, name: &str) -> Value {
    stand.rp(id).claims(&stand.computer(member), SCOPE).await.get(name).cloned().unwrap_or_default()
}

#[tokio::test]
async fn tags_are_groups_by_their_names_where_the_client_wants_them_each_once_and_only_those_that_are_named() {
    let by = |id: &str, lines: &str| Client::new(id).with(&format!("[clients.groups]\n{lines}"));
    let clients = [
        by("paths", "tags = true"),
        by("names", "tags = true\ndepartments = \"name\""),
        by("tags", "tags = true\ndepartments = \"none\""),
        by("some", "tags = true\nonly = [\"管*\", \"研发部\"]"),
        by("without", "tags = false"),
    ];
    let stand = stand(clients, 3).await;
    // A department and a tag of one name are one group.
    stand
        .sim
        .put_tag(None, Tag { tagid: 4, tagname: "研发部".into(), users: vec!["ZHANGSAN".into()], ..Tag::default() })
        .unwrap();
    stand.later(Span::minutes(10));
    stand.looked_after().await;
    read(&stand, 7).await;
    for (id, member, expected) in [
        ("paths", "zhangsan", json!(["研发部", "研发部/平台组", "管理员", "研发"])),
        ("names", "zhangsan", json!(["研发部", "平台组", "管理员", "研发"])),
        ("tags", "zhangsan", json!(["管理员", "研发", "研发部"])),
        // Below a department of the tag, and named in a tag from elsewhere.
        ("tags", "WangWu", json!(["研发"])),
        ("tags", "lisi", json!(["研发"])),
        ("tags", "tagged", json!(["外协可用"])),
        ("tags", "america", Value::Null),
        ("some", "zhangsan", json!(["研发部", "管理员"])),
        ("without", "zhangsan", json!(["研发部", "研发部/平台组"])),
    ] {
        assert_eq!(claim(&stand, id, member, "groups").await, expected, "{id} {member}");
    }
    let claims = stand.rp("paths").claims(&stand.computer("zhangsan"), "openid profile").await;
    assert!(claims.get("groups").is_none(), "{claims}");
}

#[tokio::test]
async fn expressions_see_the_names_of_tags_and_the_leaders_and_english_names_of_departments() {
    let lines = r#"
[clients.claims]
tags = "tags"
vpn = "'管理员' in tags"
role = "'Admin' if '管理员' in tags else 'Viewer'"
english = "departments | map(attribute='name_en')"
leads = "departments | selectattr('department_leader') | map(attribute='department_leader') | map('first')"
page = "extattr['主页']"
"#;
    let stand = stand([Client::new("app").with(lines)], 3).await;
    for (member, name, expected) in [
        ("zhangsan", "tags", json!(["管理员", "研发"])),
        ("zhangsan", "vpn", json!(true)),
        ("WangWu", "vpn", json!(false)),
        ("WangWu", "role", json!("Viewer")),
        ("zhangsan", "english", json!(["R&D", "Platform"])),
        ("zhangsan", "leads", json!(["boss", "zhangsan"])),
        ("america", "tags", Value::Null),
        ("wenli", "page", json!("https://people.example/wenli")),
    ] {
        assert_eq!(claim(&stand, "app", member, name).await, expected, "{member} {name}");
    }
}

#[tokio::test]
async fn only_tags_that_something_needs_are_read_and_none_for_a_sign_in() {
    for (lines, lists, gets, departments) in [
        ("", 0, 0, 0),
        ("allow = { userids = [\"zhangsan\"] }", 0, 0, 0),
        ("allow = { userids = [\"zhangsan\"], tags = [1] }", 0, 1, 1),
        ("[clients.groups]\ntags = true\nonly = [\"管*\"]\ndepartments = \"id\"", 1, 1, 1),
        (
            "allow = { userids = [\"zhangsan\"], tags = [1] }\n[clients.groups]\ntags = true\nonly = [\"管*\", \"x\"]",
            1,
            1,
            1,
        ),
        ("[clients.groups]\ntags = true", 1, 3, 1),
        ("[clients.claims]\nvpn = \"'VPN' in tags\"", 1, 3, 1),
        ("scope = \"openid\"\n[clients.groups]\ntags = true", 0, 0, 0),
    ] {
        let stand = Stand::of([Client::new("app").with(lines)]).await;
        until(lines, || stand.calls(TAG_GET) >= gets && stand.calls(DEPARTMENTS) >= departments).await;
        for _ in 0..2 {
            let tokens = stand.app().tokens(&stand.computer("zhangsan"), "openid profile groups").await;
            stand.app().userinfo(tokens.access_token()).await;
            stand.looked_after().await;
        }
        let calls = [TAG_LIST, TAG_GET, DEPARTMENTS].map(|path| stand.calls(path));
        assert_eq!(calls, [lists, gets, departments], "{lines}");
    }
}

#[tokio::test]
async fn a_tag_deleted_between_list_and_get_and_one_out_of_range_are_nobodys_and_the_others_are_told() {
    let lines = "[clients.groups]\ntags = true\ndepartments = \"none\"";
    let sim = wecom_sim::start(wecom_sim::Options::default()).await.unwrap();
    let gone = Fault { path: TAG_GET.into(), times: Some(1), effect: Some(Effect::Errcode(40068)), ..Fault::default() };
    sim.add_fault(gone).unwrap();
    let stand = Stand::beside(sim, Setup::of([Client::new("app").with(lines)])).await;
    read(&stand, 3).await;
    assert_eq!(claim(&stand, "app", "zhangsan", "groups").await, json!(["研发"]));
    stand.later(Span::minutes(10));
    stand.looked_after().await;
    read(&stand, 6).await;
    assert_eq!(claim(&stand, "app", "zhangsan", "groups").await, json!(["管理员", "研发"]));

    stand.sim.set_quirks(Quirks { foreign_tag: ForeignTag::Refused, ..Quirks::default() });
    stand.sim.delete_tag(None, 2).unwrap();
    stand.later(Span::minutes(10));
    stand.looked_after().await;
    read(&stand, 8).await;
    assert_eq!(claim(&stand, "app", "zhangsan", "groups").await, Value::Null, "no longer shown, and no longer there");
    assert_eq!(claim(&stand, "app", "tagged", "groups").await, json!(["外协可用"]));

    // What can no longer be read is told for two hours, and no longer.
    let fault = |path: &str| Fault { path: path.into(), effect: Some(Effect::Status(500)), ..Fault::default() };
    stand.sim.add_fault(fault(TAG_GET)).unwrap();
    stand.sim.add_fault(fault(TAG_LIST)).unwrap();
    stand.later(Span::minutes(119));
    assert_eq!(claim(&stand, "app", "tagged", "groups").await, json!(["外协可用"]));
    stand.later(Span::minutes(1));
    assert_eq!(claim(&stand, "app", "tagged", "groups").await, Value::Null);
}

#[tokio::test]
async fn threat_36_where_wecom_blocks_the_reading_it_is_left_alone_and_sign_ins_go_on() {
    let sim = wecom_sim::start(wecom_sim::Options::default()).await.unwrap();
    sim.set_limit(TAG_GET, Limit { per_minute: Some(1), concurrent: None }).unwrap();
    let lines = "[clients.groups]\ntags = true\ndepartments = \"none\"";
    let stand = Stand::beside(sim, Setup::of([Client::new("app").with(lines)])).await;
    read(&stand, 2).await;
    assert_eq!(claim(&stand, "app", "zhangsan", "groups").await, json!(["管理员"]), "the first one was told");
    assert_eq!(stand.calls(TAG_GET), 2, "after the first 45009 no further tag is asked for");
}

#[tokio::test]
async fn a_tag_of_allow_that_is_not_there_lets_nobody_in_and_is_told_to_the_operator_once() {
    let program = Program::start(Setup::of([
        Client::new("app").with("allow = { tags = [99] }"),
        Client::new("other").with("allow = { tags = [99], userids = [\"lisi\"] }"),
    ]))
    .await;
    let line = program.logged(&["tag.missing", "connection=main", "tag=99", "errcode=40068", "cure="]).await;
    assert!(line.contains("可见范围"), "{line}");
    program.rp("app").walk(&program.computer("lisi"), "openid").await.page().assert_refused(403, "not_allowed");
    program.rp("other").tokens(&program.computer("lisi"), "openid").await;
    for _ in 0..2 {
        assert!(program.reloads().await.contains("server.reloaded"));
    }
    assert_eq!(program.log().matches("tag.missing").count(), 1);
}
