//! Who holds the client and what that person clicks, where no page is wanted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::directory::SensitiveField;

/// What the browser sign-in page does by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoScan {
    /// This person scans and approves.
    Approve(String),
    /// The scan is refused.
    Deny,
}

/// What the consent page does by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AutoConsent {
    /// These fields are granted.
    Grant(BTreeSet<SensitiveField>),
    /// The page is refused.
    Refuse,
}

/// The settings of the sign-in pages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Who holds the client when neither a cookie nor a header says it.
    pub holder: Option<String>,
    /// The browser sign-in page without clicking.
    pub auto_scan: Option<AutoScan>,
    /// The consent page without clicking.
    pub auto_consent: Option<AutoConsent>,
}
