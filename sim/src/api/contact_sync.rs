//! What the contact-sync secret may not do, and what only it may do.

use super::answer::Refusal;
use crate::directory::{App, AppKind, Created};

/// 48009 for the contact-sync secret under the rule of 2022.
pub(crate) fn may_read_details(app: &App) -> Result<(), Refusal> {
    if app.kind == AppKind::ContactSync && app.created == Created::AfterPrivacyRule {
        Err(Refusal::new(48009))
    } else {
        Ok(())
    }
}

/// 48002 for every other secret.
pub(crate) fn is_required(app: &App) -> Result<(), Refusal> {
    if app.kind == AppKind::ContactSync { Ok(()) } else { Err(Refusal::new(48002)) }
}
