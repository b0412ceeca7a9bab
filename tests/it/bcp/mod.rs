//! The two best current practices, rule by rule: vectors of our own against the compiled program.
//!
//! A test named by its function alone stands in this folder; one with a path holds the same rule elsewhere in `tests/it`.
//!
//! | RFC 8725 | rule | test |
//! |---|---|---|
//! | §3.1 | algorithm verification | `a_signature_counts_under_the_algorithm_of_its_own_key_alone`; `login::silent::threats_12_13_and_14_…`, `token::assertions::threat_12_…`, `login::request_objects` |
//! | §3.2 | appropriate algorithms | `nothing_weak_is_offered_published_or_configurable` |
//! | §3.3 | every cryptographic operation | `a_signature_that_was_touched_anywhere_is_none` |
//! | §3.4 | cryptographic inputs | `a_signature_of_zeros_and_points_off_the_curve_is_none` |
//! | §3.5 | entropy of keys | `nothing_weak_is_offered_published_or_configurable`; keys are made by `keys::making` |
//! | §3.6 | no compression | `nothing_that_is_encrypted_compressed_or_nested_is_looked_into`: we have no JWE at all |
//! | §3.7 | UTF-8 | `claims_that_are_no_utf_8_are_none` |
//! | §3.8 | issuer and subject | `a_token_under_our_own_keys_with_another_issuer_is_none_of_ours`; `token::assertions` |
//! | §3.9 | audience | `tokens_of_one_kind_are_nothing_in_any_other_place`, `every_kind_of_token_is_good_in_its_own_places_and_nothing_anywhere_else`, `a_token_for_one_service_is_nothing_at_another` |
//! | §3.10 | received claims are not trusted | `headers_that_point_elsewhere_are_never_followed`; `token::assertions::threat_13_…` |
//! | §3.11 | explicit typing | `each_kind_of_token_says_what_it_is` |
//! | §3.12 | mutually exclusive validation | `tokens_of_one_kind_are_nothing_in_any_other_place`, `every_kind_of_token_is_good_in_its_own_places_and_nothing_anywhere_else` |
//!
//! | RFC 9700 | rule | test |
//! |---|---|---|
//! | §2.1, §4.1 | exact redirection addresses | `near_misses_of_a_redirection_address_are_a_page`; `bad_input::addresses` |
//! | §2.1.1, §4.5, §4.8 | PKCE, injection, downgrade | `a_code_of_another_sign_in_and_a_downgrade_buy_nothing`; `token::pkce` |
//! | §2.1.2 | no tokens from the authorization endpoint | `no_response_type_puts_a_token_into_an_address` |
//! | §2.2, §4.14 | replay of refresh tokens | `a_stolen_refresh_token_ends_with_its_second_use`; `token::refresh`. Access tokens are not bound to a sender |
//! | §2.3, §4.9, §4.10 | audience and scope of access tokens | `a_token_for_one_service_is_nothing_at_another`; `token::resources` |
//! | §2.4 | no password grant | `no_grant_takes_a_password_or_comes_without_a_member` |
//! | §2.5 | client authentication | `whoever_does_not_prove_itself_gets_nothing_and_no_secret_is_taken_from_an_address`; `token::authentication`, `token::assertions`, `token::published_keys` |
//! | §2.6 | metadata; no CORS at the authorization endpoint | `metadata_is_published_and_the_authorization_endpoint_knows_no_cors`; `login::places` |
//! | §4.2 | leaks through Referer | `no_page_sends_a_referrer_loads_from_elsewhere_or_can_be_framed` |
//! | §4.3 | leaks through the history | `no_answer_is_kept_and_no_token_is_taken_from_an_address`; `token::userinfo::threat_41_…` |
//! | §4.4 | mix-up | `every_answer_names_its_issuer`; `login::modes::threat_16_…` |
//! | §4.6 | injected access tokens | `the_id_token_holds_the_hash_of_its_access_token_and_the_nonce` |
//! | §4.7 | CSRF | `a_callback_without_its_browser_and_a_state_of_another_start_again`; `threats::callback` |
//! | §4.11 | open redirection | `no_address_of_ours_redirects_to_one_that_nobody_registered` |
//! | §4.12 | 307 | `what_was_posted_is_never_posted_on` |
//! | §4.13 | proxies | `forwarding_headers_of_strangers_change_nothing`; `bad_input::addresses::threat_32_…` |
//! | §4.15 | clients that look like members | `no_grant_takes_a_password_or_comes_without_a_member` |
//! | §4.16 | clickjacking | `no_page_sends_a_referrer_loads_from_elsewhere_or_can_be_framed` |
//! | §4.17 | messages between windows | `no_answer_travels_by_a_message_between_windows` |

mod authorization;
mod grants;
mod kinds;
mod kinds_apart;
mod pages;
mod places;
mod signatures;

use std::collections::BTreeSet;

pub use kinds::challenge;

/// The table names no test that is not there, and leaves none out.
#[test]
fn every_rule_names_its_tests() {
    const FILES: [&str; 6] = [
        include_str!("authorization.rs"),
        include_str!("grants.rs"),
        include_str!("kinds_apart.rs"),
        include_str!("pages.rs"),
        include_str!("places.rs"),
        include_str!("signatures.rs"),
    ];
    let after = |text: &'static str, mark: &'static str| text.split(mark).skip(1);
    let name = |rest: &str| rest.split('(').next().expect("a name").to_owned();
    let tests = FILES.into_iter().flat_map(|file| after(file, "#[tokio::test]\nasync fn ")).map(name);
    let rows = include_str!("mod.rs").lines().filter(|line| line.starts_with("//! | §"));
    let named = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    let named = named.filter(|name| !name.contains("::")).map(str::to_owned);
    assert_eq!(tests.collect::<BTreeSet<_>>(), named.collect());
}
