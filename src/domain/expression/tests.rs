//! What expressions give, and what is refused before anybody signs in.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::seen::{Department, FIELDS, Seen};
use super::*;
use crate::domain::ids::UserId;
use crate::domain::member::{Further, Member, Standing};

fn member() -> Member {
    Member {
        userid: UserId::parse("wenli").expect("a userid"),
        name: Some("李文\"'".into()),
        alias: None,
        position: Some("Engineer".into()),
        departments: vec![7, 8],
        main_department: Some(7),
        standing: Standing::Active,
        attributes: BTreeMap::from([("工号".into(), "A1007".into()), ("it's".into(), "quoted".into())]),
        further: Further { direct_leader: vec!["boss".into()], ..Further::default() },
    }
}

fn sight() -> Sight {
    let departments = vec![
        Department { id: 7, name: "研发部".into(), path: "研发部".into(), ..Department::default() },
        Department {
            id: 8,
            name: "平台组".into(),
            name_en: "Platform".into(),
            path: "研发部/平台组".into(),
            leaders: vec!["wenli".into()],
        },
    ];
    let member = member();
    let tags = vec!["VPN".into(), "研发".into()];
    Sight::from(&Seen { member: &member, departments, tags, phone: None, email: None, biz_mail: None })
}

fn value(source: &str) -> Option<Json> {
    let expression = Expression::compile(source).unwrap_or_else(|mistake| panic!("{source}: {mistake:?}"));
    expression.evaluate(&sight()).unwrap_or_else(|failure| panic!("{source}: {failure:?}"))
}

#[test]
fn an_expression_gives_a_text_a_number_a_truth_or_a_list_of_texts() {
    for (source, expected) in [
        ("extattr['工号']", json!("A1007")),
        ("extattr[\"it's\"]", json!("quoted")),
        ("name", json!("李文\"'")),
        ("alias or userid", json!("wenli")),
        ("userid ~ '@example.com'", json!("wenli@example.com")),
        ("departments | map(attribute='name') | list", json!(["研发部", "平台组"])),
        ("departments | map(attribute='path')", json!(["研发部", "研发部/平台组"])),
        ("department | map('string')", json!(["7", "8"])),
        ("department | length", json!(2)),
        ("main_department", json!(7)),
        ("7 in department", json!(true)),
        ("status == 1", json!(true)),
        ("(department | length) / 4", json!(0.5)),
        ("'admin' if 'boss' in direct_leader else 'user'", json!("admin")),
        ("['admin'] if position == 'Engineer' else []", json!(["admin"])),
        ("departments[0].name if departments else ''", json!("研发部")),
        (
            "departments | selectattr('id', 'eq', main_department) | map(attribute='name') | first | default('')",
            json!("研发部"),
        ),
        ("extattr['级别'] | int(default=0)", json!(0)),
        ("tags", json!(["VPN", "研发"])),
        ("'VPN' in tags", json!(true)),
        ("'Admin' if '管理员' in tags else 'Viewer'", json!("Viewer")),
        ("departments | map(attribute='name_en') | select", json!(["Platform"])),
        ("departments | selectattr('department_leader') | map(attribute='name')", json!(["平台组"])),
        ("[name, none, '', alias]", json!(["李文\"'"])),
    ] {
        assert_eq!(value(source), Some(expected), "{source}");
    }
}

#[test]
fn what_is_empty_says_nothing() {
    for source in ["alias", "none", "''", "[]", "phone", "extattr['nobody fills this in']", "[alias, none]"] {
        assert_eq!(value(source), None, "{source}");
    }
}

#[test]
fn every_field_can_be_named_and_no_other() {
    let sight = sight();
    for field in FIELDS {
        assert!(!sight.value().get_attr(field).expect("a map").is_undefined(), "{field}");
        Expression::compile(&format!("{field} is defined")).expect("a field");
    }
    for (source, hint) in [
        ("nmae", "choose from userid, name"),
        ("mobile", "phone"),
        ("password if false else ''", "choose from"),
        ("range(3)", "choose from"),
        ("debug()", "choose from"),
        ("namespace(x=1)", "choose from"),
        ("self", "choose from"),
    ] {
        let mistake = Expression::compile(source).expect_err(source);
        assert!(mistake.remedy.contains(hint), "{source}: {mistake:?}");
    }
}

