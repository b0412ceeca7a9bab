//! Remembered phones, for `wecom-oidc phones list` and `phones forget`.

use actix_web::HttpRequest;
use serde_json::json;

use crate::directory::person::Unnamed;
use crate::directory::phones::Forgotten;
use crate::domain::ids::{CorpId, MemberKey, UserId};
use crate::oidc::error::OauthError;
use crate::web::app::App;
use crate::web::current::Snapshot;
use crate::web::endpoints::{Form, query};
use crate::web::operator::Operator;
use crate::web::reply::Reply;

/// So many members in one answer.
const PAGE: usize = 1_000;

/// `member=[NAME:]USERID`: the phone of that member. Otherwise a page of all, after `after=CORP/USERID`; `next` is what
/// the next page is asked for by.
pub async fn list(_: Operator, request: HttpRequest, app: Snapshot) -> Reply {
    let params = match query(&request) {
        Ok(params) => params,
        Err(error) => return Reply::oauth_error(error),
    };
    let directory = &app.provider().directory;
    if let Some(text) = params.get("member") {
        let member = match directory.member_named(text) {
            Ok(member) => member,
            Err(unnamed) => return refused(&unnamed),
        };
        return match directory.phone_of(&member).await {
            Ok(Some(phones)) => Reply::json(200, &json!({ "phones": phones, "next": null })),
            Ok(None) => unknown(),
            Err(error) => Reply::oauth_error(error.into()),
        };
    }
    let after = params.get("after").map(place).transpose();
    let Ok(after) = after else { return Reply::oauth_error(OauthError::invalid_request("after is no place")) };
    match directory.phones_after(after.as_ref(), PAGE).await {
        Ok(page) => {
            let next = page.next.map(|member| format!("{}/{}", member.corp(), member.folded_userid()));
            Reply::json(200, &json!({ "phones": page.phones, "next": next }))
        }
        Err(error) => Reply::oauth_error(error.into()),
    }
}

/// Forgets the phone of `member`, durably.
pub async fn forget(operator: Operator, form: Form, app: Snapshot) -> Reply {
    let form = match form.0 {
        Ok(form) => form,
        Err(error) => return Reply::oauth_error(error),
    };
    let member = match app.provider().directory.member_named(form.get("member").unwrap_or_default()) {
        Ok(member) => member,
        Err(unnamed) => return refused(&unnamed),
    };
    match app.provider().directory.forget_phone(&member).await {
        Ok(Forgotten::Unknown) => unknown(),
        Ok(outcome) => {
            log(&app, &operator, &member, outcome);
            Reply::json(200, &outcome)
        }
        Err(error) => Reply::oauth_error(error.into()),
    }
}

fn log(app: &App, operator: &Operator, member: &MemberKey, outcome: Forgotten) {
    if outcome == Forgotten::Forgotten {
        let member = app.provider().directory.pseudonym(member);
        tracing::info!(event = "phone.forgotten", member, address = %operator.address, "an operator had a phone forgotten");
    }
}

fn place(text: &str) -> Result<MemberKey, ()> {
    let (corp, userid) = text.split_once('/').ok_or(())?;
    Ok(MemberKey::new(CorpId::parse(corp).map_err(|_| ())?, &UserId::parse(userid).map_err(|_| ())?))
}

fn refused(unnamed: &Unnamed) -> Reply {
    Reply::json(400, &json!({ "error": "invalid_request", "error_description": unnamed.to_string() }))
}

fn unknown() -> Reply {
    Reply::json(404, &json!({ "error": "not_found", "error_description": "nobody of that userid ever signed in here" }))
}
