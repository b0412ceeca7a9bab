//! The schedule alone: no disk and no real keys, so that years pass at once.

use super::{POLICY, START};
use crate::domain::client::SigningAlgorithm::{self, Rs256};
use crate::domain::time::{Span, Timestamp};
use crate::keys::schedule::Schedule;
use crate::keys::{KeyError, KeyPhase, Moved, RotationPolicy, RotationStep};

struct Trial {
    schedule: Schedule,
    made: u32,
}

impl Trial {
    fn new() -> Self {
        let mut made = 0;
        let schedule = Schedule::first(START, &mut |alg| name(&mut made, alg)).unwrap();
        Self { schedule, made }
    }

    fn advance(&mut self, now: Timestamp) -> Vec<RotationStep> {
        let made = &mut self.made;
        let steps = self.schedule.advance(&POLICY, now, &mut |alg| name(made, alg)).unwrap();
        assert_eq!(self.schedule.check(), Ok(()));
        steps.into_iter().filter(|step| step.alg == Some(Rs256)).collect()
    }

    fn rotate(&mut self, now: Timestamp) -> Vec<RotationStep> {
        let made = &mut self.made;
        let steps = self.schedule.rotate(&POLICY, now, &mut |alg| name(made, alg)).unwrap();
        assert_eq!(self.schedule.check(), Ok(()));
        steps.into_iter().filter(|step| step.alg == Some(Rs256)).collect()
    }

    fn signer(&self) -> &str {
        &self.schedule.signer(Rs256).unwrap().kid
    }

