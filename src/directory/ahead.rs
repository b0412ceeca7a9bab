//! What WeCom tells about everybody: read ahead of need in the background, believed for a while, asked for once at most.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::domain::time::{Span, Timestamp};
use crate::wecom::{Call, Cause, Fault, WecomError};

/// How old an answer is when it is read again.
pub const READ_EVERY: Span = Span::minutes(10);

/// How long an answer is believed when WeCom gives no newer one; after that a policy that hangs on it fails closed.
const BELIEVED: Span = Span::hours(2);

/// How long a failure is remembered, so that waiting requests do not repeat it one after the other.
const FAILED: Span = Span::seconds(10);

/// Whether WeCom may be asked: at a fresh sign-in and at refresh, never for SSO or `prompt=none` (law 10; threat 37).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// One bounded read of what is unknown or too old.
    Once,
    /// What is known must do.
    Never,
}

/// An answer as last read. Readers never wait for WeCom: only those who ask take turns.
pub struct ReadAhead<T> {
    known: Mutex<Known<T>>,
    asking: tokio::sync::Mutex<()>,
}

struct Known<T> {
    answer: Option<(Timestamp, Arc<T>)>,
    failed: Option<(Timestamp, WecomError)>,
}

impl<T> Default for ReadAhead<T> {
    fn default() -> Self {
        Self { known: Mutex::new(Known { answer: None, failed: None }), asking: tokio::sync::Mutex::default() }
    }
}

impl<T> ReadAhead<T> {
    /// The answer, where there is one that is believed.
    pub fn believed(&self, now: Timestamp) -> Option<Arc<T>> {
        self.known(|known| known.believed(now))
    }

    /// The answer as last read, however long ago: for names, which nobody enters by.
    pub fn latest(&self) -> Option<Arc<T>> {
        self.known(|known| known.answer.as_ref().map(|(_, answer)| answer.clone()))
    }

