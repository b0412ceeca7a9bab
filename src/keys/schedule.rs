//! When which key signs: the state in `ring.json` and its moves, without disk or keys.
//!
//! A key is **published** in the JWKS, **signs** once every verifier that caches the JWKS must have
//! seen it, is **retired** (still verifies) when its successor signs, and is **removed** when nothing it signed can
//! be alive. Each move is written down when it is made and never follows from the clock alone, so a
//! clock that goes back takes nothing back: a key that signs goes on signing, and waits get longer, not
//! shorter.
//!
//! Of each algorithm the state holds any number of retired keys, exactly one that signs, and at most
//! one published successor, in this order.

use serde::{Deserialize, Serialize};

use super::error::KeyError;
use super::rotation::{KeyPhase, Moved, RotationPolicy, RotationStep};
use crate::domain::client::SigningAlgorithm;
use crate::domain::time::{Span, Timestamp};

/// One key of `ring.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    pub kid: String,
    pub alg: SigningAlgorithm,
    pub file: String,
    pub made: Timestamp,
    pub published_at: Timestamp,
    pub signs_from: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_after: Option<Timestamp>,
    /// The longest life of anything it may have signed: a reload or a restart with shorter lives does not shorten it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifies_for: Option<Span>,
}

/// The content of `ring.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Schedule {
    pub version: u64,
    pub keys: Vec<Entry>,
}

/// Makes a key of an algorithm; returns its kid and its file.
pub(super) type Make<'a> = dyn FnMut(SigningAlgorithm) -> Result<(String, String), KeyError> + 'a;

impl Schedule {
    pub(super) const VERSION: u64 = 1;

    /// The very first keys: nobody has cached a JWKS without them, so they sign at once.
    pub(super) fn first(now: Timestamp, make: &mut Make<'_>) -> Result<Self, KeyError> {
        let mut first = Self { version: Self::VERSION, keys: Vec::new() };
        for alg in SigningAlgorithm::ALL {
            first.publish(alg, now, now, make)?;
        }
        Ok(first)
    }

    /// The key that signs now.
    pub(super) fn signer(&self, alg: SigningAlgorithm) -> Option<&Entry> {
        self.alive(alg).next()
    }

    fn successor(&self, alg: SigningAlgorithm) -> Option<&Entry> {
        self.alive(alg).nth(1)
    }

    fn alive(&self, alg: SigningAlgorithm) -> impl Iterator<Item = &Entry> {
        self.keys.iter().filter(move |key| key.alg == alg && key.retired_at.is_none())
    }

    /// Where a key of the state stands.
    pub(super) fn phase(&self, key: &Entry) -> KeyPhase {
        match key.retired_at {
            Some(at) => KeyPhase::Retired(key.remove_after.unwrap_or(at)),
            None if self.signer(key.alg).is_some_and(|signer| signer.kid == key.kid) => {
                KeyPhase::Signing(key.signs_from)
            }
            None => KeyPhase::Published(key.signs_from),
        }
    }

