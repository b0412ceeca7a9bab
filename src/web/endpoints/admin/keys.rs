//! The signing keys, for `wecom-oidc keys list` and `keys rotate`.

use crate::oidc::rotation;
use crate::web::current::Snapshot;
use crate::web::endpoints::Form;
use crate::web::operator::Operator;
use crate::web::reply::Reply;

/// Every signing key, oldest first.
pub async fn list(_: Operator, app: Snapshot) -> Reply {
    Reply::json(200, &app.provider().keys.list())
}

/// Rotates; with `emergency=true` at once. Answers with what moved.
pub async fn rotate(operator: Operator, form: Form, app: Snapshot) -> Reply {
    let form = match form.0 {
        Ok(form) => form,
        Err(error) => return Reply::oauth_error(error),
    };
    let emergency = form.get("emergency") == Some("true");
    match rotation::rotate(app.provider(), emergency).await {
        Ok(steps) => {
            tracing::warn!(event = "keys.rotated", emergency, address = %operator.address, "an operator rotated the keys");
            Reply::json(200, &steps)
        }
        Err(error) => {
            tracing::error!(event = "keys.failed", error = %error, "the keys could not be rotated");
            let body = serde_json::json!({ "error": "server_error", "error_description": error.to_string() });
            Reply::json(500, &body)
        }
    }
}
