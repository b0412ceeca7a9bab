//! What NocoBase answers, read: `{"data": …}` around rows. Bytes come in, values or nothing come out.
//!
//! Ids may be numbers or digits in a text, which is how some databases hand them out. Texts are texts: a number where
//! a phone or a `sub` belongs could be compared only by guessing. Roles that are not there are not the same as none.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde_json::Value;

use crate::domain::phone::PhoneNumber;

/// The number of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountId(pub u64);

/// A row of `usersAuthenticators`: an account and the `sub` that opens it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Link {
    /// The account.
    #[serde(rename = "userId")]
    pub account: AccountId,
    /// The name of the authenticator.
    pub authenticator: String,
    /// The `sub`.
    pub uuid: String,
}

/// A row of `users`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The account.
    pub id: AccountId,
    /// `phone`, in whatever spelling.
    #[serde(default)]
    pub phone: Option<String>,
    /// `username`.
    #[serde(default)]
    pub username: Option<String>,
    /// The names of its roles; `None` when NocoBase did not tell.
    #[serde(default, deserialize_with = "roles")]
    pub roles: Option<BTreeSet<String>>,
}

impl User {
    /// Whether its number is this one, whatever the spelling. A number that cannot be understood is no other's.
    pub fn has(&self, number: &PhoneNumber) -> bool {
        let theirs = self.phone.as_deref().and_then(PhoneNumber::parse);
        theirs.is_some_and(|theirs| theirs.e164().is_some() && theirs.e164() == number.e164())
    }
}

/// Names nobody.
impl std::fmt::Debug for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("User").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An answer that is none to the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misfit;

/// The rows of a list.
pub fn rows<T: DeserializeOwned>(body: &[u8]) -> Result<Vec<T>, Misfit> {
    data(body)
}

/// The one row asked for, when there is one.
pub fn row<T: DeserializeOwned>(body: &[u8]) -> Result<Option<T>, Misfit> {
    data(body)
}

fn data<T: DeserializeOwned>(body: &[u8]) -> Result<T, Misfit> {
    /// An answer without `data` is none: NocoBase gives one to a filter that it cannot read.
    #[derive(Deserialize)]
    struct Envelope {
        data: Value,
    }
    let envelope: Envelope = serde_json::from_slice(body).map_err(|_| Misfit)?;
    T::deserialize(envelope.data).map_err(|_| Misfit)
}

impl<'de> Deserialize<'de> for AccountId {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let number = match Value::deserialize(input)? {
            Value::Number(number) => number.as_u64(),
            Value::String(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok(),
            _ => None,
        };
        number.filter(|number| *number > 0).map(Self).ok_or_else(|| D::Error::custom("not the number of an account"))
    }
}

#[derive(Deserialize)]
struct Role {
    name: String,
}

fn roles<'de, D: Deserializer<'de>>(input: D) -> Result<Option<BTreeSet<String>>, D::Error> {
    let roles = Option::<Vec<Role>>::deserialize(input)?;
    Ok(roles.map(|roles| roles.into_iter().map(|role| role.name).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links(body: &str) -> Result<Vec<Link>, Misfit> {
        rows(body.as_bytes())
    }

    fn user(body: &str) -> Result<Option<User>, Misfit> {
        row(body.as_bytes())
    }

    #[test]
    fn a_list_is_a_list_of_whole_rows() {
        let row = r#"{"authenticator":"a","userId":2,"uuid":"s","createdAt":"2026-11-26T10:06:20.189Z"}"#;
        let read = links(&format!(r#"{{"data":[{row}],"meta":{{"count":1}}}}"#)).unwrap();
        assert_eq!((read[0].account, read[0].uuid.as_str()), (AccountId(2), "s"));
        assert_eq!(links(r#"{"data":[]}"#), Ok(Vec::new()));
        for wrong in [
            "",
            "{}",
            "[]",
            r#"{"data":null}"#,
            r#"{"data":{}}"#,
            r#"{"data":[null]}"#,
            r#"{"data":[{"authenticator":"a","userId":2}]}"#,
            r#"{"data":[{"authenticator":"a","userId":2,"uuid":5}]}"#,
            r#"{"data":[{"authenticator":"a","userId":null,"uuid":"s"}]}"#,
            r#"{"data":[{"authenticator":"a","userId":-2,"uuid":"s"}]}"#,
            r#"{"data":[{"authenticator":"a","userId":2.5,"uuid":"s"}]}"#,
            r#"{"data":[{"authenticator":"a","userId":"two","uuid":"s"}]}"#,
            r#"{"data":[{"authenticator":"a","userId":0,"uuid":"s"}]}"#,
            r#"{"data":[{"authenticator":"a","userId":2,"uuid":"s"}"#,
        ] {
            assert_eq!(links(wrong), Err(Misfit), "{wrong}");
        }
        assert_eq!(links(&"[".repeat(100_000)), Err(Misfit));
    }

    #[test]
    fn an_account_that_is_not_there_is_told_from_an_answer_that_says_nothing() {
        assert_eq!(user(r#"{"data":null}"#), Ok(None));
        assert_eq!(user("{}"), Err(Misfit));
        assert_eq!(user(r#"{"data":[]}"#), Err(Misfit));
        assert_eq!(user(r#"{"data":{"id":"17"}}"#).unwrap().unwrap().id, AccountId(17));
    }

    #[test]
    fn roles_that_are_not_told_are_not_the_same_as_none() {
        let roles = |text: &str| user(&format!(r#"{{"data":{{"id":1{text}}}}}"#)).map(|user| user.unwrap().roles);
        assert_eq!(roles(""), Ok(None));
        assert_eq!(roles(r#","roles":null"#), Ok(None));
        assert_eq!(roles(r#","roles":[]"#), Ok(Some(BTreeSet::new())));
        assert_eq!(roles(r#","roles":[{"name":"root","title":null}]"#), Ok(Some(["root".to_owned()].into())));
        for wrong in [r#","roles":{}"#, r#","roles":["root"]"#, r#","roles":[{"title":"x"}]"#, r#","roles":"root""#] {
            assert_eq!(roles(wrong), Err(Misfit), "{wrong}");
        }
    }

    #[test]
    fn threat_24_a_phone_is_a_text_or_nothing_and_shows_nowhere() {
        assert_eq!(user(r#"{"data":{"id":1,"phone":13800000001}}"#), Err(Misfit));
        assert_eq!(user(r#"{"data":{"id":1,"phone":null}}"#).unwrap().unwrap().phone, None);
        let known = user(r#"{"data":{"id":1,"phone":"13800000001","username":"ann"}}"#).unwrap();
        assert!(!format!("{known:?}").contains("138"));
    }
}
