//! Signing in, plainly.

use crate::conformance::checks;
use crate::conformance::plans::BASIC;
use crate::conformance::suite::{Suite, names};
use crate::conformance::variant::{Authentication, Variant};

pub async fn oidcc_server(suite: Suite) {
    let tokens = suite.sign_in(&suite.ask()).await;
    checks::holds_protocol_claims_alone(&tokens.claims, &[]);
    // Only told where somebody asks for it, so that an ordinary token stays lean.
    assert!(tokens.claims.get("acr").is_none(), "{}", tokens.claims);
    suite.userinfo(&tokens).await;
}

/// An error to the application, for client and address are good (in the query, or by form post), with its state.
pub async fn oidcc_response_type_missing(suite: Suite) {
    let visited = suite.visit(&suite.ask().without("response_type")).await;
    assert!(["unsupported_response_type", "invalid_request"].contains(&visited.answer.error()), "{:?}", visited.answer);
    checks::is_a_description(visited.answer.get("error_description").expect("a description"));
    assert!(visited.pages.is_empty());
}

/// [D]: `kid` in the header and RS256 where a registration names no algorithm; every other module asserts it as well.
pub async fn oidcc_idtoken_signature(suite: Suite) {
    let tokens = suite.sign_in(&suite.ask()).await;
    let header = jsonwebtoken::decode_header(tokens.answer.id_token()).expect("a header");
    assert!(header.kid.is_some() && header.alg == jsonwebtoken::Algorithm::RS256, "{header:?}");
}

/// [D], SKIPPED: `none` is not in `id_token_signing_alg_values_supported`.
pub async fn oidcc_idtoken_unsigned(suite: Suite) {
    let offered = names(&suite.metadata, "id_token_signing_alg_values_supported");
    assert!(offered.contains(&"RS256") && !offered.contains(&"none"), "{offered:?}");
}

pub async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow(suite: Suite) {
    suite.sign_in(&suite.ask().without("nonce")).await;
}

/// `scope=email openid`, every parameter in reverse order.
pub async fn oidcc_alternate_happy_flow(suite: Suite) {
    let mut asked = suite.ask().set("scope", "email openid");
    asked.request.params.reverse();
    let tokens = suite.sign_in(&asked).await;
    suite.userinfo(&tokens).await;
}

/// Always by `client_secret_post`, whatever the plan says.
pub async fn oidcc_server_client_secret_post(plan: Suite) {
    let variant = Variant { authentication: Authentication::Post, ..plan.variant() };
    assert!(names(&plan.metadata, "token_endpoint_auth_methods_supported").contains(&"client_secret_post"));
    let suite = Suite::begin(variant).await;
    suite.sign_in(&suite.ask()).await;
    // A client that is registered for neither may use both.
    assert!(names(&suite.metadata, "token_endpoint_auth_methods_supported").contains(&BASIC.method()));
}

pub async fn oidcc_ensure_request_with_valid_pkce_succeeds(suite: Suite) {
    assert!(names(&suite.metadata, "code_challenge_methods_supported").contains(&"S256"));
    suite.sign_in(&suite.ask().with_pkce()).await;
}
