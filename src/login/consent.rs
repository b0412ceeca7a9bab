//! Our own consent page: for a client whose `consent` asks, and for `prompt=consent` (OpenID Connect Core §3.1.2.4).

use subtle::ConstantTimeEq as _;

use super::errand::Errand;
use super::transaction::Held;
use super::{Browser, Login, Next, Outcome, Station, Stop};
use crate::domain::digest::{Digest, Purpose};
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::oidc::consent::{self, Release};
use crate::store::records::SessionRecord;

impl Held {
    /// The token of the consent form: good for what its page told, and for nothing that a reload adds meanwhile.
    pub fn consent_token(&self, release: &Release, session: Option<&(Digest, SessionRecord)>) -> String {
        let told = format!("{}/{}", self.form_token(session), release.text());
        hex::encode(Digest::of(Purpose::FormToken, &told).0)
    }
}

impl Login {
    /// The member's decision, from the form of this transaction. A yes is remembered before anything is released.
    pub async fn consent(
        &self,
        mut held: Held,
        token: &str,
        allowed: bool,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let Errand::Authorize(request) = &held.transaction.errand else { return Err(Stop::StartAgain) };
        let (_, session) = browser.session.as_ref().ok_or(Stop::StartAgain)?;
        let client = self.client_of(request)?;
        let expected = held.consent_token(&Release::of(&self.provider, client, request), browser.session.as_ref());
        if !bool::from(expected.as_bytes().ct_eq(token.as_bytes())) {
            return Err(Stop::StartAgain);
        }
        let member = self.provider.directory.pseudonym(&session.member);
        if !allowed {
            consent::refused(&self.provider, client, &session.member).await?;
            tracing::info!(event = "consent.refused", client = %client.client_id, member, "a member said no");
            let mut outcome = self.refusal(Refusal::Denied, &held);
            if let Next::Refused(refused) = &mut outcome.next {
                // The sign-in of this transaction may be used up.
                refused.again = Some((held.id, Station::Anew.path()));
            }
            return Ok(outcome);
        }
        consent::agreed(&self.provider, client, request, &session.member).await?;
        tracing::info!(event = "consent.given", client = %client.client_id, member, "a member agreed");
        held.transaction.consented = Some(session.member.clone());
        self.resume_changed(held, browser, language).await
    }
}
