//! The files beside the pages.

use actix_web::{HttpRequest, HttpResponse, web};

use super::served;
use crate::web::current::Snapshot;

/// Serves one by its name.
pub async fn serve(request: HttpRequest, name: web::Path<String>, app: Snapshot) -> HttpResponse {
    match app.assets.iter().find(|(known, _)| *known == *name) {
        Some((_, asset)) => served(&request, asset, "public, max-age=3600"),
        None => HttpResponse::NotFound().finish(),
    }
}
