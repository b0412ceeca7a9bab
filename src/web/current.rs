//! The application as it is now. A reload puts another one in its place in one step; a request keeps the one it began with.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use arc_swap::ArcSwap;

use super::app::App;

/// The one place where the application of this moment stands.
pub struct Current(ArcSwap<App>);

impl Current {
    /// The first one.
    pub fn new(app: App) -> Self {
        Self(ArcSwap::from_pointee(app))
    }

    /// The application of this moment. Never blocks; hold on to it for one piece of work.
    pub fn load(&self) -> Arc<App> {
        self.0.load_full()
    }

    /// Puts another one in its place; requests under way end with the one before.
    pub fn put(&self, app: App) {
        self.0.store(Arc::new(app));
    }
}

/// The application of one request, from its first extractor to its answer.
#[derive(Clone)]
pub struct Snapshot(Arc<App>);

impl Snapshot {
    /// The one that this request began with, whoever asks first.
    pub fn of(request: &HttpRequest) -> Result<Self, actix_web::Error> {
        if let Some(begun) = request.extensions().get::<Self>() {
            return Ok(begun.clone());
        }
        let current = request.app_data::<web::Data<Current>>();
        let current = current.ok_or_else(|| actix_web::error::ErrorInternalServerError("no application"))?;
        let snapshot = Self(current.load());
        request.extensions_mut().insert(snapshot.clone());
        Ok(snapshot)
    }
}

impl Deref for Snapshot {
    type Target = App;

    fn deref(&self) -> &App {
        &self.0
    }
}

impl FromRequest for Snapshot {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}
