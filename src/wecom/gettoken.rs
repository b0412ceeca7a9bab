//! `GET /cgi-bin/gettoken`: the app's secret for an access token (page 91039).

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::errors::{Call, Cause, WecomError};
use super::lenient;
use super::transport::{Ask, Repeat, SMALL, Transport};
use crate::domain::ids::CorpId;
use crate::domain::time::Span;

/// The documented life of a token, and the most that is believed.
const LONGEST: u64 = 7_200;
/// The least that is believed, so that a nonsense of 0 does not make every call fetch a token.
const SHORTEST: u64 = 30;

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, deserialize_with = "lenient::text")]
    access_token: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    expires_in: Option<i64>,
}

/// Asks for a token; gives it with its life.
pub(super) async fn fetch(
    transport: &Transport,
    corp_id: &CorpId,
    secret: &SecretString,
) -> Result<(SecretString, Span), WecomError> {
    let ask = Ask {
        call: Call::GetToken,
        path: "/cgi-bin/gettoken",
        query: vec![("corpid", corp_id.as_str()), ("corpsecret", secret.expose_secret())],
        body: None,
        cap: SMALL,
        repeat: Repeat::Never,
    };
    let answer: Answer = match transport.exchange(&ask, None).await {
        Err(error) if error.cause == Some(Cause::Connect) => transport.exchange(&ask, None).await?,
        outcome => outcome?,
    };
    token(answer)
}

/// The token and its life, as far as they are believed.
pub(super) fn token(answer: Answer) -> Result<(SecretString, Span), WecomError> {
    // The page asks to allow for 512 bytes.
    match answer.access_token {
        Some(token) if token.len() <= 2_048 && token.bytes().all(|b| b.is_ascii_graphic()) => {
            let seconds = answer.expires_in.and_then(|s| u64::try_from(s).ok()).unwrap_or(LONGEST);
            Ok((SecretString::from(token), Span(seconds.clamp(SHORTEST, LONGEST))))
        }
        _ => Err(WecomError::from_cause(Call::GetToken, Cause::WrongShape)),
    }
}
