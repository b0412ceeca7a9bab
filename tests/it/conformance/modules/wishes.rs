//! Parameters that are wishes: whatever they hold, the member signs in.

use crate::conformance::checks;
use crate::conformance::suite::{Suite, names};

async fn changes_nothing(suite: Suite, name: &str, value: &str) {
    let tokens = suite.sign_in(&suite.ask().set(name, value)).await;
    checks::holds_protocol_claims_alone(&tokens.claims, &[]);
    suite.userinfo(&tokens).await;
}

pub async fn oidcc_display_page(suite: Suite) {
    changes_nothing(suite, "display", "page").await;
}

pub async fn oidcc_display_popup(suite: Suite) {
    changes_nothing(suite, "display", "popup").await;
}

pub async fn oidcc_ensure_request_with_unknown_parameter_succeeds(suite: Suite) {
    changes_nothing(suite, "extra", "foobar").await;
}

/// A user whom nobody knows.
pub async fn oidcc_login_hint(suite: Suite) {
    let host = suite.stand.address("").host_str().expect("a host").to_owned();
    changes_nothing(suite, "login_hint", &format!("buffy@{host}")).await;
}

pub async fn oidcc_ui_locales(suite: Suite) {
    changes_nothing(suite, "ui_locales", "se").await;
}

pub async fn oidcc_claims_locales(suite: Suite) {
    changes_nothing(suite, "claims_locales", "se").await;
}

/// All of `acr_values_supported`; the ID token says which of them it was, so there is no WARNING.
pub async fn oidcc_ensure_request_with_acr_values_succeeds(suite: Suite) {
    let offered = names(&suite.metadata, "acr_values_supported");
    let tokens = suite.sign_in(&suite.ask().set("acr_values", &offered.join(" "))).await;
    assert!(offered.contains(&tokens.claims["acr"].as_str().expect("an acr")), "{}", tokens.claims);
}

/// The first ID token as a hint with `prompt=none`: silence, and the same member.
pub async fn oidcc_id_token_hint(suite: Suite) {
    let first = suite.sign_in(&suite.ask()).await;
    let silent = || suite.ask().set("prompt", "none").set("id_token_hint", first.answer.id_token());
    let second = suite.sign_in(&silent()).await;
    assert_eq!(second.claims["sub"], first.claims["sub"]);
    // The suite sends a fresh one; by the specification one that has expired is as good.
    suite.stand.later(wecom_oidc::domain::time::Span::hours(2));
    assert_eq!(suite.sign_in(&silent()).await.claims["sub"], first.claims["sub"]);
}
