//! When keys are fetched, how long they are believed, and what a failure costs.

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;

use super::*;
use crate::domain::time::ManualClock;
use crate::outbound::{Answered, Call};

/// RFC 8037 Appendix A.2.
const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

/// A client that publishes what it is told to.
struct Publisher {
    kid: Mutex<Option<String>>,
    cache_control: &'static str,
    asked: AtomicUsize,
    gate: tokio::sync::Semaphore,
}

#[async_trait]
impl Visits for Publisher {
    async fn get(&self, _: &Url, _: &'static str, largest: usize) -> Result<Answered, Unreachable> {
        assert_eq!(largest, LARGEST);
        self.asked.fetch_add(1, Ordering::SeqCst);
        let _open = self.gate.acquire().await;
        let kid = lock(&self.kid).clone().ok_or(Unreachable::Slow)?;
        let set = serde_json::json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": X, "kid": kid }] });
        let (media_type, cache_control) = ("text/plain".to_owned(), self.cache_control.to_owned());
        Ok(Answered { status: 200, media_type, cache_control, body: set.to_string().into_bytes() })
    }

    async fn call(&self, _: &Url, _: Call<'_>) -> Result<Answered, Unreachable> {
        unreachable!("no key is published behind an interface")
    }

    async fn post(&self, _: &Url, _: String) -> Result<u16, Unreachable> {
        unreachable!("keys are read")
    }
}

struct Story {
    publisher: Arc<Publisher>,
    clock: Arc<ManualClock>,
    shelf: Arc<Shelf>,
}

impl Story {
    fn new(cache_control: &'static str, permits: usize) -> Self {
        let publisher = Arc::new(Publisher {
            kid: Mutex::new(Some("a".to_owned())),
            cache_control,
            asked: AtomicUsize::new(0),
            gate: tokio::sync::Semaphore::new(permits),
        });
        Self { publisher, clock: Arc::new(ManualClock::new(Timestamp(1_790_000_000))), shelf: Arc::default() }
    }

    fn publishes(&self, kid: Option<&str>) {
        *lock(&self.publisher.kid) = kid.map(str::to_owned);
    }

    async fn finds(&self, kid: &str) -> bool {
        let visits: Arc<dyn Visits> = self.publisher.clone();
        let clock: Arc<dyn Clock> = self.clock.clone();
        find_in(&self.shelf, &visits, &clock, kid).await
    }

    fn asked(&self) -> usize {
        self.publisher.asked.load(Ordering::SeqCst)
    }
}

async fn find_in(shelf: &Arc<Shelf>, visits: &Arc<dyn Visits>, clock: &Arc<dyn Clock>, kid: &str) -> bool {
    let place = (ClientId::parse("app").expect("an id"), Url::parse("https://app.example/jwks").expect("an address"));
    Asker { visits, clock }.find(shelf, &place, Some(kid), ClientAlgorithm::EdDsa).await.is_some()
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_when_they_are_no_longer_believed() {
    let story = Story::new("public, Max-Age=120", 8);
    assert!(story.finds("a").await && story.finds("a").await);
    story.clock.advance(Span::seconds(119));
    assert!(story.finds("a").await);
    assert_eq!(story.asked(), 1);
    story.clock.advance(Span::seconds(1));
    assert!(story.finds("a").await);
    assert_eq!(story.asked(), 2);
}

#[tokio::test]
async fn an_unknown_name_fetches_at_most_once_in_half_a_minute() {
    let story = Story::new("", 8);
    assert!(story.finds("a").await);
    story.publishes(Some("b"));
    // Just fetched: the change is seen when the rest is over.
    assert!(!story.finds("b").await && !story.finds("c").await);
    assert_eq!(story.asked(), 1);
    story.clock.advance(REST);
    assert!(story.finds("b").await && !story.finds("a").await && !story.finds("c").await);
    assert_eq!(story.asked(), 2);
}

#[tokio::test]
async fn old_keys_outlive_a_failure_but_not_for_ever() {
    let story = Story::new("", 8);
    assert!(story.finds("a").await);
    story.publishes(None);
    story.clock.advance(USUAL);
    assert!(story.finds("a").await && story.finds("a").await);
    assert_eq!(story.asked(), 2);
    story.clock.advance(Span(KEPT.0 - USUAL.0 - 1));
    assert!(story.finds("a").await);
    story.clock.advance(Span::seconds(1));
    assert!(!story.finds("a").await);
    story.publishes(Some("a"));
    assert!(!story.finds("a").await);
    story.clock.advance(REST);
    assert!(story.finds("a").await);
}

#[tokio::test]
async fn threat_36_many_at_once_share_one_fetch_and_one_that_gave_up_spoils_nothing() {
    let story = Story::new("", 0);
    let ask = || {
        tokio::spawn({
            let (shelf, visits, clock) = (story.shelf.clone(), story.publisher.clone(), story.clock.clone());
            async move { find_in(&shelf, &(visits as Arc<dyn Visits>), &(clock as Arc<dyn Clock>), "a").await }
        })
    };
    let first = ask();
    while story.asked() == 0 {
        tokio::task::yield_now().await;
    }
    first.abort();
    let rest: Vec<_> = (0..20).map(|_| ask()).collect();
    story.publisher.gate.add_permits(8);
    for one in rest {
        assert!(one.await.expect("an answer"));
    }
    assert_eq!(story.asked(), 1);
}

#[tokio::test]
async fn a_clock_that_was_put_back_keeps_nobody_waiting() {
    let story = Story::new("", 8);
    assert!(story.finds("a").await);
    story.clock.set(Timestamp(1_789_000_000));
    story.publishes(Some("b"));
    assert!(story.finds("b").await);
}

#[test]
fn an_age_is_read_within_bounds() {
    let (least, most) = BELIEVED;
    for (text, expected) in [
        ("max-age=300", Span::seconds(300)),
        ("public, max-age=\"300\" , must-revalidate", Span::seconds(300)),
        ("max-age=0", least),
        ("no-store, max-age=300", least),
        ("NO-CACHE", least),
        ("max-age=99999999", most),
        ("max-age=99999999999999999999999", USUAL),
        ("s-maxage=5", USUAL),
        ("", USUAL),
    ] {
        assert_eq!(believed(text), expected, "{text}");
    }
}
