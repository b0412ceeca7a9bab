//! Layer 3, the face: every route on one screen, one reply type, the pages and their texts.

pub mod app;
pub mod assets;
pub mod cookies;
pub mod endpoints;
pub mod limits;
pub mod pages;
pub mod render;
pub mod reply;
pub mod texts;
pub mod visitor;

use actix_web::web::{self, ServiceConfig, get, post};

use crate::oidc::metadata::route;
use endpoints::{
    admin, assets as asset, authorize, end_session, jwks, login, metadata, not_found, open, token, userinfo,
    verify_file,
};

/// The public routes, all below the path of the issuer but for the two that belong to the host's root.
pub fn public(config: &mut ServiceConfig, base: &str) {
    config
        .route(&metadata::rfc8414_path(base), get().to(metadata::document))
        .route("/{name:WW_verify_[A-Za-z0-9]{16}\\.txt}", get().to(verify_file::serve));
    config.service(
        web::scope(base)
            .route("/.well-known/openid-configuration", get().to(metadata::document))
            .route(route::JWKS, get().to(jwks::serve))
            .route(route::AUTHORIZE, get().to(authorize::by_get))
            .route(route::AUTHORIZE, post().to(authorize::by_post))
            .route(route::TOKEN, post().to(token::answer))
            .route(route::USERINFO, get().to(userinfo::by_get))
            .route(route::USERINFO, post().to(userinfo::by_post))
            .route(route::END_SESSION, get().to(end_session::by_get))
            .route(route::END_SESSION, post().to(end_session::by_post))
            .route("/open/{client_id}", get().to(open::enter))
            .route("/login/{id}/", get().to(login::sign_in::page))
            .route("/login/{id}/wecom", get().to(login::to_wecom::leave))
            .route("/login/{id}/callback", get().to(login::callback::answer))
            .route("/login/{id}/continue", get().to(login::go_on::answer))
            .route("/login/{id}/guide", get().to(login::guide::page))
            .route("/login/{id}/phone/{ticket}", get().to(login::phone::link))
            .route("/login/{id}/done", get().to(login::phone::done))
            .route("/login/{id}/answer", get().to(login::answer::page))
            .route("/login/{id}/consent", get().to(login::consent::page))
            .route("/login/{id}/consent", post().to(login::consent::decide))
            .route("/login/{id}/logout", get().to(login::logout::page))
            .route("/login/{id}/logout", post().to(login::logout::confirm))
            .route("/assets/{name}", get().to(asset::serve)),
    );
    config.default_service(web::to(not_found::page));
}

/// The routes of `admin_listen`, never on the public address.
pub fn administration(config: &mut ServiceConfig) {
    config
        .route("/healthz", get().to(admin::healthz))
        .route("/readyz", get().to(admin::readyz))
        .default_service(web::to(admin::not_found));
}
