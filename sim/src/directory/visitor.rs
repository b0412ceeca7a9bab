//! Who stands before a sign-in page: a member, a user of a linked corp, a customer or an outsider.

use serde::{Deserialize, Serialize};

use super::{App, Corp, Member};

/// A person as a code remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Visitor {
    /// A member; the serial survives a rename, the userid is what it was called when met.
    Member { serial: u64, userid: String },
    /// A user of a linked corp.
    Linked { userid: String },
    /// A customer.
    Customer { openid: String, external_userid: String, followed_by: String },
    /// An outsider.
    Outsider { openid: String },
}

impl Visitor {
    /// The visitor that a member is.
    pub(crate) fn of(member: &Member) -> Self {
        Self::Member { serial: member.serial, userid: member.userid.clone() }
    }

    /// The member this is, if it is one and still exists.
    pub(crate) fn member<'a>(&self, corp: &'a Corp) -> Option<&'a Member> {
        match self {
            Self::Member { serial, .. } => corp.member_by_serial(*serial),
            _ => None,
        }
    }

    /// Whether this is a member whom the app sees.
    pub(crate) fn is_in_range(&self, corp: &Corp, app: &App) -> bool {
        self.member(corp).is_some_and(|member| corp.sees_member(app, member))
    }

    /// The same person in plain WeChat, which knows no membership.
    pub(crate) fn outside_wecom(self, corp: &Corp) -> Self {
        let openid = match self.member(corp) {
            Some(member) => member.openid(),
            None => match self {
                Self::Linked { userid } => format!("oSimLinked{userid}"),
                other => return other,
            },
        };
        Self::Outsider { openid }
    }
}

impl Corp {
    /// The person known by this key: a userid in whatever case, a key, `CorpId/userid`, an openid or an external userid.
    pub(crate) fn visitor(&self, key: &str) -> Option<Visitor> {
        self.member(key)
            .map(Visitor::of)
            .or_else(|| self.linked_user(key))
            .or_else(|| self.customer(key))
            .or_else(|| self.outsider(key))
    }

    fn linked_user(&self, key: &str) -> Option<Visitor> {
        self.linked.iter().find_map(|user| {
            let userid = format!("{}/{}", user.corp_id, user.userid);
            (user.key == key || userid == key).then_some(Visitor::Linked { userid })
        })
    }

    fn customer(&self, key: &str) -> Option<Visitor> {
        let customer =
            self.customers.iter().find(|it| it.key == key || it.openid == key || it.external_userid == key)?;
        Some(Visitor::Customer {
            openid: customer.openid.clone(),
            external_userid: customer.external_userid.clone(),
            followed_by: customer.followed_by.clone(),
        })
    }

    fn outsider(&self, key: &str) -> Option<Visitor> {
        let outsider = self.outsiders.iter().find(|it| it.key == key || it.openid == key)?;
        Some(Visitor::Outsider { openid: outsider.openid.clone() })
    }
}