    /// Whether it is time to read it again. One that WeCom has blocked (45009) waits as if it had been read.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.known(|known| {
            let blocked =
                known.failed.as_ref().is_some_and(|(at, why)| why.errcode == Some(45009) && is_young(*at, now));
            known.young(now).is_none() && !blocked
        })
    }

    /// When it was last tried to read it.
    pub fn tried(&self) -> Option<Timestamp> {
        self.known(|known| {
            let read = known.answer.as_ref().map(|(at, _)| *at);
            read.max(known.failed.as_ref().map(|(at, _)| *at))
        })
    }

    /// Reads it ahead, unless somebody else has while this one waited for its turn. The old answer serves meanwhile, and
    /// stays when this fails.
    pub async fn refresh(
        &self,
        now: Timestamp,
        reading: impl Future<Output = Result<T, WecomError>>,
    ) -> Result<Arc<T>, WecomError> {
        let _turn = self.asking.lock().await;
        match self.known(|known| known.young(now)) {
            Some(answer) => Ok(answer),
            None => self.read(now, reading).await,
        }
    }

    /// The answer for somebody who waits for it: the one that is believed, or one read now, with whoever else asks and
    /// no longer than `patience`.
    pub async fn needed(
        &self,
        call: Call,
        now: Timestamp,
        patience: Duration,
        reading: impl Future<Output = Result<T, WecomError>>,
    ) -> Result<Arc<T>, WecomError> {
        let asked = async {
            let _turn = self.asking.lock().await;
            // Whoever had the turn before has asked for everybody.
            match self.known(|known| (known.believed(now), known.failure(now))) {
                (Some(answer), _) => Ok(answer),
                (None, Some(error)) => Err(error),
                (None, None) => self.read(now, reading).await,
            }
        };
        let told = self.known(|known| (known.believed(now), known.failure(now)));
        match told {
            (Some(answer), _) => Ok(answer),
            (None, Some(error)) => Err(error),
            (None, None) => match tokio::time::timeout(patience, asked).await {
                Ok(outcome) => outcome,
                Err(_) => {
                    let late = WecomError { cause: Some(Cause::Timeout), ..WecomError::new(call, Fault::Transient) };
                    self.known(|known| known.failed = Some((now, late.clone())));
                    Err(late)
                }
            },
        }
    }

    async fn read(
        &self,
        now: Timestamp,
        reading: impl Future<Output = Result<T, WecomError>>,
    ) -> Result<Arc<T>, WecomError> {
        let outcome = reading.await.map(Arc::new);
        self.known(|known| match &outcome {
            Ok(answer) => *known = Known { answer: Some((now, answer.clone())), failed: None },
            Err(error) => known.failed = Some((now, error.clone())),
        });
        outcome
    }

    fn known<R>(&self, with: impl FnOnce(&mut Known<T>) -> R) -> R {
        with(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn is_young(at: Timestamp, now: Timestamp) -> bool {
    now >= at && now.since(at) < READ_EVERY
}

impl<T> Known<T> {
    fn young(&self, now: Timestamp) -> Option<Arc<T>> {
        self.answer.as_ref().filter(|(at, _)| is_young(*at, now)).map(|(_, answer)| answer.clone())
    }

    fn believed(&self, now: Timestamp) -> Option<Arc<T>> {
        let (read_at, answer) = self.answer.as_ref()?;
        (now.since(*read_at) < BELIEVED).then(|| answer.clone())
    }

    fn failure(&self, now: Timestamp) -> Option<WecomError> {
        let (failed_at, error) = self.failed.as_ref()?;
        (now.since(*failed_at) < FAILED).then(|| error.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const NOW: Timestamp = Timestamp(1_762_400_000);
    const PATIENCE: Duration = Duration::from_secs(5);

    fn failure(errcode: Option<i64>) -> WecomError {
        WecomError { errcode, ..WecomError::new(Call::TagGet, Fault::Transient) }
    }

    #[tokio::test]
    async fn threat_36_of_64_who_need_an_answer_at_once_one_asks() {
        for good in [true, false] {
            let (answer, asked) = (Arc::new(ReadAhead::<u8>::default()), Arc::new(AtomicUsize::new(0)));
            let mut all = tokio::task::JoinSet::new();
            for _ in 0..64 {
                let (answer, asked) = (answer.clone(), asked.clone());
                all.spawn(async move {
                    let reading = async {
                        asked.fetch_add(1, Ordering::Relaxed);
                        tokio::task::yield_now().await;
                        if good { Ok(7) } else { Err(failure(None)) }
                    };
                    answer.needed(Call::TagGet, NOW, PATIENCE, reading).await
                });
            }
            let outcomes = all.join_all().await;
            assert!(outcomes.iter().all(|outcome| outcome.is_ok() == good), "{outcomes:?}");
            assert_eq!(asked.load(Ordering::Relaxed), 1, "a failure is everybody's too");
        }
    }

    #[tokio::test]
    async fn of_two_who_read_ahead_at_once_one_asks() {
        let (answer, asked) = (ReadAhead::<u8>::default(), AtomicUsize::new(0));
        let read = || {
            answer.refresh(NOW, async {
                tokio::task::yield_now().await;
                asked.fetch_add(1, Ordering::Relaxed);
                Ok(7)
            })
        };
        let (first, second) = tokio::join!(read(), read());
        assert_eq!((first.as_deref(), second.as_deref()), (Ok(&7), Ok(&7)));
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn who_waits_waits_no_longer_than_the_patience_and_nobody_waits_again_at_once() {
        let answer = ReadAhead::<u8>::default();
        let never = std::future::pending();
        let late = answer.needed(Call::TagGet, NOW, Duration::from_millis(20), never).await.unwrap_err();
        assert_eq!((late.fault, late.cause), (Fault::Transient, Some(Cause::Timeout)));
        let asked = answer.needed(Call::TagGet, NOW, PATIENCE, async { Ok(7) }).await;
        assert_eq!(asked.unwrap_err(), late, "what failed a moment ago is not asked again");
        let asked = answer.needed(Call::TagGet, NOW + FAILED, PATIENCE, async { Ok(7) }).await;
        assert_eq!(asked.as_deref(), Ok(&7));
    }

    #[tokio::test]
    async fn an_answer_is_read_again_after_ten_minutes_and_believed_for_two_hours() {
        let answer = ReadAhead::<u8>::default();
        assert!(answer.is_due(NOW) && answer.believed(NOW).is_none() && answer.tried().is_none());
        answer.refresh(NOW, async { Ok(7) }).await.unwrap();
        assert!(!answer.is_due(NOW + Span::seconds(599)) && answer.is_due(NOW + READ_EVERY));
        let failed_at = NOW + Span::minutes(119);
        answer.refresh(failed_at, async { Err(failure(None)) }).await.unwrap_err();
        assert_eq!((answer.believed(failed_at).as_deref(), answer.tried()), (Some(&7), Some(failed_at)));
        let (late, before) = (NOW + Span::minutes(120), Timestamp(NOW.0 - 1));
        assert_eq!((answer.believed(late), answer.latest().as_deref()), (None, Some(&7)));
        assert!(answer.is_due(late) && answer.is_due(before), "also when the clock went back");
    }

    #[tokio::test]
    async fn what_wecom_has_blocked_is_left_alone_for_ten_minutes() {
        for (errcode, blocked) in [(45009, true), (-1, false)] {
            let answer = ReadAhead::<u8>::default();
            answer.refresh(NOW, async { Err(failure(Some(errcode))) }).await.unwrap_err();
            assert_eq!(answer.is_due(NOW + Span::minutes(9)), !blocked, "{errcode}");
            assert!(answer.is_due(NOW + READ_EVERY));
        }
    }
}
