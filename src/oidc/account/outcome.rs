//! What came of it, for the member and in the audit log: clients, pseudonyms and the numbers of accounts, nothing else.

use super::{Led, Search, Why};
use crate::config::OnTrouble;
use crate::domain::refusal::Refusal;
use crate::nocobase::{AccountId, Trouble};
use crate::store::records::LinkedAccount;

impl Why {
    const fn as_str(self) -> &'static str {
        match self {
            Self::NoMatch => "no_match",
            Self::Ambiguous => "ambiguous",
            Self::LinkedTwice => "linked_twice",
            Self::Taken => "taken",
            Self::Protected => "protected",
            Self::UsernameTaken => "username_taken",
            Self::NoNumber => "no_number",
            Self::OldNumber => "old_number",
            Self::SharedNumber => "shared_number",
        }
    }

    const fn refusal(self) -> Refusal {
        match self {
            Self::NoMatch | Self::UsernameTaken => Refusal::AccountMissing,
            Self::Ambiguous | Self::LinkedTwice => Refusal::AccountAmbiguous,
            Self::Taken => Refusal::AccountTaken,
            Self::Protected => Refusal::AccountProtected,
            Self::NoNumber | Self::OldNumber => Refusal::NumberUnproven,
            Self::SharedNumber => Refusal::NumberShared,
        }
    }

    const fn cure(self) -> &'static str {
        match self {
            Self::NoMatch => "enter the member's number in the user in NocoBase, or write unmatched = \"create\"",
            Self::Ambiguous => "leave the number in one user of NocoBase alone",
            Self::LinkedTwice => "leave the link of this member in one user of NocoBase alone",
            Self::Taken => "take the user's link in NocoBase away, if it is not somebody else's by right",
            Self::Protected => "link this user in NocoBase by hand, or leave its role out of protected_roles",
            Self::UsernameTaken => {
                "enter the member's number in the user of that name in NocoBase, if it is the same person"
            }
            Self::NoNumber | Self::OldNumber => "the member opens the application once inside WeCom",
            Self::SharedNumber => {
                "see `wecom-oidc phones list`, and forget the number of whoever does not have it any more"
            }
        }
    }
}

impl Search<'_> {
    fn member(&self) -> String {
        self.provider.directory.pseudonym(&self.session.member)
    }

    /// An account that was seen before and is there still is not worth a line.
    pub(super) fn tell_led(&self, led: Led, AccountId(account): AccountId, before: Option<&LinkedAccount>) {
        let (client, member) = (&self.client.client_id, self.member());
        match led {
            Led::Linked => {
                tracing::info!(event = "nocobase.linked", %client, member, account, "a member's account was linked");
            }
            Led::Found if before.is_none_or(|before| before.account != account) => {
                tracing::info!(event = "nocobase.found", %client, member, account, "a member's account is linked already");
            }
            Led::Found => {}
        }
    }

    pub(super) fn tell_created(&self, AccountId(account): AccountId) {
        let (client, member) = (&self.client.client_id, self.member());
        tracing::info!(event = "nocobase.created", %client, member, account, "an account was made for a member");
    }

    pub(super) fn tell_left(&self, why: Why) {
        let (client, member, reason) = (&self.client.client_id, self.member(), why.as_str());
        tracing::info!(event = "nocobase.left", %client, member, reason, "NocoBase decides by itself who a member is");
    }

    pub(super) fn refused(&self, why: Why) -> Refusal {
        let (client, member, reason, cure) = (&self.client.client_id, self.member(), why.as_str(), why.cure());
        tracing::warn!(event = "nocobase.refused", %client, member, reason, cure, "a member was led to no account");
        why.refusal()
    }

    /// Whoever was led to an account before goes on in any case: that NocoBase does not answer takes no link away.
    pub(super) fn troubled(&self, trouble: Trouble, linked: bool) -> Result<(), Refusal> {
        let goes_on = linked || self.nocobase.on_trouble == OnTrouble::Allow;
        let (client, member, Trouble { call, fault }) = (&self.client.client_id, self.member(), trouble);
        tracing::warn!(event = "nocobase.trouble", %client, member, call, reason = %fault, cure = fault.cure(), goes_on, "an account could not be looked for");
        if goes_on { Ok(()) } else { Err(Refusal::AccountsUnavailable) }
    }
}
