//! What operators ask, on `admin_listen` only: health for everybody there, the rest for whoever holds the token.

pub mod claims;
pub mod keys;
pub mod phones;

use actix_web::HttpResponse;

use crate::web::current::Snapshot;

/// The process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header(("content-type", "text/plain")).body("ok\n")
}

/// The store answers: traffic may come.
pub async fn readyz(app: Snapshot) -> HttpResponse {
    match app.provider().store.ping().await {
        Ok(()) => HttpResponse::Ok().insert_header(("content-type", "text/plain")).body("ready\n"),
        Err(error) => {
            tracing::error!(event = "store.failed", error = %error, "the store does not answer");
            HttpResponse::ServiceUnavailable()
                .insert_header(("content-type", "text/plain"))
                .body("the store does not answer\n")
        }
    }
}

/// Any other address.
pub async fn not_found() -> HttpResponse {
    HttpResponse::NotFound().finish()
}
