//! The people a page lets the tester choose from.

use crate::directory::{Corp, Member, Status};

/// One line of a list.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// The userid, or the key of somebody who is no member; the HTML id is `member-` and this.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) remark: String,
    pub(crate) marked: bool,
}

/// The members of the corp.
pub(crate) fn members(corp: &Corp, marked: Option<&str>) -> Vec<Person> {
    corp.members.iter().map(|member| of_member(corp, member, marked)).collect()
}

/// The members, and those who are not.
pub(crate) fn everybody(corp: &Corp, marked: Option<&str>) -> Vec<Person> {
    let linked = corp.linked.iter().map(|it| (&it.key, &it.name, "互联企业用户"));
    let customers = corp.customers.iter().map(|it| (&it.key, &it.name, "外部联系人"));
    let outsiders = corp.outsiders.iter().map(|it| (&it.key, &it.name, "非企业成员"));
    let guests = linked.chain(customers).chain(outsiders).map(|(key, name, remark)| Person {
        key: key.clone(),
        name: name.clone(),
        remark: remark.to_owned(),
        marked: marked == Some(key),
    });
    members(corp, marked).into_iter().chain(guests).collect()
}

fn of_member(corp: &Corp, member: &Member, marked: Option<&str>) -> Person {
    let department =
        member.main_department().and_then(|id| corp.department(id)).map_or("", |department| department.name.as_str());
    let status = match member.status {
        Status::Activated => "",
        Status::Disabled => " · 已禁用",
        Status::NotActivated => " · 未激活",
        Status::Quit => " · 已退出",
    };
    Person {
        key: member.userid.clone(),
        name: member.name.clone(),
        remark: format!("{department}{status}"),
        marked: marked.is_some_and(|key| member.is(key)),
    }
}
