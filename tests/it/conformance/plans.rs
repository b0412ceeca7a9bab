//! Every module in each plan: the Basic OP plan with each way of client authentication, and the Form Post plan.

use super::modules;
use super::suite::Suite;
use super::variant::{Authentication, Variant};

/// `client_secret_basic`, answers in the query.
pub const BASIC: Variant = Variant { response_mode: None, authentication: Authentication::Basic };

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
                    modules::$group::$module(Suite::begin($variant).await).await;
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
        basic_by_client_secret_jwt = Variant { authentication: Authentication::ClientSecretJwt, ..BASIC };
        basic_by_private_key_jwt = Variant { authentication: Authentication::PrivateKeyJwt, ..BASIC };
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