#[test]
fn a_mistake_says_where_it_stands() {
    for (source, at) in [
        ("name ~ nmae", Some(8)),
        ("'nmae' ~ extnmae ~ nmae", Some(10)),
        ("'姓名' ~ (name", Some(9)),
        ("name | nofilter", Some(8)),
        ("alias or 1 / 0", Some(10)),
        ("department", None),
        ("", None),
    ] {
        let mistake = Expression::compile(source).expect_err(source);
        assert_eq!(mistake.at, at, "{source}: {mistake:?}");
        assert_eq!(mistake.what.ends_with(&format!(", at character {}", at.unwrap_or(0))), at.is_some(), "{mistake:?}");
    }
}

#[test]
fn what_cannot_be_is_refused_before_anybody_signs_in() {
    let mut wrong = Vec::new();
    for (source, hint) in [
        ("", "at most"),
        ("name |", "without braces"),
        ("{{ name }}", "without braces"),
        ("{% for x in name %}", "without braces"),
        ("name)", "without braces"),
        ("name | nofilter", "another filter"),
        ("name is notest", "another test"),
        ("name.upper()", "a filter instead"),
        ("departments[0].name", "if departments else"),
        ("departments[0].nmae if departments else ''", "if departments else"),
        ("1 / 0", "int(default=0)"),
        ("1 // 0", "int(default=0)"),
        ("1 % 0", "int(default=0)"),
        ("100 // (department | length)", "int(default=0)"),
        ("extattr['级别'] | int", "int(default=0)"),
        ("9 ** 99", "int(default=0)"),
        ("9007199254740993", "smaller numbers"),
        ("1e999", ""),
        ("department", "end with a text"),
        ("departments", "end with a text"),
        ("extattr", "end with a text"),
        ("{'a': 1}", "end with a text"),
        ("[[name]]", "end with a text"),
        ("'x' * 1000000", "shorter way"),
        ("'x' * 100000000000", ""),
        ("'x' * 20000", "shorter way"),
        ("[userid] * 100000", "shorter way"),
        (
            "((('xxxxxxxxxx' * 100) | replace('x', 'yyyyyyyyyy' * 100)) | replace('y', 'zzzzzzzzzz' * 100)) | length",
            "shorter way",
        ),
        ("('a' * 5000) | list | map('upper') | map('lower') | map('upper') | map('lower') | join", "shorter way"),
    ] {
        match Expression::compile(source) {
            Err(mistake) if mistake.remedy.contains(hint) && !mistake.what.contains('\n') => {}
            other => wrong.push(format!("{source}: {other:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let deep = format!("{}1{}", "(".repeat(900), ")".repeat(900));
    for long in [deep, "not ".repeat(400) + "name", "-".repeat(1_900) + "1", format!("'{}'", "x".repeat(LONGEST))] {
        // Refused or taken, but at once and without a crash.
        drop(Expression::compile(&long));
    }
}

#[test]
fn what_fails_for_one_member_only_is_a_failure_without_any_of_the_members_words() {
    let expression =
        Expression::compile("extattr['a'] | int if position == 'Engineer' else 0").expect("no sample is one");
    assert_eq!(expression.evaluate(&sight()), Err(Failure::Impossible));
    assert!(expression.fails_first() && !expression.fails_first());
    let expression = Expression::compile("departments[5].name if position == 'Engineer' else ''").expect("the same");
    assert_eq!(expression.evaluate(&sight()), Err(Failure::Undefined));
    let expression = Expression::compile("name * 9999999 if position == 'Engineer' else ''").expect("the same");
    assert_eq!(expression.evaluate(&sight()), Err(Failure::TooLong));
}

#[test]
fn expressions_are_the_same_when_their_texts_are() {
    let compile = |text: &str| Expression::compile(text).expect("good");
    assert_eq!(compile("name"), compile("name"));
    assert_ne!(compile("name"), compile("alias"));
    assert!(
        compile("departments | map(attribute='name')").names("departments") && !compile("name").names("departments")
    );
}
