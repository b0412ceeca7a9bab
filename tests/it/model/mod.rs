//! The state machine of codes, tokens and sessions against a model, on every store.
//!
//! The tests of `store/` tell one story each. Here proptest makes stories up: members sign in, codes are
//! redeemed and redeemed again, tokens are refreshed in and out of turn, several hands act in the same
//! moment, time passes, the process ends. Whatever happens, the store shows what plain maps would show.
//!
//! | file | owns |
//! |---|---|
//! | [`event`] | what may happen, and how likely |
//! | [`ledger`] | what was handed out so far, so that an event finds something to act on |
//! | [`verb`] | an event with its names: one call of the store, and its outcome |
//! | [`reference`] | the model: maps that forget nothing, and the contract read a second time |
//! | [`view`] | all that can be seen of a store, or of the model |
//! | [`run`] | one story: acts on both, and compares after every step |
//! | [`stores`] | the stores that are tried; a new one is one type and one line below |
//!
//! `PROPTEST_CASES=20000 cargo test --test it model::` tells many more stories than a usual run.

mod event;
mod ledger;
mod reference;
mod run;
mod stores;
mod verb;
mod view;

use event::Emphasis;
use proptest::test_runner::TestRunner;

use crate::support::cases;
use stores::Stage;

fn holds<S: Stage>(emphasis: Emphasis) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let told = TestRunner::new(cases::of(S::SHARE))
        .run(&event::story(emphasis), |story| runtime.block_on(run::keeps_to_the_model::<S>(&story)));
    if let Err(error) = told {
        panic!("{error}");
    }
}

macro_rules! every_store {
    ($($name:ident: $stage:ty,)+) => {$(
        mod $name {
            use super::{Emphasis, holds, stores};

            #[test]
            fn threats_6_and_8_a_code_buys_tokens_once_and_in_time_whatever_else_happens() {
                holds::<$stage>(Emphasis::Codes);
            }

            #[test]
            fn threats_9_and_10_a_refresh_token_lives_until_its_turn_is_over_whatever_else_happens() {
                holds::<$stage>(Emphasis::Families);
            }

            #[test]
            fn threat_48_only_what_was_handed_out_and_has_not_ended_opens_anything_whatever_happens() {
                holds::<$stage>(Emphasis::Endings);
            }
        }
    )+};
}

every_store! {
    memory: stores::InMemory,
    sled: stores::OnSled,
}
