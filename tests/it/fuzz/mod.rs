//! Every parser of outside bytes on stable: first the whole corpus of `fuzz/corpus/`, then what proptest makes of it.
//!
//! | file | owns |
//! |---|---|
//! | [`targets`] | the parsers and what must hold of what they read; `fuzz/` wraps the same functions |
//! | [`bytes`] | bytes that come near: seeds that were cut, spliced and bent, and bytes of no shape at all |
//!
//! A new parser gets a file in `targets/`, a line below, a wrapper and a corpus in `fuzz/`; the last test asks for them.

mod bytes;
mod targets;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::test_runner::TestRunner;

use crate::support::cases;

/// The seeds of a target, in the order of their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder("corpus").join(target)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(name)
}

fn holds(name: &str, target: fn(&[u8]), share: u32) {
    let seeds = corpus(name);
    for seed in &seeds {
        target(seed);
    }
    let told = TestRunner::new(cases::of(share)).run(&bytes::near(seeds), |bytes| {
        target(&bytes);
        Ok(())
    });
    if let Err(error) = told {
        panic!("{error}");
    }
}

/// For each target its test and how many of the usual cases it is tried with, in hundredths: 200 where a case
/// costs nothing, few where each opens a folder of its own.
macro_rules! targets {
    ($($target:ident $share:literal $test:ident,)+) => {
        $(
            #[test]
            fn $test() {
                holds(stringify!($target), targets::$target, $share);
            }
        )+

        const NAMES: &[&str] = &[$(stringify!($target)),+];
    };
}

targets! {
    authorize 200 threats_1_2_4_5_and_28_a_request_is_refused_plainly_or_leads_where_its_client_registered,
    pushed 100 threats_1_to_5_and_9_a_pushed_request_is_checked_like_any_other_and_used_once_by_its_own_client,
    form 200 threats_4_and_28_a_form_reads_as_everywhere_on_the_web_and_buys_nothing_with_made_up_codes,
    basic 200 threat_11_a_header_that_can_be_read_holds_one_pair_and_reads_the_same_when_written_again,
    assertion 200 threats_11_12_and_13_an_assertion_proves_what_its_client_signed_for_us_once,
    request_object 200 threats_4_12_and_13_a_request_object_says_what_its_client_signed_for_us_and_nothing_else,
    jwks 200 threats_12_and_35_a_set_of_keys_holds_public_ones_that_verify_and_no_others,
    cookies 200 threats_17_and_39_cookies_are_read_by_their_exact_names_and_sign_nobody_in,
    transaction 200 threats_17_and_39_a_transaction_opens_only_whole_and_only_when_we_sealed_it,
    hint 200 threats_12_and_13_only_the_tokens_that_we_signed_are_hints,
    logout 200 threats_28_and_34_a_sign_out_leads_only_where_its_client_registered,
    open 200 threats_25_and_28_a_link_ends_at_the_clients_own_origin_however_it_is_spelled,
    addresses 200 threats_2_and_3_a_registered_address_is_kept_letter_by_letter_and_never_runs_in_a_browser,
    words 200 ids_keep_their_alphabet_and_words_read_the_same_when_written_again,
    visitor 200 threat_32_only_proxies_that_are_trusted_say_where_somebody_comes_from,
    wecom 200 threats_22_and_31_an_answer_that_is_accepted_names_one_member_and_an_error_repeats_nothing,
    expressions 100 an_expression_is_a_claim_or_a_mistake_whatever_is_written_and_whoever_the_member_is,
    nocobase 200 threat_24_what_nocobase_answers_is_read_whole_or_not_at_all,
    config 100 threat_31_a_configuration_is_whole_or_every_problem_has_its_key_and_shows_no_secret,
    ring 12 threat_45_a_ring_that_is_damaged_is_refused_by_name_and_no_other_file_is_touched,
    subjects 100 a_journal_of_subjects_loses_and_makes_up_no_line,
    records 25 threat_47_a_damaged_store_is_refused_or_says_which_record_is_unreadable,
}

#[test]
fn every_target_has_a_wrapper_and_a_corpus_and_there_are_no_others() {
    let names = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut names: Vec<String> =
            entries.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let mut expected = NAMES.to_vec();
    expected.sort_unstable();
    assert_eq!(names(&folder("corpus")), expected);
    assert_eq!(names(&folder("fuzz_targets")), expected);
    let manifest = fs::read_to_string(folder("Cargo.toml")).unwrap();
    for name in expected {
        let seeds = corpus(name).len();
        assert!((10..=60).contains(&seeds), "{name} has {seeds} seeds");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
        let wrapper = fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(wrapper.contains(&format!("targets::{name}(data)")), "{name}");
    }
}