    /// The RS256 keys that verify.
    fn verify(&self) -> Vec<&str> {
        self.schedule.keys.iter().filter(|key| key.alg == Rs256).map(|key| key.kid.as_str()).collect()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that the schedule calls")]
fn name(made: &mut u32, alg: SigningAlgorithm) -> Result<(String, String), KeyError> {
    if alg == Rs256 {
        *made += 1;
    }
    Ok((format!("{}-{made}", alg.as_str()), String::new()))
}

#[test]
fn a_key_signs_for_ninety_days_and_is_published_before_and_verifies_after() {
    let mut trial = Trial::new();
    let hand_over = START + POLICY.rotate_every;
    let publish = hand_over - POLICY.publish_before;
    assert_eq!(trial.advance(publish - Span(1)), []);
    assert_eq!(trial.advance(publish).len(), 1);
    assert_eq!((trial.signer(), trial.verify()), ("RS256-1", vec!["RS256-1", "RS256-2"]));
    assert_eq!(trial.advance(hand_over - Span(1)), [], "dex #2759: not before verifiers can know it");
    assert_eq!(trial.signer(), "RS256-1");
    assert_eq!(trial.advance(hand_over).len(), 2);
    assert_eq!((trial.signer(), trial.verify()), ("RS256-2", vec!["RS256-1", "RS256-2"]));
    assert_eq!(trial.advance(hand_over + POLICY.retire_for), []);
    let removed = trial.advance(hand_over + POLICY.retire_for + Span(1));
    assert!(matches!(&removed[..], [RotationStep { kid, moved: Moved::Removed, .. }] if kid == "RS256-1"));
    assert_eq!(trial.verify(), ["RS256-2"]);
    assert_eq!(trial.advance(hand_over + POLICY.rotate_every - POLICY.publish_before - Span(1)), []);
}

#[test]
fn threat_45_shorter_lives_do_not_shorten_how_long_a_key_is_kept_that_signed_longer_ones() {
    let mut trial = Trial::new();
    let long = RotationPolicy { retire_for: Span::days(3), ..POLICY };
    let hand_over = START + POLICY.rotate_every;
    trial.schedule.advance(&long, START, &mut |_| unreachable!("nothing is due")).unwrap();
    // A reload makes ID tokens short again; what was signed before it lives on.
    trial.advance(hand_over - POLICY.publish_before);
    let retired = trial.advance(hand_over);
    let until = hand_over + Span::days(3);
    assert!(retired.iter().any(|step| step.moved == Moved::Retired { remove_after: until }), "{retired:?}");
    // The next key never signed any of them.
    let next = hand_over + POLICY.rotate_every;
    trial.advance(next - POLICY.publish_before);
    let retired = trial.advance(next);
    let until = next + POLICY.retire_for;
    assert!(retired.iter().any(|step| step.moved == Moved::Retired { remove_after: until }), "{retired:?}");
}

#[test]
fn years_of_looking_every_few_minutes_never_leave_a_moment_without_a_known_signer() {
    let mut trial = Trial::new();
    let mut known_since = std::collections::BTreeMap::from([("RS256-1".to_owned(), Timestamp(0))]);
    let mut now = START;
    while now < START + Span::days(800) {
        trial.advance(now);
        trial.verify().into_iter().for_each(|kid| {
            known_since.entry(kid.to_owned()).or_insert(now);
        });
        assert!(now.since(known_since[trial.signer()]) >= POLICY.publish_before);
        now = now + Span::minutes(7);
    }
    assert_eq!(trial.signer(), "RS256-9");
}

#[test]
fn after_a_long_sleep_the_successor_still_waits_to_be_known() {
    let mut trial = Trial::new();
    let late = START + Span::days(900);
    trial.advance(late);
    assert_eq!(trial.signer(), "RS256-1");
    trial.advance(late + POLICY.publish_before);
    assert_eq!(trial.signer(), "RS256-2");
    assert_eq!(trial.advance(late + POLICY.publish_before + Span::days(1)), [], "and then signs its full time");
}

#[test]
fn threat_47_a_clock_that_goes_back_takes_nothing_back_and_removes_nothing_early() {
    let mut trial = Trial::new();
    let hand_over = START + POLICY.rotate_every;
    trial.advance(hand_over - POLICY.publish_before);
    for back in [0, 1, 3_600, 86_400 * 400] {
        assert_eq!(trial.advance(START - Span(back)), []);
        assert_eq!(trial.verify().len(), 2, "what was published stays published");
    }
    trial.advance(hand_over);
    for back in [1, 3_600, 86_400 * 400] {
        assert_eq!(trial.advance(hand_over - Span(back)), []);
        assert_eq!((trial.signer(), trial.verify().len()), ("RS256-2", 2));
    }
    // Handed over by a clock that was behind, the retired key stays longer by that much, not shorter.
    let mut behind = Trial::new();
    behind.rotate(START + Span::hours(1));
    assert_eq!(behind.advance(START), []);
    assert_eq!(behind.signer(), "RS256-1");
}

#[test]
fn an_operators_rotation_publishes_now_and_signs_later_and_is_not_done_twice() {
    let mut trial = Trial::new();
    let signs_from = START + Span(10) + POLICY.publish_before;
    let steps = trial.rotate(START + Span(10));
    assert!(matches!(steps[..], [RotationStep { moved: Moved::Published { signs_from: at }, .. }] if at == signs_from));
    let again = trial.rotate(START + Span(20));
    assert!(matches!(again[..], [RotationStep { moved: Moved::Waiting { signs_from: at }, .. }] if at == signs_from));
    assert_eq!(trial.verify(), ["RS256-1", "RS256-2"]);
    trial.advance(signs_from);
    assert_eq!(trial.signer(), "RS256-2");
}

#[test]
fn a_successor_from_a_clock_that_ran_ahead_is_freed_by_the_operator() {
    let mut trial = Trial::new();
    trial.rotate(START + Span::days(36_500));
    trial.advance(START + POLICY.publish_before);
    assert_eq!(trial.signer(), "RS256-1");
    trial.rotate(START);
    trial.advance(START + POLICY.publish_before);
    assert_eq!(trial.signer(), "RS256-2");
}

#[test]
fn in_an_emergency_only_new_keys_are_left() {
    let mut trial = Trial::new();
    trial.rotate(START);
    let made = &mut trial.made;
    trial.schedule.replace(START + Span(1), &mut |alg| name(made, alg)).unwrap();
    assert_eq!((trial.signer(), trial.verify()), ("RS256-3", vec!["RS256-3"]));
    let signer = trial.schedule.signer(Rs256).unwrap();
    assert_eq!(trial.schedule.phase(signer), KeyPhase::Signing(START + Span(1)));
}
