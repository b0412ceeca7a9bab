//! Layer 1: the REST interface of NocoBase, as far as it takes to lead a member to an account.
//!
//! | call | file | what it is for |
//! |---|---|---|
//! | `usersAuthenticators:list` | [`links`] | which account is linked to a `sub`, and who an account is linked to |
//! | `usersAuthenticators:create` | [`links`] | links an account |
//! | `users:list` | [`users`] | accounts by the end of their number, or by their username |
//! | `users:get` | [`users`] | one account with its roles |
//! | `users:create` | [`users`] | makes an account |
//!
//! Nothing that NocoBase answers is believed for having been asked for: a row that a filter should have left out is
//! [trouble](trouble), and so is whatever cannot be read. It sees no more of a member than a call needs.

pub mod answer;
pub mod links;
pub mod trouble;
pub mod users;

use secrecy::SecretString;
use tokio::time::Instant;
use url::Url;

use crate::outbound::{Answered, Call, Visits};
pub use answer::{AccountId, Link, User};
pub use trouble::{Fault, Trouble};

/// More would be no answer to any of our questions.
const LARGEST: usize = 256 * 1024;

/// The interface of one NocoBase, for as long as one sign-in may wait for it.
#[derive(Clone, Copy)]
pub struct Api<'a> {
    /// The way there.
    pub visits: &'a dyn Visits,
    /// Where browsers open it, with a `/` at its end.
    pub url: &'a Url,
    /// The key.
    pub key: &'a SecretString,
    /// The authenticator whose links are meant.
    pub authenticator: &'a str,
    /// When no call is waited for any longer.
    pub until: Instant,
}

impl Api<'_> {
    async fn get(&self, call: &'static str, query: &[(&str, &str)]) -> Result<Vec<u8>, Trouble> {
        let answered = self.send(call, query, None).await?;
        match answered.status {
            200 => Ok(answered.body),
            status => Err(Fault::of(status).at(call)),
        }
    }

    /// `None` when NocoBase refuses what is asked for (400).
    async fn post(&self, call: &'static str, body: &serde_json::Value) -> Result<Option<Vec<u8>>, Trouble> {
        let answered = self.send(call, &[], Some(body.to_string())).await?;
        match answered.status {
            200 => Ok(Some(answered.body)),
            400 => Ok(None),
            status => Err(Fault::of(status).at(call)),
        }
    }

    async fn send(
        &self,
        call: &'static str,
        query: &[(&str, &str)],
        json: Option<String>,
    ) -> Result<Answered, Trouble> {
        let mut url = self.url.clone();
        url.set_path(&format!("{}api/{call}", self.url.path()));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let call_of_it = Call { bearer: self.key, json, largest: LARGEST };
        let answered = tokio::time::timeout_at(self.until, self.visits.call(&url, call_of_it)).await;
        let answered = answered.map_err(|_| Fault::Late.at(call))?.map_err(|why| Fault::Unreachable(why).at(call))?;
        // A page instead of an answer is what a wrong address gives, with status 200.
        if answered.status == 200 && answered.media_type != "application/json" {
            return Err(Fault::NotJson.at(call));
        }
        Ok(answered)
    }
}
