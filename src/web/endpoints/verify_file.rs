//! Proof of domain ownership for the WeCom console (`wecom-api.md` §8.1): sixteen characters, no newline, no redirect.

use actix_web::{HttpResponse, web};

use crate::web::current::Snapshot;

/// Serves a file that a connection names; the body is the sixteen characters of its name.
pub async fn serve(name: web::Path<String>, app: Snapshot) -> HttpResponse {
    let known = app.config().connections.values().any(|c| c.verify_files.contains(&name));
    let body = name.strip_prefix("WW_verify_").and_then(|rest| rest.strip_suffix(".txt")).filter(|_| known);
    match body {
        Some(body) => HttpResponse::Ok()
            .insert_header(("content-type", "text/plain"))
            .insert_header(("cache-control", "no-store"))
            .body(body.to_owned()),
        None => HttpResponse::NotFound().finish(),
    }
}
