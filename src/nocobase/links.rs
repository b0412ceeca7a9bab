//! `usersAuthenticators`: which `sub` opens which account. NocoBase keeps one row for an account and an authenticator,
//! and lets the same `sub` stand in several: whoever makes a row has to look first, and looks again afterwards.

use serde_json::{Value, json};

use super::Api;
use super::answer::{AccountId, Link, Misfit, rows};
use super::trouble::{Fault, Trouble};
use crate::domain::ids::Subject;

const LIST: &str = "usersAuthenticators:list";
const CREATE: &str = "usersAuthenticators:create";

/// More rows than any question of ours can have for an answer.
const MOST: usize = 20;

impl Api<'_> {
    /// The accounts that this `sub` opens: none, one, or a mistake of somebody.
    pub async fn accounts_of(&self, subject: &Subject) -> Result<Vec<AccountId>, Trouble> {
        let filter = json!({ "authenticator": self.authenticator, "uuid": subject.as_str() });
        let links = self.links(&filter, |link| link.uuid == subject.as_str()).await?;
        Ok(links.into_iter().map(|link| link.account).collect())
    }

    /// The `sub` that opens this account, if any does.
    pub async fn subject_of(&self, account: AccountId) -> Result<Option<String>, Trouble> {
        let filter = json!({ "authenticator": self.authenticator, "userId": account.0 });
        let mut links = self.links(&filter, |link| link.account == account).await?;
        match (links.pop(), links.is_empty()) {
            (link, true) => Ok(link.map(|link| link.uuid)),
            (_, false) => Err(Fault::Shape.at(LIST)),
        }
    }

    /// Links an account. Refused where it is linked already.
    pub async fn link(&self, account: AccountId, subject: &Subject) -> Result<bool, Trouble> {
        let row = json!({ "userId": account.0, "authenticator": self.authenticator, "uuid": subject.as_str() });
        Ok(self.post(CREATE, &row).await?.is_some())
    }

    async fn links(&self, filter: &Value, asked: impl Fn(&Link) -> bool) -> Result<Vec<Link>, Trouble> {
        let body = self.get(LIST, &[("filter", &filter.to_string()), ("pageSize", &MOST.to_string())]).await?;
        let links: Vec<Link> = rows(&body).map_err(|Misfit| Fault::Shape.at(LIST))?;
        let fits = links.iter().all(|link| link.authenticator == self.authenticator && asked(link));
        if fits && links.len() < MOST { Ok(links) } else { Err(Fault::Shape.at(LIST)) }
    }
}
