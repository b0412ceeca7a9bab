//! What the conformance suite of the OpenID Foundation asks, module by module, in our own words: a test has the name of
//! its module, and asserts what that module demands. Where the suite would be content with a WARNING, the test says so.
//!
//! | file | owns |
//! |---|---|
//! | [`config`] | the Config OP plan |
//! | [`modules`] | the modules of the Basic OP plan, which the Form Post plan runs as well |
//! | [`variant`] | what a plan sets for all its modules |
//! | [`suite`] | one run of a module: an empty cookie jar, discovery, the answer, the tokens |
//! | [`asked`] | a request, with what the application keeps of it |
//! | [`checks`] | what every module looks at |
//!
//! [`plans!`] runs every module in each plan, and the Basic plan with each way of client authentication.

mod asked;
mod checks;
mod config;
mod modules;
mod suite;
mod variant;

use variant::{Authentication, Variant};

const BASIC: Variant = Variant { response_mode: None, authentication: Authentication::Basic };

macro_rules! plans {
    (plans { $($plan:ident = $variant:expr;)+ } modules $modules:tt) => {
        $(plans!(@ $plan, $variant, $modules);)+
    };
    (@ $plan:ident, $variant:expr, { $($group:ident { $($module:ident,)+ })+ }) => {
        mod $plan {
            use super::*;

            $($(
                #[tokio::test]
                async fn $module() {
                    modules::$group::$module(suite::Suite::begin($variant).await).await;
                }
            )+)+
        }
    };
}

plans! {
    plans {
        basic = BASIC;
        form_post = Variant { response_mode: Some("form_post"), ..BASIC };
        basic_by_client_secret_post = Variant { authentication: Authentication::Post, ..BASIC };
        basic_by_none = Variant { authentication: Authentication::None, ..BASIC };
    }
    modules {
        happy {
            oidcc_server,
            oidcc_response_type_missing,
            oidcc_idtoken_signature,
            oidcc_idtoken_unsigned,
            oidcc_ensure_request_without_nonce_succeeds_for_code_flow,
            oidcc_alternate_happy_flow,
            oidcc_server_client_secret_post,
            oidcc_ensure_request_with_valid_pkce_succeeds,
        }
        userinfo {
            oidcc_userinfo_get,
            oidcc_userinfo_post_header,
            oidcc_userinfo_post_body,
            oidcc_claims_essential,
        }
        scopes {
            oidcc_scope_profile,
            oidcc_scope_email,
            oidcc_scope_address,
            oidcc_scope_phone,
            oidcc_scope_all,
        }
        wishes {
            oidcc_display_page,
            oidcc_display_popup,
            oidcc_ensure_request_with_unknown_parameter_succeeds,
            oidcc_id_token_hint,
            oidcc_login_hint,
            oidcc_ui_locales,
            oidcc_claims_locales,
            oidcc_ensure_request_with_acr_values_succeeds,
        }
        prompts {
            oidcc_prompt_login,
            oidcc_prompt_none_not_logged_in,
            oidcc_prompt_none_logged_in,
            oidcc_max_age_1,
            oidcc_max_age_10000,
        }
        tokens {
            oidcc_codereuse,
            oidcc_codereuse_30seconds,
            oidcc_refresh_token,
        }
        requests {
            oidcc_ensure_registered_redirect_uri,
            oidcc_ensure_post_request_succeeds,
            oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported,
            oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported,
            oidcc_ensure_request_object_with_redirect_uri,
        }
    }
}
