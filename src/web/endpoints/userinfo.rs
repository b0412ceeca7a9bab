//! The userinfo endpoint (OpenID Connect Core §5.3): GET and POST, token in the header or in the body.

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use super::{Form, query};
use crate::oidc::error::{ErrorCode, OauthError};
use crate::oidc::params::Params;
use crate::oidc::userinfo::{self, Answer, Presented};
use crate::web::app::App;
use crate::web::cors;
use crate::web::current::Snapshot;
use crate::web::reply::Reply;

/// GET.
pub async fn by_get(request: HttpRequest, app: Snapshot) -> Reply {
    answer(&request, &app, Ok(Params::default())).await
}

/// POST; the body may be empty, or a form with `access_token` (RFC 6750 §2.2).
pub async fn by_post(request: HttpRequest, form: Form, app: Snapshot) -> Reply {
    let form = form.0;
    answer(&request, &app, form).await
}

async fn answer(request: &HttpRequest, app: &App, body: Result<Params, OauthError>) -> Reply {
    let claims = async {
        let (body, query) = (body?, query(request)?);
        let doubled = body.is_doubled("access_token") || query.is_doubled("access_token");
        if doubled {
            return Err(OauthError::invalid_request("access_token is given more than once"));
        }
        let presented =
            Presented { header: bearer(request), body: body.get("access_token"), query: query.get("access_token") };
        userinfo::answer(app.provider(), presented.token()?).await
    };
    let reply = match claims.await {
        Ok(Answer::Claims(claims)) => Reply::json(200, &claims),
        Ok(Answer::Signed(jwt)) => Reply::text(200, "application/jwt", jwt),
        Err(error) => refused(request, error),
    };
    cors::readable(reply, request, app)
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

/// RFC 6750 §3: the scheme, and the error unless no token was presented at all.
fn refused(request: &HttpRequest, error: OauthError) -> Reply {
    let silent = error.code == ErrorCode::InvalidToken && !request.headers().contains_key(AUTHORIZATION);
    let challenge = match silent {
        true => "Bearer realm=\"userinfo\"".to_owned(),
        false => format!(
            "Bearer realm=\"userinfo\", error=\"{}\", error_description=\"{}\"",
            error.code.as_str(),
            error.description
        ),
    };
    Reply::oauth_error(error).header("www-authenticate", &challenge)
}
