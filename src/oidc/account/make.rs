//! A link is made, and an account where there is none. Each step is looked at before it counts: what NocoBase says it
//! did, it must show.

use super::{Halt, Search, Why};
use crate::config::Unmatched;
use crate::domain::phone::PhoneNumber;
use crate::nocobase::users::NewUser;
use crate::nocobase::{AccountId, Api, Fault};
use crate::oidc::claims::{nocobase_username, written_phone};
use crate::store::Result;

impl Search<'_> {
    /// What becomes of a member whom no account can be found for.
    pub(super) fn unmatched(&self, why: Why) -> Halt {
        match self.nocobase.unmatched {
            Unmatched::Leave => Halt::Left(why),
            Unmatched::Create | Unmatched::Refuse => Halt::Refused(why),
        }
    }

    /// Makes the account of a member whose number nobody has, and finds it like any other: so one that was made by a
    /// sign-in that broke off is found as well, and nothing rests on what the answer of making it says.
    pub(super) async fn make(&self, number: &PhoneNumber) -> std::result::Result<AccountId, Halt> {
        if self.nocobase.unmatched != Unmatched::Create {
            return Err(self.unmatched(Why::NoMatch));
        }
        let (username, nickname) = self.names().await?;
        if self.api().is_taken(&username).await? {
            // It may be anybody's: a name proves nothing (threat 23).
            return Err(Halt::Refused(Why::UsernameTaken));
        }
        let phone = written_phone(self.client, number);
        let made = self.api().create(&NewUser { username: &username, phone, nickname: &nickname }).await?;
        // Also when it was refused: another may have made it a moment ago.
        let account = self.matching(number).await?.ok_or(Api::not_made())?;
        if made {
            self.tell_created(account);
        }
        Ok(account)
    }

    /// Links the account. Of two who link it at once NocoBase refuses one, who looks whose it is now.
    pub(super) async fn link(&self, account: AccountId) -> std::result::Result<(), Halt> {
        self.api().link(account, &self.subject).await?;
        if self.linked().await? == Some(account) {
            return Ok(());
        }
        if self.is_anothers(account).await? {
            return Err(Halt::Refused(Why::Taken));
        }
        Err(Fault::NotShown.at("usersAuthenticators:create").into())
    }

    /// The username by NocoBase's rule, as userinfo tells it, and the name that people read.
    async fn names(&self) -> Result<(String, String)> {
        let member = &self.session.member;
        let record = self.provider.store.member(&self.session.connection, member).await?.map(|record| record.member);
        let record = record.ok_or(crate::store::StoreError::Unreadable("member"))?;
        let corp = (self.client.corps.len() > 1).then(|| member.corp());
        let nickname = record.name.filter(|name| !name.is_empty());
        Ok((nocobase_username(&record.userid, corp), nickname.unwrap_or_else(|| record.userid.as_str().to_owned())))
    }
}
