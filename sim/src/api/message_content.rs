//! What a message may hold: the limits of a text card, and the required fields of the plain types.

use serde_json::Value;

use super::answer::Refusal;
use super::call::text;

const TITLE_BYTES: usize = 128;
const DESCRIPTION_BYTES: usize = 512;
const URL_BYTES: usize = 2048;
const BUTTON_CHARACTERS: usize = 4;

/// Checks the part of the body that belongs to the type.
pub(crate) fn check(body: &Value, msgtype: &str) -> Result<(), Refusal> {
    let part = body.get(msgtype).filter(|part| part.is_object()).ok_or_else(|| Refusal::new(40063))?;
    match msgtype {
        "textcard" => textcard(part),
        "text" | "markdown" => text(part, "content", 40063).map(drop),
        _ => Ok(()),
    }
}

fn textcard(card: &Value) -> Result<(), Refusal> {
    let title = text(card, "title", 40063)?;
    let description = text(card, "description", 40063)?;
    let url = text(card, "url", 40063)?;
    let button = match text(card, "btntxt", 40063) {
        Ok(button) => button,
        Err(_) if card.get("btntxt").is_none() => "详情",
        Err(_) => return Err(Refusal::new(40058)),
    };
    let fits = title.len() <= TITLE_BYTES
        && description.len() <= DESCRIPTION_BYTES
        && url.len() <= URL_BYTES
        && button.chars().count() <= BUTTON_CHARACTERS;
    if fits { Ok(()) } else { Err(Refusal::new(40058)) }
}
