//! Scopes that ask for claims. Where `scopes_supported` lacks one of them, the module is SKIPPED.

use serde_json::Value;

use crate::conformance::checks;
use crate::conformance::suite::{Suite, names};

/// The claims of a scope at userinfo; the ID token holds none of them.
async fn claims(suite: &Suite, scope: &str) -> Value {
    let offered = names(&suite.metadata, "scopes_supported");
    assert!(scope.split(' ').all(|word| offered.contains(&word)), "{offered:?}");
    let tokens = suite.sign_in(&suite.ask().set("scope", scope)).await;
    checks::holds_protocol_claims_alone(&tokens.claims, &[]);
    suite.userinfo(&tokens).await
}

/// WARNING, accepted: WeCom knows no birthday, no website and the like, and what is not known is left out.
pub async fn oidcc_scope_profile(suite: Suite) {
    let claims = claims(&suite, "openid profile").await;
    for name in ["name", "preferred_username", "updated_at"] {
        assert!(claims.get(name).is_some(), "{name}: {claims}");
    }
    for unknown in ["given_name", "family_name", "middle_name", "profile", "picture", "website", "gender", "birthdate"]
    {
        assert!(claims.get(unknown).is_none(), "{unknown}: {claims}");
    }
}

/// WARNING, accepted, as long as WeCom has given no address: it does so in the visit that reads the number, inside its
/// client. From then on both claims are there, on any computer.
pub async fn oidcc_scope_email(suite: Suite) {
    let before = claims(&suite, "openid email").await;
    assert!(before.get("email").is_none() && before.get("email_verified").is_none(), "{before}");
    let suite = suite.inside_wecom();
    suite.sign_in(&suite.ask().set("scope", "openid phone")).await;
    let claims = claims(&suite, "openid email").await;
    assert_eq!((&claims["email"], &claims["email_verified"]), (&"zhangsan@corp.example".into(), &true.into()));
}

/// SKIPPED: WeCom knows no postal address, so the scope is not offered.
pub async fn oidcc_scope_address(suite: Suite) {
    assert!(!names(&suite.metadata, "scopes_supported").contains(&"address"));
}

/// WARNING on a computer where no number was read yet; inside the client, where the member agreed, both claims are there.
pub async fn oidcc_scope_phone(suite: Suite) {
    let suite = suite.inside_wecom();
    let claims = claims(&suite, "openid phone").await;
    assert_eq!((&claims["phone_number"], &claims["phone_number_verified"]), (&"+8613800000001".into(), &true.into()));
}

/// SKIPPED, because it asks for `address` too; the others together bring everything that there is.
pub async fn oidcc_scope_all(suite: Suite) {
    let suite = suite.inside_wecom();
    let claims = claims(&suite, "openid profile email phone").await;
    for name in ["name", "preferred_username", "updated_at", "email", "phone_number"] {
        assert!(claims.get(name).is_some(), "{name}: {claims}");
    }
    // A scope that is not offered is no error.
    let tokens = suite.sign_in(&suite.ask().set("scope", "openid profile email address phone")).await;
    suite.userinfo(&tokens).await;
}
