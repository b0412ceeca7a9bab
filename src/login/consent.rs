//! Our own consent page, when the client asks for it with `prompt=consent` (OpenID Connect Core §3.1.2.4).

use subtle::ConstantTimeEq;

use super::errand::Errand;
use super::transaction::Held;
use super::{Browser, Login, Outcome, Stop};
use crate::domain::language::Language;
use crate::domain::refusal::Refusal;

impl Login {
    /// The member's decision, from the form of this transaction.
    pub async fn consent(
        &self,
        mut held: Held,
        token: &str,
        allowed: bool,
        browser: &Browser,
        language: Language,
    ) -> Result<Outcome, Stop> {
        let genuine = bool::from(held.form_token(browser.session.as_ref()).as_bytes().ct_eq(token.as_bytes()));
        if !genuine || !matches!(held.transaction.errand, Errand::Authorize(_)) {
            return Err(Stop::StartAgain);
        }
        if !allowed {
            return Ok(self.refusal(Refusal::Denied, &held));
        }
        let (_, session) = browser.session.as_ref().ok_or(Stop::StartAgain)?;
        held.transaction.consented = Some(session.member.clone());
        let sealed = self.reseal(&held)?;
        let mut outcome = self.resume(held, browser, language).await?;
        outcome.cookies.push(sealed);
        Ok(outcome)
    }
}
