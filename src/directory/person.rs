//! A person as operators name one: `USERID`, or `NAME:USERID` where the connections are of several corps.

use super::Directory;
use crate::domain::ids::{ConnectionName, MemberKey, UserId};

/// A name that says nobody, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unnamed {
    /// No connection is called so.
    #[error("there is no connection of that name; the configuration has {0}")]
    Connection(String),
    /// Without a connection the userid could be somebody in each of several corps.
    #[error("the connections are of several corps: write NAME:USERID, with one of {0} as NAME")]
    Corp(String),
    /// Not a userid.
    #[error("a userid is {0}; copy it from the member's page in the WeCom console")]
    Userid(&'static str),
}

/// Whom an operator named.
#[derive(Clone, PartialEq, Eq)]
pub struct Named {
    /// The connection, where it was named.
    pub connection: Option<ConnectionName>,
    /// The userid as it was written.
    pub userid: UserId,
    /// The person.
    pub member: MemberKey,
}

impl Directory {
    /// Whom `[NAME:]USERID` names, whether or not anybody knows that person.
    pub fn member_named(&self, text: &str) -> Result<MemberKey, Unnamed> {
        self.person_named(text).map(|named| named.member)
    }

    /// The same, with the words that the person was named by.
    pub fn person_named(&self, text: &str) -> Result<Named, Unnamed> {
        let (name, userid) = match text.split_once(':') {
            Some((name, userid)) => (Some(name), userid),
            None => (None, text),
        };
        let all = || self.branches.keys().map(ConnectionName::as_str).collect::<Vec<_>>().join(", ");
        let (connection, branch) = match name {
            Some(name) => {
                let named = self.branches.iter().find(|(known, _)| known.as_str() == name);
                let (known, branch) = named.ok_or_else(|| Unnamed::Connection(all()))?;
                (Some(known.clone()), branch)
            }
            None => {
                let mut branches = self.branches.values();
                let first = branches.next().ok_or_else(|| Unnamed::Connection(all()))?;
                if branches.any(|other| other.corp != first.corp) {
                    return Err(Unnamed::Corp(all()));
                }
                (None, first)
            }
        };
        let userid = UserId::parse(userid).map_err(|why| Unnamed::Userid(why.rule))?;
        let member = MemberKey::new(branch.corp.clone(), &userid);
        Ok(Named { connection, userid, member })
    }
}
