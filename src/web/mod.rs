//! Layer 3, the face: every route on one screen, one reply type, the pages and their texts.

pub mod app;
pub mod assets;
pub mod authenticated;
pub mod card;
pub mod cookies;
pub mod cors;
pub mod current;
pub mod endpoints;
pub mod limits;
pub mod operator;
pub mod pages;
pub mod render;
pub mod reply;
pub mod texts;
pub mod visitor;
pub mod way_back;

use actix_web::web::{self, ServiceConfig, get, post};
use actix_web::{Route, guard};

use crate::oidc::metadata::route;
use endpoints::{
    account, admin, assets as asset, authorize, end_session, introspect, jwks, login, metadata, not_found, open, par,
    revoke, token, userinfo, verify_file,
};

/// The public routes, all below the path of the issuer but for the two that belong to the host's root.
/// Another method than those named is 405.
pub fn public(config: &mut ServiceConfig, base: &str) {
    let at = |path: &str| web::resource(path);
    config
        .service(
            at(&metadata::rfc8414_path(base)).route(get_or_head().to(metadata::document)).route(cors::open_preflight()),
        )
        .service(at("/{name:WW_verify_[A-Za-z0-9]{16}\\.txt}").route(get_or_head().to(verify_file::serve)));
    config.service(
        web::scope(base)
            .service(
                at("/.well-known/openid-configuration")
                    .route(get_or_head().to(metadata::document))
                    .route(cors::open_preflight()),
            )
            .service(at(route::JWKS).route(get_or_head().to(jwks::serve)).route(cors::open_preflight()))
            .service(at(route::AUTHORIZE).route(get().to(authorize::by_get)).route(post().to(authorize::by_post)))
            .service(at(route::PAR).route(post().to(par::answer)))
            .service(at(route::TOKEN).route(post().to(token::answer)).route(cors::preflight("POST")))
            .service(
                at(route::USERINFO)
                    .route(get().to(userinfo::by_get))
                    .route(post().to(userinfo::by_post))
                    .route(cors::preflight("GET, POST")),
            )
            .service(at(route::REVOKE).route(post().to(revoke::answer)).route(cors::preflight("POST")))
            .service(at(route::INTROSPECT).route(post().to(introspect::answer)))
            .service(at(route::END_SESSION).route(get().to(end_session::by_get)).route(post().to(end_session::by_post)))
            .service(at("/account").route(get().to(account::page)).route(post().to(account::act)))
            .service(at("/open/{client_id}").route(get().to(open::enter)))
            .service(at("/login/{id}/").route(get().to(login::sign_in::page)))
            .service(at("/login/{id}/wecom").route(get().to(login::to_wecom::leave)))
            .service(at("/login/{id}/callback").route(get().to(login::callback::answer)))
            .service(at("/login/{id}/anew").route(get().to(login::anew::begin)))
            .service(at("/login/{id}/continue").route(get().to(login::go_on::answer)))
            .service(at("/login/{id}/guide").route(get().to(login::guide::page)))
            .service(at("/login/{id}/waiting").route(get().to(login::waiting::events)))
            .service(at("/login/{id}/phone/{ticket}").route(get().to(login::phone::link)))
            .service(at("/login/{id}/done").route(get().to(login::phone::done)))
            .service(at("/login/{id}/answer").route(get().to(login::answer::page)))
            .service(
                at("/login/{id}/account")
                    .route(get().to(login::account::page))
                    .route(post().to(login::account::choose)),
            )
            .service(
                at("/login/{id}/consent")
                    .route(get().to(login::consent::page))
                    .route(post().to(login::consent::decide)),
            )
            .service(
                at("/login/{id}/logout").route(get().to(login::logout::page)).route(post().to(login::logout::confirm)),
            )
            .service(at("/login/{id}/signed-out").route(get().to(login::signed_out::page)))
            .service(at("/assets/{name}").route(get_or_head().to(asset::serve))),
    );
    config.default_service(web::to(not_found::page));
}

/// GET, and HEAD for what is the same for everybody.
fn get_or_head() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The routes of `admin_listen`, never on the public address.
pub fn administration(config: &mut ServiceConfig) {
    config
        .service(web::resource("/healthz").route(get_or_head().to(admin::healthz)))
        .service(web::resource("/readyz").route(get_or_head().to(admin::readyz)))
        .service(web::resource("/admin/claims").route(get().to(admin::claims::show)))
        .service(web::resource("/admin/keys").route(get().to(admin::keys::list)))
        .service(web::resource("/admin/keys/rotate").route(post().to(admin::keys::rotate)))
        .service(web::resource("/admin/phones").route(get().to(admin::phones::list)))
        .service(web::resource("/admin/phones/forget").route(post().to(admin::phones::forget)))
        .default_service(web::to(admin::not_found));
}
