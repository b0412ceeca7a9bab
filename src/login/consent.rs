//! Our own consent page: for a client whose `consent` asks, and for `prompt=consent` (OpenID Connect Core §3.1.2.4).

use super::errand::Errand;
use super::transaction::Held;
use super::{Browser, Login, Outcome, Stop};
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;
use crate::oidc::consent;

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
        if !held.is_genuine(token, browser.session.as_ref()) {
            return Err(Stop::StartAgain);
        }
        let client = self.client_of(request)?;
        let member = self.provider.directory.pseudonym(&session.member);
        if !allowed {
            consent::refused(&self.provider, client, &session.member).await?;
            tracing::info!(event = "consent.refused", client = %client.client_id, member, "a member said no");
            return Ok(self.refusal(Refusal::Denied, &held));
        }
        consent::agreed(&self.provider, client, request, &session.member).await?;
        tracing::info!(event = "consent.given", client = %client.client_id, member, "a member agreed");
        held.transaction.consented = Some(session.member.clone());
        self.resume_changed(held, browser, language).await
    }
}
