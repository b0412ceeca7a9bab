//! Expressions of `[clients.claims]`: whatever is written, and whoever the member is.
//!
//! The first line is the expression; what follows are fields of a member beside the usual ones, `name=value`.

use std::collections::BTreeMap;

use serde_json::Value;
use wecom_oidc::domain::expression::seen::{Department, FIELDS, Seen};
use wecom_oidc::domain::expression::{Expression, Sight};
use wecom_oidc::domain::ids::UserId;
use wecom_oidc::domain::member::{Further, Member, Standing};

/// The largest claim, and what JSON needs around its texts.
const LARGEST: usize = 16 * 1024;

pub fn expressions(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (source, fields) = text.split_once("\n---\n").unwrap_or((text, ""));
    match Expression::compile(source) {
        Err(mistake) => {
            assert!(!mistake.what.is_empty() && !mistake.remedy.is_empty(), "{mistake:?}");
            assert!(!mistake.what.contains(['\n', '\u{1b}']) && !mistake.remedy.contains('\n'), "{mistake:?}");
            assert!(mistake.what.chars().count() < 2 * 2_000, "{mistake:?}");
            let length = source.chars().count();
            assert!(mistake.at.is_none_or(|at| (1..=length + 1).contains(&at)), "{mistake:?}");
        }
        Ok(expression) => {
            assert!(!source.trim().is_empty() && source.chars().count() <= 2_000);
            for member in [member(fields), nobody()] {
                for seen in [seen(&member), alone(&member)] {
                    assert_value(&expression, &Sight::from(&seen));
                }
            }
            assert!(FIELDS.iter().all(|field| !expression.names(field) || source.contains(field)));
            assert_eq!(format!("{expression:?}"), "Expression");
        }
    }
}

/// A text, a number, true or false, or a list of texts; never nothing, never larger than it may be, always the same.
fn assert_value(expression: &Expression, sight: &Sight) {
    let value = expression.evaluate(sight);
    assert_eq!(value, expression.evaluate(sight), "it is the same each time");
    match value {
        Ok(None | Some(Value::Bool(_))) | Err(_) => {}
        Ok(Some(Value::Number(number))) => {
            assert!(number.as_f64().is_some_and(f64::is_finite));
            assert!(number.is_f64() || number.as_i64().is_some_and(|whole| whole.unsigned_abs() <= 1 << 53));
        }
        Ok(Some(Value::String(text))) => assert!((1..=LARGEST).contains(&text.len())),
        Ok(Some(Value::Array(texts))) => {
            let lengths = texts.iter().map(|text| text.as_str().expect("a list of texts").len());
            let (least, all) = lengths.fold((usize::MAX, 0), |(least, all), one| (least.min(one), all + one));
            assert!(!texts.is_empty() && least > 0 && all <= LARGEST);
        }
        Ok(Some(other)) => panic!("{other} is no claim"),
    }
}

fn member(fields: &str) -> Member {
    let mut member = nobody();
    for (name, value) in fields.lines().filter_map(|line| line.split_once('=')) {
        let text = Some(value.to_owned());
        match name {
            "name" => member.name = text,
            "alias" => member.alias = text,
            "position" => member.position = text,
            "telephone" => member.further.telephone = text,
            "department" => member.departments.extend(value.parse::<u64>().ok()),
            "main_department" => member.main_department = value.parse().ok(),
            "status" => member.standing = Standing::from_number(value.parse().unwrap_or(i64::MIN)),
            "leader" => member.further.direct_leader.push(value.to_owned()),
            _ => drop(member.attributes.insert(name.to_owned(), value.to_owned())),
        }
    }
    member
}

fn nobody() -> Member {
    Member {
        userid: UserId::parse("zhangsan").expect("a userid"),
        name: None,
        alias: None,
        position: None,
        departments: Vec::new(),
        main_department: None,
        standing: Standing::Active,
        attributes: BTreeMap::new(),
        further: Further::default(),
    }
}

fn seen(member: &Member) -> Seen<'_> {
    let named = |id: &u64| Department {
        id: *id,
        name: format!("{id}部"),
        name_en: format!("Department {id}"),
        path: format!("公司/{id}部"),
        leaders: vec!["boss".to_owned()],
    };
    Seen {
        departments: member.departments.iter().map(named).collect(),
        tags: vec!["VPN".to_owned()],
        phone: Some("+8613800000001"),
        email: member.name.as_deref(),
        biz_mail: Some("zhangsan@corp.example"),
        ..alone(member)
    }
}

fn alone(member: &Member) -> Seen<'_> {
    Seen { member, departments: Vec::new(), tags: Vec::new(), phone: None, email: None, biz_mail: None }
}
