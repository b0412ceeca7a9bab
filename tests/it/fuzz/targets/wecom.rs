//! WeCom's answers, each body read as the answer to every call (threats 22, 31).

use secrecy::ExposeSecret as _;
use serde_json::Value;
use wecom_oidc::domain::ids::UserId;
use wecom_oidc::wecom::answers::{agent, card, departments, detail, member, tagged, tags, token, visitor};
use wecom_oidc::wecom::{Granted, Visitor, WecomError};

pub fn wecom(data: &[u8]) {
    // serde does not look closely at values that nobody reads: too deep a nesting, half a surrogate. Then
    // there is no second opinion to compare with.
    if json(data).is_none() {
        return assert_broken(data);
    }
    assert_answers(data);
    // What came as a text where a member was asked for must be that very member.
    let userid = json(data).and_then(|body| Some(body.get("userid")?.as_str()?.to_owned()));
    let asked = userid.and_then(|userid| UserId::parse(&userid).ok());
    for asked in asked.into_iter().chain([UserId::parse("zhangsan").expect("a userid")]) {
        let Some(member) = checked(data, member(&asked, data)) else { continue };
        assert!(member.userid.as_str().eq_ignore_ascii_case(asked.as_str()), "another person");
        assert!(!field(data, "status").is_null(), "nothing is known of a member without a status");
        let read = [&member.name, &member.alias, &member.position].into_iter().flatten();
        assert!(read.map(String::len).sum::<usize>() + member.departments.len() <= data.len());
        assert!(member.attributes.iter().all(|(name, value)| !name.is_empty() && !value.is_empty()));
    }
}

fn assert_answers(data: &[u8]) {
    match checked(data, visitor(data)) {
        Some(Visitor::Member { userid, .. }) => {
            let named = [field(data, "userid"), field(data, "UserId")];
            assert!(named.iter().any(|value| text(value) == userid.as_str()), "{userid}");
        }
        Some(Visitor::Outsider) => assert!(["userid", "UserId"].iter().all(|name| text(&field(data, name)).is_empty())),
        Some(Visitor::LinkedCorp | Visitor::UnusableUserid) | None => {}
    }
    if let Some(detail) = checked(data, detail(data)) {
        assert!(UserId::parse(detail.userid.as_str()).is_ok());
        assert!(
            matches!(detail.mobile, Granted::Value(text) if !text.trim().is_empty())
                || text(&field(data, "mobile")).trim().is_empty()
        );
    }
    if let Some((token, life)) = checked(data, token(data)) {
        let token = token.expose_secret();
        assert!((1..=2_048).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic()));
        assert!((30..=7_200).contains(&life.0));
    }
    if let Some(departments) = checked(data, departments(data)) {
        assert!(departments.len() <= data.len());
    }
    if let Some(tags) = checked(data, tags(data)) {
        assert!(tags.len() <= data.len());
    }
    if let Some(tagged) = checked(data, tagged(data)) {
        assert!(tagged.members.iter().all(|userid| UserId::parse(userid.as_str()).is_ok()));
        assert!(tagged.members.len() + tagged.departments.len() <= data.len());
    }
    if checked(data, card(data)).is_some() {
        let reached = ["invaliduser", "unlicenseduser"].iter().all(|name| text(&field(data, name)).is_empty());
        assert!(reached, "whoever was not reached");
    }
    if let Some(agent) = checked(data, agent(data)) {
        assert!(agent.visible_users.len() + agent.visible_departments.len() + agent.visible_tags.len() <= data.len());
    }
}

fn assert_broken(data: &[u8]) {
    let zhangsan = UserId::parse("zhangsan").expect("a userid");
    let another = member(&zhangsan, data).is_ok_and(|member| !member.userid.as_str().eq_ignore_ascii_case("zhangsan"));
    assert!(!another, "another person");
    drop((visitor(data), detail(data), token(data), departments(data), agent(data)));
    drop((tags(data), tagged(data), card(data)));
}

/// Errcode 0, or none; an error says nothing that stood in the body but a hint id and an address.
fn checked<T>(data: &[u8], answer: Result<T, WecomError>) -> Option<T> {
    match answer {
        Ok(answer) => {
            let errcode = field(data, "errcode");
            assert!(matches!(text(&errcode).trim(), "" | "0" | "-0" | "+0") || text(&errcode).trim().parse() == Ok(0));
            Some(answer)
        }
        Err(error) => {
            assert!(error.to_string().len() < 1_024 && !error.to_string().contains(char::is_control));
            let hint = error.hint.unwrap_or_default();
            assert!(hint.len() <= 96 && hint.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'));
            None
        }
    }
}

fn json(data: &[u8]) -> Option<Value> {
    serde_json::from_slice(data.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(data)).ok()
}

fn field(data: &[u8], name: &str) -> Value {
    let body = json(data).expect("looked at before");
    assert!(body.is_object(), "what is accepted is an object");
    body.get(name).cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
