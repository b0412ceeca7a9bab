//! What the documents say of the tests, held against them.

use std::collections::BTreeSet;

use super::{files, text};

/// The words in backticks that look like the name of a test: small letters, and three joints at least.
fn named_tests(document: &str) -> BTreeSet<String> {
    let words = document.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let is_name = |word: &&str| {
        word.matches('_').count() >= 3
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    words.filter(is_name).map(str::to_owned).collect()
}

/// Every function of the sources and the tests, and every word that a macro may make one of.
fn functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in files("src").into_iter().chain(files("tests")).chain(files("sim")) {
        for line in text.lines().map(str::trim) {
            if let Some((_, rest)) = line.split_once("fn ") {
                found.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
            found.extend(line.trim_end_matches(',').rsplit(' ').next().map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_test_that_the_documents_name_exists() {
    let known = functions();
    for path in ["docs/protocol.md", "docs/security.md"] {
        let document = text(path);
        let named = named_tests(&document);
        assert!(named.len() > 50, "{path}: {}", named.len());
        // Metadata and parameters are written in the same way.
        let gone: Vec<_> = named.iter().filter(|name| !known.contains(*name) && !is_protocol(name)).collect();
        assert!(gone.is_empty(), "{path} names what is not there: {gone:#?}");
    }
}

/// Registered names and keys of the configuration that have as many joints as a test.
fn is_protocol(name: &str) -> bool {
    ["_supported", "_uri", "_uris", "_alg", "_requests", "_required"].iter().any(|end| name.ends_with(end))
}

/// What the plans of the suite for Basic OP (Form Post OP runs the same), Config OP and the three ways to sign out consist of.
const MODULES: [&str; 5] = [
    "oidcc_server oidcc_response_type_missing oidcc_idtoken_signature oidcc_idtoken_unsigned oidcc_userinfo_get
     oidcc_userinfo_post_header oidcc_userinfo_post_body oidcc_ensure_request_without_nonce_succeeds_for_code_flow
     oidcc_scope_profile oidcc_scope_email oidcc_scope_address oidcc_scope_phone oidcc_scope_all oidcc_alternate_happy_flow
     oidcc_display_page oidcc_display_popup oidcc_prompt_login oidcc_prompt_none_not_logged_in oidcc_prompt_none_logged_in
     oidcc_max_age_1 oidcc_max_age_10000 oidcc_ensure_request_with_unknown_parameter_succeeds oidcc_id_token_hint
     oidcc_login_hint oidcc_ui_locales oidcc_claims_locales oidcc_ensure_request_with_acr_values_succeeds oidcc_codereuse
     oidcc_codereuse_30seconds oidcc_ensure_registered_redirect_uri oidcc_ensure_post_request_succeeds
     oidcc_server_client_secret_post oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported
     oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported oidcc_claims_essential
     oidcc_ensure_request_object_with_redirect_uri oidcc_refresh_token oidcc_ensure_request_with_valid_pkce_succeeds",
    "oidcc_discovery_endpoint_verification",
    "oidcc_rp_initiated_logout_discovery_endpoint_verification oidcc_rp_initiated_logout oidcc_rp_initiated_logout_no_state
     oidcc_rp_initiated_logout_bad_post_logout_redirect_uri
     oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri
     oidcc_rp_initiated_logout_modified_id_token_hint oidcc_rp_initiated_logout_bad_id_token_hint
     oidcc_rp_initiated_logout_no_id_token_hint oidcc_rp_initiated_logout_no_params
     oidcc_rp_initiated_logout_no_post_logout_redirect_uri oidcc_rp_initiated_logout_only_state",
    "oidcc_backchannel_logout_discovery_endpoint_verification oidcc_backchannel_rp_initiated_logout",
    "oidcc_frontchannel_logout_discovery_endpoint_verification oidcc_frontchannel_rp_initiated_logout",
];

#[test]
fn the_chapter_of_conformance_modules_names_each_of_them_once() {
    let document = text("docs/protocol.md");
    let (_, chapter) = document.split_once("## Conformance modules").expect("the chapter");
    let chapter = chapter.split_once("\n## ").expect("its end").0;
    let rows: Vec<&str> = chapter.lines().filter(|line| line.starts_with("| `oidcc-")).collect();
    let files = ["plans", "config", "rp_initiated_logout", "backchannel_logout", "frontchannel_logout"];
    let plans: String = files.map(|file| text(&format!("tests/it/conformance/{file}.rs"))).concat();
    let modules: BTreeSet<&str> = plans
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with("oidcc_"))
        .collect();
    assert_eq!(
        modules,
        MODULES.iter().flat_map(|plan| plan.split_whitespace()).collect(),
        "what the plans of the suite run"
    );
    assert!(modules.len() > 50, "{}", modules.len());
    for module in modules {
        let name = format!("`{}`", module.replace('_', "-"));
        let first = |row: &&&str| row.split('|').nth(1).is_some_and(|cell| cell.contains(&name));
        assert_eq!(rows.iter().filter(first).count(), 1, "{name}");
    }
}
