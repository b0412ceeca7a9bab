//! Which account it is. Nothing is changed here.

use super::{Halt, Search, Why};
use crate::domain::phone::PhoneNumber;
use crate::nocobase::{AccountId, Fault, Trouble, User};

impl Search<'_> {
    /// The account that this `sub` opens already. A link whose account is gone opens nothing.
    pub(super) async fn linked(&self) -> Result<Option<AccountId>, Halt> {
        let api = self.api();
        let mut living = Vec::new();
        for account in api.accounts_of(&self.subject).await? {
            if api.account(account).await?.is_some() {
                living.push(account);
            }
        }
        match living[..] {
            [] => Ok(None),
            [account] => Ok(Some(account)),
            _ => Err(Halt::Refused(Why::LinkedTwice)),
        }
    }

    /// The one account with this number, when it may be linked.
    pub(super) async fn matching(&self, number: &PhoneNumber) -> Result<Option<AccountId>, Halt> {
        let account = match self.api().accounts_with(number).await?[..] {
            [] => return Ok(None),
            [account] => account,
            _ => return Err(Halt::Refused(Why::Ambiguous)),
        };
        match self.api().account(account).await? {
            // It changed hands between two calls: the next sign-in sees which is true.
            Some(user) if !user.has(number) => Err(Fault::Shape.at("users:get").into()),
            Some(user) if self.is_protected(&user) => Err(Halt::Refused(Why::Protected)),
            Some(_) if self.is_anothers(account).await? => Err(Halt::Refused(Why::Taken)),
            Some(_) => Ok(Some(account)),
            // It went away between two calls.
            None => Ok(None),
        }
    }

    /// A link is never stolen: also the member's own under an older `sub` is for an administrator to take away.
    pub(super) async fn is_anothers(&self, account: AccountId) -> Result<bool, Trouble> {
        let subject = self.api().subject_of(account).await?;
        Ok(subject.is_some_and(|subject| subject != self.subject.as_str()))
    }

    /// Roles that are not told may be any.
    fn is_protected(&self, user: &User) -> bool {
        let protected = &self.nocobase.protected_roles;
        !protected.is_empty() && user.roles.as_ref().is_none_or(|roles| !roles.is_disjoint(protected))
    }
}
