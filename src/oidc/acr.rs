//! `acr` (OpenID Connect Core §2): the one thing that can be said of every sign-in here.
//!
//! A member proved to WeCom to hold an account of the corp: in its client, or by scanning or confirming with it.
//! What the phone was unlocked with, WeCom does not tell, so no level of any framework is claimed. The value is an
//! address below the issuer, since `acr` wants a URI whose owner gives it its meaning (ADR 13), and is told only to
//! clients that ask.

use crate::domain::issuer::Issuer;

/// The claim.
pub const NAME: &str = "acr";

/// Its value: a member of the corp, by WeCom.
pub fn wecom(issuer: &Issuer) -> String {
    issuer.address("/acr/wecom")
}
