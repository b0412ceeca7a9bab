//! The public keys (RFC 7517 §5): precomputed bytes with an entity tag.

use actix_web::http::header::{CONTENT_TYPE, IF_NONE_MATCH};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

use crate::web::cors;
use crate::web::current::Snapshot;

/// How long relying parties may keep the set, in seconds; a new key signs only after it was published this long and five minutes more.
pub const MAX_AGE: u64 = 300;

/// Serves the set.
pub async fn serve(request: HttpRequest, app: Snapshot) -> HttpResponse {
    let ring = app.provider().keys.ring();
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let fresh = known.is_some_and(|known| known == ring.jwks_etag());
    let mut response = if fresh { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response
        .insert_header(("etag", ring.jwks_etag()))
        .insert_header(("cache-control", format!("public, max-age={MAX_AGE}")))
        .insert_header(("x-content-type-options", "nosniff"))
        .insert_header(cors::EVERYBODY);
    if fresh {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, "application/json")).body(Bytes::from_owner(ring.jwks_json().clone()))
}
