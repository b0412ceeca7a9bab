//! `/sim/client`: choosing who holds the client, and letting an ordinary browser play the client.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::{HttpResponse, web};

use super::visit::{CLIENT_COOKIE, MEMBER_COOKIE};
use crate::api::call::Query;

/// Takes the form: `member` and `client` become cookies, then back to `continue`.
pub(crate) async fn submit(body: web::Bytes) -> HttpResponse {
    let form = Query::parse(&String::from_utf8_lossy(&body));
    let back = form
        .get("continue")
        .filter(|address| address.starts_with('/') && !address.starts_with("//"))
        .unwrap_or("/sim/client");
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, back));
    if let Some(member) = form.get("member") {
        response.cookie(cookie(MEMBER_COOKIE, member));
    }
    if form.get("client").is_some() {
        response.cookie(cookie(CLIENT_COOKIE, "wecom"));
    }
    if form.get("leave").is_some() {
        for name in [MEMBER_COOKIE, CLIENT_COOKIE] {
            let mut gone = cookie(name, "");
            gone.make_removal();
            response.cookie(gone);
        }
    }
    response.finish()
}

fn cookie<'a>(name: &'a str, value: &'a str) -> Cookie<'a> {
    Cookie::build(name, value).path("/").http_only(true).same_site(SameSite::Lax).finish()
}
