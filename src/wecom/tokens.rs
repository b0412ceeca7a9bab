//! The app's one access token: held in memory, renewed before it ends, fetched by one at a time,
//! and left alone for a while when WeCom refuses to give one (page 91039).
//!
//! Nobody waits while a good token is held. A fetch runs as a task of its own, so it comes to its
//! end, and helps the next caller, even when the one who started it gave up.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::watch;
use tracing::Instrument as _;

use super::cache::{CachedToken, TokenCache};
use super::client::{report, span};
use super::errors::{Call, Cause, Fault, WecomError};
use super::gettoken;
use super::transport::Transport;
use crate::domain::ids::CorpId;
use crate::domain::time::{Clock, Span, Timestamp};

/// How long before its end a token is renewed, while it goes on being used.
const EARLY: Span = Span::minutes(5);
/// The longest life of a token.
const LIFE: Span = Span::hours(2);
/// The longest rest after failures.
const LONGEST_REST: Span = Span::minutes(10);
/// How long the copy may take to be read or written.
const COPYING: Duration = Duration::from_secs(1);

/// A token in use.
pub(super) struct Held {
    token: SecretString,
    good_until: Timestamp,
    renew_at: Timestamp,
    /// Tells two holdings apart when WeCom gives the same token twice.
    number: u64,
}

impl Held {
    pub fn expose(&self) -> &str {
        self.token.expose_secret()
    }
}

type Outcome = Result<Arc<Held>, WecomError>;
type Flight = watch::Receiver<Option<Outcome>>;

#[derive(Default)]
struct State {
    held: Option<Arc<Held>>,
    flight: Option<Flight>,
    /// No fetch before this moment, and why.
    rest: Option<(Timestamp, WecomError)>,
    /// Failed fetches in a row.
    failures: u32,
    /// The last token that WeCom refused, so that no copy brings it back.
    refused: Option<SecretString>,
    numbers: u64,
    /// WeCom gave the held token again when asked early: it is asked at the end from then on.
    early_is_vain: bool,
}

pub(super) struct Tokens {
    transport: Arc<Transport>,
    corp_id: CorpId,
    secret: SecretString,
    clock: Arc<dyn Clock>,
    copy: Arc<dyn TokenCache>,
    state: Mutex<State>,
    /// Freshly fetched tokens that were refused, in a row.
    distrusted: AtomicU32,
}

impl Tokens {
    pub fn new(
        transport: Arc<Transport>,
        corp_id: CorpId,
        secret: SecretString,
        clock: Arc<dyn Clock>,
        copy: Arc<dyn TokenCache>,
    ) -> Self {
        let state = Mutex::new(State::default());
        Self { transport, corp_id, secret, clock, copy, state, distrusted: AtomicU32::new(0) }
    }