    /// What a state that was read must keep to be one of ours.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        for alg in SigningAlgorithm::ALL {
            match self.alive(alg).count() {
                1 | 2 => {}
                0 => return Err("an algorithm has no key that signs"),
                _ => return Err("an algorithm has more than one successor"),
            }
        }
        for (at, key) in self.keys.iter().enumerate() {
            if self.keys[..at].iter().any(|other| other.kid == key.kid) {
                return Err("a key stands in it twice");
            }
            if key.retired_at.is_some() != key.remove_after.is_some() {
                return Err("a key is retired without a moment of removal");
            }
        }
        Ok(())
    }

    /// Makes every move that is due.
    pub(super) fn advance(
        &mut self,
        policy: &RotationPolicy,
        now: Timestamp,
        make: &mut Make<'_>,
    ) -> Result<Vec<RotationStep>, KeyError> {
        let mut steps = Vec::new();
        for alg in SigningAlgorithm::ALL {
            if let Some(signer) = self.keys.iter_mut().find(|key| key.alg == alg && key.retired_at.is_none()) {
                signer.verifies_for = signer.verifies_for.max(Some(policy.retire_for));
            }
            if self.successor(alg).is_some_and(|successor| successor.signs_from <= now) {
                self.hand_over(alg, policy, now, &mut steps);
            }
            // Published early enough to sign when its predecessor has signed for its time.
            let due = |signer: &Entry| signer.signs_from + policy.rotate_every - policy.publish_before;
            if self.successor(alg).is_none() && self.signer(alg).is_some_and(|signer| due(signer) <= now) {
                steps.push(self.publish(alg, now, now + policy.publish_before, make)?);
            }
        }
        self.remove(|key| key.remove_after.is_some_and(|last| last < now), &mut steps);
        Ok(steps)
    }

    /// The operator's rotation: successors for all, now.
    pub(super) fn rotate(
        &mut self,
        policy: &RotationPolicy,
        now: Timestamp,
        make: &mut Make<'_>,
    ) -> Result<Vec<RotationStep>, KeyError> {
        let mut steps = Vec::new();
        for alg in SigningAlgorithm::ALL {
            let signs_from = now + policy.publish_before;
            let waiting = self.successor(alg).map(|successor| successor.kid.clone());
            let Some(kid) = waiting else {
                steps.push(self.publish(alg, now, signs_from, make)?);
                continue;
            };
            for key in self.keys.iter_mut().filter(|key| key.kid == kid) {
                // One published under a clock that ran ahead would wait for that clock's time.
                key.signs_from = key.signs_from.earlier(signs_from);
                let moved = Moved::Waiting { signs_from: key.signs_from };
                steps.push(RotationStep { alg: Some(alg), kid: kid.clone(), moved });
            }
        }
        Ok(steps)
    }

    /// The rotation after a theft: new keys sign at once, and every older key, published successors
    /// too, stops verifying.
    pub(super) fn replace(&mut self, now: Timestamp, make: &mut Make<'_>) -> Result<Vec<RotationStep>, KeyError> {
        // Later than every key before, whatever the clock says: a store tells by it that these are no older ring.
        let newest = self.keys.iter().map(|key| key.made).max();
        let now = newest.map_or(now, |newest| now.max(newest + Span::seconds(1)));
        let mut replaced = Self::first(now, make)?;
        let signing = replaced.keys.iter();
        let mut steps: Vec<_> = signing.map(|key| key.step(Moved::Signing)).collect();
        std::mem::swap(self, &mut replaced);
        steps.extend(replaced.keys.iter().map(|key| key.step(Moved::Removed)));
        Ok(steps)
    }

    fn publish(
        &mut self,
        alg: SigningAlgorithm,
        now: Timestamp,
        signs_from: Timestamp,
        make: &mut Make<'_>,
    ) -> Result<RotationStep, KeyError> {
        let (kid, file) = make(alg)?;
        let key = Entry {
            kid,
            alg,
            file,
            made: now,
            published_at: now,
            signs_from,
            retired_at: None,
            remove_after: None,
            verifies_for: None,
        };
        let step = key.step(Moved::Published { signs_from });
        self.keys.push(key);
        Ok(step)
    }

    fn hand_over(
        &mut self,
        alg: SigningAlgorithm,
        policy: &RotationPolicy,
        now: Timestamp,
        steps: &mut Vec<RotationStep>,
    ) {
        let mut alive = self.keys.iter_mut().filter(|key| key.alg == alg && key.retired_at.is_none());
        if let (Some(signer), Some(successor)) = (alive.next(), alive.next()) {
            let remove_after = now + signer.verifies_for.unwrap_or_default().max(policy.retire_for);
            signer.retired_at = Some(now);
            signer.remove_after = Some(remove_after);
            // It may have been due while nobody looked; its time to sign begins when it does.
            successor.signs_from = now;
            successor.verifies_for = Some(policy.retire_for);
            steps.push(successor.step(Moved::Signing));
            steps.push(signer.step(Moved::Retired { remove_after }));
        }
    }

    fn remove(&mut self, gone: impl Fn(&Entry) -> bool, steps: &mut Vec<RotationStep>) {
        steps.extend(self.keys.iter().filter(|key| gone(key)).map(|key| key.step(Moved::Removed)));
        self.keys.retain(|key| !gone(key));
    }
}

impl Entry {
    fn step(&self, moved: Moved) -> RotationStep {
        RotationStep { alg: Some(self.alg), kid: self.kid.clone(), moved }
    }
}
