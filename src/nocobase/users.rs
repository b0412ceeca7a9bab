//! `users`: the accounts. Only what tells them apart is asked for.

use serde_json::json;

use super::Api;
use super::answer::{AccountId, Misfit, User, row, rows};
use super::trouble::{Fault, Trouble};
use crate::domain::phone::PhoneNumber;

const LIST: &str = "users:list";
const GET: &str = "users:get";
const CREATE: &str = "users:create";

/// So many accounts may share the end of a number; a longer list asks more exactly.
const MOST: usize = 200;

/// The digits at the end that nobody separates from one another.
const END: usize = 4;

/// An account to be made.
#[derive(Clone, Copy)]
pub struct NewUser<'a> {
    /// `username`.
    pub username: &'a str,
    /// `phone`, in the client's spelling.
    pub phone: &'a str,
    /// `nickname`: what NocoBase shows as the name.
    pub nickname: &'a str,
}

impl Api<'_> {
    /// The accounts with this number, in whatever spelling. NocoBase compares texts, so it is asked for the end of the
    /// number, and what it answers is read and compared here: an account counts when its number is the same in E.164.
    pub async fn accounts_with(&self, number: &PhoneNumber) -> Result<Vec<AccountId>, Trouble> {
        let digits = number.national().trim_start_matches('+');
        let end = &digits[digits.len().saturating_sub(END)..];
        for end in [end, digits] {
            let filter = json!({ "phone": { "$endsWith": end } });
            let users = self.users(&filter.to_string(), "id,phone").await?;
            if users.iter().any(|user| !user.phone.as_deref().is_some_and(|phone| phone.ends_with(end))) {
                return Err(Fault::Shape.at(LIST));
            }
            if users.len() < MOST {
                return Ok(users.into_iter().filter(|user| user.has(number)).map(|user| user.id).collect());
            }
        }
        Err(Fault::Shape.at(LIST))
    }

    /// Whether a username is taken; NocoBase may or may not tell capital letters from small ones.
    pub async fn is_taken(&self, username: &str) -> Result<bool, Trouble> {
        let filter = json!({ "username": username });
        let users = self.users(&filter.to_string(), "id,username").await?;
        let same = |user: &User| user.username.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(username));
        if users.iter().all(same) { Ok(!users.is_empty()) } else { Err(Fault::Shape.at(LIST)) }
    }

    /// An account with its roles.
    pub async fn account(&self, account: AccountId) -> Result<Option<User>, Trouble> {
        let query = [("filterByTk", account.0.to_string()), ("appends", "roles".to_owned())];
        let query = query.each_ref().map(|(name, value)| (*name, value.as_str()));
        let body = self.get(GET, &query).await?;
        let user: Option<User> = row(&body).map_err(|Misfit| Fault::Shape.at(GET))?;
        match user {
            Some(other) if other.id != account => Err(Fault::Shape.at(GET)),
            known => Ok(known),
        }
    }

    /// Makes an account. Refused where another one has its name or its number.
    pub async fn create(&self, new: &NewUser<'_>) -> Result<bool, Trouble> {
        let row = json!({ "username": new.username, "phone": new.phone, "nickname": new.nickname });
        Ok(self.post(CREATE, &row).await?.is_some())
    }

    /// The trouble of an account that was refused although nothing stands in its way.
    pub const fn not_made() -> Trouble {
        Fault::NotMade.at(CREATE)
    }

    async fn users(&self, filter: &str, fields: &str) -> Result<Vec<User>, Trouble> {
        let query = [("filter", filter), ("fields", fields), ("pageSize", &MOST.to_string())];
        let body = self.get(LIST, &query).await?;
        rows(&body).map_err(|Misfit| Fault::Shape.at(LIST))
    }
}
