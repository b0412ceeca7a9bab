//! The copy of the access token that outlives the process or is shared with other instances.

use std::sync::Mutex;

use async_trait::async_trait;
use secrecy::ExposeSecret as _;

use super::*;
use crate::domain::time::Span;
use crate::wecom::{CachedToken, WeCom as _};

/// A copy in memory, shared by the clients of a test.
#[derive(Default)]
struct Shared(Mutex<Option<CachedToken>>);

impl Shared {
    fn holding(token: &str, good_until: Timestamp) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(CachedToken { token: SecretString::from(token), good_until }))))
    }

    fn held(&self) -> Option<(String, Timestamp)> {
        let held = self.0.lock().unwrap();
        held.as_ref().map(|copy| (copy.token.expose_secret().to_owned(), copy.good_until))
    }
}

#[async_trait]
impl TokenCache for Shared {
    async fn load(&self) -> Option<CachedToken> {
        self.0.lock().unwrap().clone()
    }

    async fn save(&self, token: &CachedToken) {
        *self.0.lock().unwrap() = Some(token.clone());
    }

    async fn drop(&self) {
        *self.0.lock().unwrap() = None;
    }
}

async fn stage(cache: Arc<dyn TokenCache>, accepted: &'static str) -> Stage {
    let server = Server::start(move |request| match request {
        request if request.path == GETTOKEN => token(request.nth),
        request if request.query.contains(accepted) => Reply::json(WENLI),
        _ => Reply::json(r#"{"errcode":42001,"errmsg":"access_token expired"}"#),
    })
    .await;
    Stage::build(server, Duration::from_secs(5), cache)
}

#[tokio::test]
async fn a_restart_fetches_nothing_while_the_copy_is_good() {
    let stage = stage(Shared::holding("COPY", START + Span::hours(1)), "COPY").await;
    stage.client.member(&wenli()).await.unwrap();
    assert_eq!(stage.server.count(GETTOKEN), 0);
}

#[tokio::test]
async fn a_fetched_token_is_copied_and_a_copy_that_is_over_or_impossible_is_passed_by() {
    for good_until in [START, START - Span(1), START + Span::hours(3)] {
        let shared = Shared::holding("COPY", good_until);
        let stage = stage(Arc::clone(&shared) as _, "TOKEN-0").await;
        stage.client.member(&wenli()).await.unwrap();
        assert_eq!(stage.server.seen().len(), 2);
        assert_eq!(shared.held(), Some(("TOKEN-0".to_owned(), START + Span::hours(2))));
    }
}

#[tokio::test]
async fn a_refused_copy_is_dropped_and_replaced() {
    let shared = Shared::holding("COPY", START + Span::hours(1));
    let stage = stage(Arc::clone(&shared) as _, "TOKEN-0").await;
    stage.client.member(&wenli()).await.unwrap();
    assert_eq!(stage.server.count(GETTOKEN), 1);
    assert_eq!(shared.held().map(|copy| copy.0).as_deref(), Some("TOKEN-0"));
}

#[tokio::test]
async fn several_instances_fetch_one_token_between_them() {
    let shared = Arc::new(Shared::default());
    let stage = stage(Arc::clone(&shared) as _, "TOKEN").await;
    for _ in 0..3 {
        let instance = client(settings(&stage.server.url), &stage.clock, Arc::clone(&shared) as _);
        instance.member(&wenli()).await.unwrap();
    }
    stage.client.member(&wenli()).await.unwrap();
    assert_eq!(stage.server.count(GETTOKEN), 1);
}

/// Never answers, or falls over.
struct Bad {
    panics: bool,
}

#[async_trait]
impl TokenCache for Bad {
    async fn load(&self) -> Option<CachedToken> {
        assert!(!self.panics, "the test wants this task to die");
        std::future::pending().await
    }

    async fn save(&self, _token: &CachedToken) {
        std::future::pending::<()>().await;
    }

    async fn drop(&self) {}
}

#[tokio::test]
async fn a_copy_that_hangs_costs_time_and_nothing_else() {
    let stage = stage(Arc::new(Bad { panics: false }), "TOKEN-0").await;
    stage.client.member(&wenli()).await.unwrap();
}

#[tokio::test]
async fn a_copy_that_panics_fails_the_call_and_the_next_one_may_try() {
    let stage = stage(Arc::new(Bad { panics: true }), "TOKEN-0").await;
    for _ in 0..2 {
        assert!(stage.client.member(&wenli()).await.unwrap_err().retryable());
    }
}

/// Falls over at the second reading only.
#[derive(Default)]
struct Stumbling(std::sync::atomic::AtomicUsize);

#[async_trait]
impl TokenCache for Stumbling {
    async fn load(&self) -> Option<CachedToken> {
        let nth = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        assert!(nth != 1, "the test wants this task to die");
        None
    }

    async fn save(&self, _token: &CachedToken) {}

    async fn drop(&self) {}
}

#[tokio::test]
async fn a_renewal_that_dies_in_the_background_is_begun_anew_by_the_next_caller() {
    let stage = stage(Arc::new(Stumbling::default()), "TOKEN").await;
    stage.client.member(&wenli()).await.unwrap();
    stage.clock.advance(Span::minutes(116));
    stage.client.member(&wenli()).await.unwrap();
    stage.client.member(&wenli()).await.unwrap();
    stage.clock.advance(Span::minutes(5));
    stage.client.member(&wenli()).await.unwrap();
    assert_eq!(stage.server.count(GETTOKEN), 2);
}
