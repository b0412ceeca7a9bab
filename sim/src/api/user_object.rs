//! A member as `user/get` and `user/list` show it to an app: cut to the visible range, sensitive fields withheld.

use serde_json::{Value, json};

use super::answer::Fields;
use crate::directory::{App, Attribute, Corp, Created, Member};

/// The fields of the member for this app.
pub(crate) fn fields(corp: &Corp, app: &App, member: &Member) -> Fields {
    let places: Vec<_> =
        (0..member.department.len()).filter(|place| corp.sees_department(app, member.department[*place])).collect();
    let department: Vec<_> = places.iter().map(|it| member.department[*it]).collect();
    let order: Vec<_> = places.iter().map(|it| at(&member.order, *it)).collect();
    let leads: Vec<_> = places.iter().map(|it| at(&member.is_leader_in_dept, *it)).collect();
    let leaders: Vec<_> =
        member.direct_leader.iter().filter(|userid| corp.sees_userid(app, userid)).map(String::as_str).collect();
    let main = member.main_department().filter(|id| corp.sees_department(app, *id));
    let is_leader = u8::from(leads.contains(&1));
    let withheld = app.created == Created::AfterPrivacyRule;
    let gender = if withheld { "0" } else { member.gender.as_str() };
    let fields = Fields::new()
        .with("userid", member.userid.as_str())
        .with("name", member.name.as_str())
        .with("department", department)
        .with("order", order)
        .with("is_leader_in_dept", leads)
        .with("direct_leader", leaders)
        .with_some("main_department", main)
        .with("position", member.position.as_str())
        .with("telephone", member.telephone.as_str())
        .with("alias", member.alias.as_str())
        .with("status", u8::from(member.status))
        .with("gender", gender)
        .with("isleader", is_leader)
        .with("enable", u8::from(u8::from(member.status) != 2));
    let fields = if withheld { fields } else { sensitive(fields, member) };
    fields
        .with("extattr", json!({ "attrs": member.extattr.iter().map(attribute).collect::<Vec<_>>() }))
        .with("external_position", member.external_position.as_str())
        .with("external_profile", json!({ "external_attr": [] }))
}

fn sensitive(fields: Fields, member: &Member) -> Fields {
    fields
        .with("avatar", member.avatar.as_str())
        .with("thumb_avatar", member.avatar.as_str())
        .with("mobile", member.mobile.as_str())
        .with("email", member.email.as_str())
        .with("biz_mail", member.biz_mail.as_str())
        .with("qr_code", member.qr_code.as_str())
        .with("address", member.address.as_str())
}

fn attribute(attribute: &Attribute) -> Value {
    match &attribute.url {
        Some(url) => json!({
            "type": 1,
            "name": attribute.name,
            "web": { "url": url, "title": attribute.title.as_deref().unwrap_or_default() },
        }),
        None => json!({
            "type": 0,
            "name": attribute.name,
            "text": { "value": attribute.value.as_deref().unwrap_or_default() },
        }),
    }
}

fn at<T: Copy + Default>(values: &[T], place: usize) -> T {
    values.get(place).copied().unwrap_or_default()
}
