//! What may happen. An event names things by how long ago they were made, so that a shorter story still makes sense.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::verb::Who;

/// `0` is the newest of its kind, `1` the one before it. Where there is none yet, nothing happens.
pub type Back = usize;

#[derive(Clone, Debug)]
pub enum Event {
    /// A sign-in ends: session, code, and the record that answers its second hit.
    SignIn {
        who: Who,
        replaces_session: bool,
    },
    /// The callback of a sign-in is hit again.
    CallbackAgain {
        login: Back,
    },
    /// A code for whoever is signed in already.
    Issue {
        who: Who,
    },
    Redeem {
        code: Back,
        refreshable: bool,
    },
    /// `token` counts within the family: `0` is the current one, `1` the one before, which has its grace.
    Refresh {
        family: Back,
        token: Back,
    },
    RevokeAccessToken {
        family: Back,
        token: Back,
    },
    RevokeGrant {
        family: Back,
    },
    /// A member left, or is no longer seen through one connection.
    RevokeMember {
        who: Who,
        everywhere: bool,
    },
    /// A member takes an application's access back.
    Withdraw {
        who: Who,
    },
    /// A member leaves one session, if it is the member's, or all of them.
    Leave {
        who: Who,
        one: Option<Back>,
    },
    Touch {
        session: Back,
    },
    SignOut {
        session: Back,
    },
    /// The next logout token is handed over, or put off because nobody answered.
    Deliver {
        done: bool,
    },
    /// All in the same moment, each by a hand of its own.
    Race(Vec<Event>),
    Wait {
        seconds: u64,
    },
    Sweep,
    /// The process ends in order and begins again.
    Restart,
    /// The process is killed and begins again.
    Kill,
}

/// What a story is mostly about.
#[derive(Clone, Copy, Debug)]
pub enum Emphasis {
    Codes,
    Families,
    Endings,
}

pub fn story(emphasis: Emphasis) -> impl Strategy<Value = Vec<Event>> {
    let (codes, families, endings) = match emphasis {
        Emphasis::Codes => (6, 2, 1),
        Emphasis::Families => (2, 6, 1),
        Emphasis::Endings => (2, 2, 4),
    };
    // A story without a code is soon told.
    let first = who().prop_map(|who| Event::SignIn { who, replaces_session: false });
    let event = prop_oneof![
        codes => beginning(),
        codes => of_codes(),
        families * 2 => of_families(),
        endings => ending(),
        4 => vec(prop_oneof![codes => of_codes(), families => of_families(), endings => final_ending()], 2..=4)
            .prop_map(Event::Race),
        6 => passing(),
    ];
    (first, vec(event, 1..40)).prop_map(|(first, rest)| [vec![first], rest].concat())
}

fn who() -> impl Strategy<Value = Who> {
    select(Who::ALL.as_slice())
}

fn beginning() -> impl Strategy<Value = Event> {
    prop_oneof![
        (who(), any::<bool>()).prop_map(|(who, replaces_session)| Event::SignIn { who, replaces_session }),
        (0..2usize).prop_map(|login| Event::CallbackAgain { login }),
        who().prop_map(|who| Event::Issue { who }),
    ]
}

fn of_codes() -> impl Strategy<Value = Event> {
    // Mostly the newest: older ones have expired.
    let code = prop_oneof![3 => Just(0), 1 => 1..4usize];
    (code, prop::bool::weighted(0.8)).prop_map(|(code, refreshable)| Event::Redeem { code, refreshable })
}

fn of_families() -> impl Strategy<Value = Event> {
    let family = prop_oneof![3 => Just(0), 1 => 1..3usize];
    let token = prop_oneof![5 => Just(0), 3 => Just(1), 1 => 2..5usize];
    (family, token).prop_map(|(family, token)| Event::Refresh { family, token })
}

fn ending() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => final_ending(),
        1 => (0..3usize).prop_map(|session| Event::Touch { session }),
        1 => any::<bool>().prop_map(|done| Event::Deliver { done }),
    ]
}

fn final_ending() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..3usize, 0..3usize).prop_map(|(family, token)| Event::RevokeAccessToken { family, token }),
        (0..3usize).prop_map(|family| Event::RevokeGrant { family }),
        (who(), any::<bool>()).prop_map(|(who, everywhere)| Event::RevokeMember { who, everywhere }),
        (0..3usize).prop_map(|session| Event::SignOut { session }),
        who().prop_map(|who| Event::Withdraw { who }),
        (who(), prop::option::weighted(0.7, 0..3usize)).prop_map(|(who, one)| Event::Leave { who, one }),
    ]
}

fn passing() -> impl Strategy<Value = Event> {
    // Up to the last moment of each lifetime of `verb`, and over it.
    let seconds = vec![1, 10, 29, 30, 59, 60, 119, 120, 299, 599, 600, 1_199, 3_600];
    prop_oneof![
        6 => select(seconds).prop_map(|seconds| Event::Wait { seconds }),
        2 => Just(Event::Sweep),
        1 => Just(Event::Restart),
        1 => Just(Event::Kill),
    ]
}