    /// A token: the held one at once, otherwise the one that is being fetched.
    pub async fn get(self: &Arc<Self>) -> Outcome {
        let mut flight = {
            let mut state = self.lock();
            let now = self.clock.now();
            // A task can go without a word: the copy panicked, or its thread's runtime was stopped.
            state.flight.take_if(|flight| flight.has_changed().is_err());
            let held = state.held.clone().filter(|held| now < held.good_until);
            if let Some(held) = held {
                if now >= held.renew_at && state.flight.is_none() && state.resting(now).is_none() {
                    self.start(&mut state);
                }
                return Ok(held);
            }
            match (&state.flight, state.resting(now)) {
                (Some(flight), _) => flight.clone(),
                (None, Some(error)) => return Err(error.clone()),
                (None, None) => self.start(&mut state),
            }
        };
        let landed = flight.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone());
        landed.unwrap_or_else(|| Err(WecomError::from_cause(Call::GetToken, Cause::Lost)))
    }

    /// WeCom refused this token: the next `get` brings another.
    pub fn refused(&self, token: &Held) {
        self.lock().forget(token);
    }

    /// WeCom refused a token just fetched: something is wrong that fetching does not cure, and
    /// fetching in a loop would get this address blocked.
    pub fn distrust(&self, token: &Held, error: &WecomError) {
        let mut state = self.lock();
        if state.forget(token) {
            let times = self.distrusted.fetch_add(1, Ordering::Relaxed);
            state.rest = Some((self.clock.now() + rest(2, times, LONGEST_REST), error.clone()));
        }
    }

    /// WeCom took a token.
    pub fn accepted(&self) {
        if self.distrusted.load(Ordering::Relaxed) != 0 {
            self.distrusted.store(0, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(self: &Arc<Self>, state: &mut State) -> Flight {
        let (landed, flight) = watch::channel(None);
        let tokens = Arc::clone(self);
        let fly = async move {
            let started = tokio::time::Instant::now();
            let outcome = tokens.renew().await;
            report(outcome.as_ref().err(), started.elapsed());
            tokens.land(&outcome);
            landed.send_replace(Some(outcome));
        };
        tokio::spawn(fly.instrument(span(Call::GetToken)));
        state.flight = Some(flight.clone());
        flight
    }

    /// Takes the copy when it is newer than what is held, otherwise asks WeCom.
    async fn renew(&self) -> Outcome {
        let (held, refused) = {
            let state = self.lock();
            (state.held.clone(), state.refused.clone())
        };
        if let Some(copy) = self.copied().await {
            if refused.is_some_and(|refused| same(&refused, &copy.token)) {
                let _ = tokio::time::timeout(COPYING, TokenCache::drop(self.copy.as_ref())).await;
            } else if held.as_ref().is_none_or(|held| held.good_until < copy.good_until) {
                return Ok(self.hold(copy, held.as_deref()));
            }
        }
        let asked = self.clock.now();
        let (token, life) = gettoken::fetch(&self.transport, &self.corp_id, &self.secret).await?;
        let token = CachedToken { token, good_until: asked + life };
        let _ = tokio::time::timeout(COPYING, self.copy.save(&token)).await;
        Ok(self.hold(token, held.as_deref()))
    }

    async fn copied(&self) -> Option<CachedToken> {
        let copy = tokio::time::timeout(COPYING, self.copy.load()).await.ok()??;
        let now = self.clock.now();
        // One that claims much more than a whole life was written under another clock.
        (now < copy.good_until && copy.good_until <= now + LIFE + EARLY).then_some(copy)
    }

    fn hold(&self, token: CachedToken, before: Option<&Held>) -> Arc<Held> {
        let mut state = self.lock();
        let mut good_until = token.good_until;
        if let Some(before) = before.filter(|before| same(&before.token, &token.token)) {
            // The same token before its end: whether the 7200 seconds are counted anew then,
            // nobody says, so they are not believed. After its end nothing else is left to believe.
            if self.clock.now() < before.good_until {
                good_until = good_until.earlier(before.good_until);
            }
            state.early_is_vain = true;
        }
        let life = good_until.since(self.clock.now());
        let early = if state.early_is_vain { Span(0) } else { Span(EARLY.0.min(life.0 / 4)) };
        state.numbers += 1;
        let number = state.numbers;
        Arc::new(Held { token: token.token, good_until, renew_at: good_until - early, number })
    }

    fn land(&self, outcome: &Outcome) {
        let mut state = self.lock();
        state.flight = None;
        match outcome {
            Ok(held) => {
                state.held = Some(Arc::clone(held));
                state.failures = 0;
                state.rest = None;
            }
            Err(error) => {
                let hard = error.fault == Fault::Operator || error.errcode == Some(45009);
                let (first, longest) = if hard { (60, LONGEST_REST) } else { (1, Span(30)) };
                state.rest = Some((self.clock.now() + rest(first, state.failures, longest), error.clone()));
                state.failures = state.failures.saturating_add(1);
            }
        }
    }
}

impl State {
    /// Lets go of a token; false when another is held by now, so that many callers who were
    /// refused together cause one fetch.
    fn forget(&mut self, token: &Held) -> bool {
        let current = self.held.as_ref().is_some_and(|held| held.number == token.number);
        if current {
            self.held = None;
            self.refused = Some(token.token.clone());
        }
        current
    }

    /// Why no token is fetched at present. A rest longer than any we take is a clock set back.
    fn resting(&self, now: Timestamp) -> Option<&WecomError> {
        let (until, error) = self.rest.as_ref()?;
        (now < *until && until.since(now) <= LONGEST_REST).then_some(error)
    }
}

/// `first` seconds, doubled with each failure before.
fn rest(first: u64, before: u32, longest: Span) -> Span {
    Span((first << before.min(16)).min(longest.0))
}

fn same(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret() == other.expose_secret()
}
