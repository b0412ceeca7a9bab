//! What an expression sees of a member: the fields of `user/get` by their names (`wecom-api.md` §6.1), and the
//! departments, tags and contact details that belong to the same person.
//!
//! Every field is always there. What WeCom leaves out is an empty text or list, `main_department` none.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object};

use crate::domain::member::Member;

/// Every name that an expression may use.
pub const FIELDS: &[&str] = &[
    "userid",
    "name",
    "alias",
    "position",
    "department",
    "main_department",
    "order",
    "is_leader_in_dept",
    "direct_leader",
    "telephone",
    "gender",
    "avatar",
    "external_position",
    "status",
    "extattr",
    "departments",
    "tags",
    "phone",
    "email",
    "biz_mail",
];

/// A department of the member, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Department {
    /// `id`.
    pub id: u64,
    /// `name`; empty while it is unknown.
    pub name: String,
    /// `name_en`; empty where there is none.
    pub name_en: String,
    /// The names from below the root down to it, with `/` between; empty while one of them is unknown.
    pub path: String,
    /// `department_leader`: userids.
    pub leaders: Vec<String>,
}

/// A member and all that expressions may know beside.
#[derive(Debug)]
pub struct Seen<'a> {
    /// What `user/get` told.
    pub member: &'a Member,
    /// The member's departments.
    pub departments: Vec<Department>,
    /// The names of the member's tags.
    pub tags: Vec<String>,
    /// The phone number as the client is told it, where it may be.
    pub phone: Option<&'a str>,
    /// `email`, where the client may have it.
    pub email: Option<&'a str>,
    /// `biz_mail`, where the client may have it.
    pub biz_mail: Option<&'a str>,
}

/// The same, as the engine reads it: made once for all expressions of a client.
#[derive(Clone)]
pub struct Sight(Value);

impl Sight {
    /// The context of an evaluation.
    pub(super) fn value(&self) -> Value {
        self.0.clone()
    }

    /// A member whose every text attribute is filled, whatever it is called.
    pub(super) fn with_every_attribute(self, value: &'static str) -> Self {
        let extattr = Value::from_object(Attributes { known: BTreeMap::new(), otherwise: value });
        let field = |name: &&'static str| match *name {
            "extattr" => ("extattr", extattr.clone()),
            name => (name, self.0.get_attr(name).unwrap_or_default()),
        };
        Self(Value::from_pairs(FIELDS.iter().map(field)))
    }
}

impl From<&Seen<'_>> for Sight {
    fn from(seen: &Seen<'_>) -> Self {
        let (member, further) = (seen.member, &seen.member.further);
        let text = |text: Option<&str>| Value::from(text.unwrap_or_default());
        let extattr = Attributes { known: member.attributes.clone(), otherwise: "" };
        Self(Value::from_pairs([
            ("userid", Value::from(member.userid.as_str())),
            ("name", text(member.name.as_deref())),
            ("alias", text(member.alias.as_deref())),
            ("position", text(member.position.as_deref())),
            ("department", member.departments.iter().copied().collect()),
            ("main_department", member.main_department.map_or(Value::from(()), Value::from)),
            ("order", further.order.iter().copied().collect()),
            ("is_leader_in_dept", further.is_leader_in_dept.iter().copied().collect()),
            ("direct_leader", further.direct_leader.iter().map(String::as_str).collect()),
            ("telephone", text(further.telephone.as_deref())),
            ("gender", text(further.gender.as_deref())),
            ("avatar", text(further.avatar.as_deref())),
            ("external_position", text(further.external_position.as_deref())),
            ("status", member.standing.number().map_or(Value::from(()), Value::from)),
            ("extattr", Value::from_object(extattr)),
            ("departments", seen.departments.iter().map(department).collect()),
            ("tags", seen.tags.iter().map(String::as_str).collect()),
            ("phone", text(seen.phone)),
            ("email", text(seen.email)),
            ("biz_mail", text(seen.biz_mail)),
        ]))
    }
}

fn department(department: &Department) -> Value {
    Value::from_pairs([
        ("id", Value::from(department.id)),
        ("name", Value::from(department.name.as_str())),
        ("name_en", Value::from(department.name_en.as_str())),
        ("path", Value::from(department.path.as_str())),
        ("department_leader", department.leaders.iter().map(String::as_str).collect()),
    ])
}

/// `extattr`: an attribute that the member does not fill in is empty, whatever its name.
#[derive(Debug)]
struct Attributes {
    known: BTreeMap<String, String>,
    otherwise: &'static str,
}

impl Object for Attributes {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        Some(Value::from(self.known.get(name).map_or(self.otherwise, String::as_str)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.known.keys().map(|name| Value::from(name.as_str())).collect())
    }
}
