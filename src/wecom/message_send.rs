//! `POST /cgi-bin/message/send`: a text card for one member (pages 90236, 90372; `wecom-api.md` §6.5).

use serde::Deserialize;

use super::errors::{Call, Cause, WecomError};
use super::lenient;
use super::transport::{Ask, Repeat, SMALL};
use crate::domain::ids::UserId;

/// Bytes of a title.
const TITLE: usize = 128;
/// Bytes of a description.
const DESCRIPTION: usize = 512;
/// Bytes of an address.
const ADDRESS: usize = 2_048;
/// Characters of a button.
const BUTTON: usize = 4;
/// For how long WeCom holds the same card back, in seconds: as long as its link lives.
const HELD_BACK: u32 = 600;

/// A text card that keeps WeCom's limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    title: String,
    description: String,
    url: String,
    button: String,
}

impl Card {
    /// A card: what is too long is cut, and angle brackets, which WeCom would read as markup, become their wide twins.
    /// `None` when the address is too long: a cut one leads nowhere.
    pub fn new(title: &str, description: &str, url: &str, button: &str) -> Option<Self> {
        (url.len() <= ADDRESS).then(|| Self {
            title: cut(plain(title), TITLE),
            description: cut(plain(description), DESCRIPTION),
            url: url.to_owned(),
            button: button.chars().take(BUTTON).collect(),
        })
    }
}

fn plain(text: &str) -> String {
    text.replace('<', "＜").replace('>', "＞")
}

fn cut(mut text: String, bytes: usize) -> String {
    const MORE: &str = "…";
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes - MORE.len()));
        text.push_str(MORE);
    }
    text
}

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, deserialize_with = "lenient::text")]
    invaliduser: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    unlicenseduser: Option<String>,
}

pub(super) fn ask(agent_id: u32, to: &UserId, card: &Card) -> Ask<'static> {
    Ask {
        call: Call::MessageSend,
        path: "/cgi-bin/message/send",
        query: Vec::new(),
        body: Some(serde_json::json!({
            "touser": to.as_str(),
            "msgtype": "textcard",
            "agentid": agent_id,
            "textcard": {
                "title": card.title,
                "description": card.description,
                "url": card.url,
                "btntxt": card.button,
            },
            "enable_duplicate_check": 1,
            "duplicate_check_interval": HELD_BACK,
        })),
        cap: SMALL,
        repeat: Repeat::WhenBusy,
    }
}

/// With errcode 0 the answer names whom the card did not reach: here that is the one it was for.
pub(super) fn reached(answer: &Answer) -> Result<(), WecomError> {
    match (&answer.invaliduser, &answer.unlicenseduser) {
        (None, None) => Ok(()),
        _ => Err(WecomError::from_cause(Call::MessageSend, Cause::NotReached)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_keeps_wecoms_limits_whatever_an_application_is_called() {
        for text in ["长".repeat(600), "<b>&".repeat(300), "é".repeat(700), "🧭".repeat(300), String::new()] {
            let card = Card::new(&text, &text, "https://login.example.com/x", &text).expect("a card");
            assert!(card.title.len() <= TITLE && card.description.len() <= DESCRIPTION, "{card:?}");
            assert!(card.button.chars().count() <= BUTTON && !card.description.contains(['<', '>']), "{card:?}");
        }
        assert_eq!(Card::new("a", "b", &"x".repeat(ADDRESS + 1), "c"), None);
    }

    #[test]
    fn whom_the_card_did_not_reach_is_a_failure() {
        let read = |body: &str| reached(&serde_json::from_str(body).expect("an answer"));
        assert_eq!(read(r#"{"errcode":0,"invaliduser":"","unlicenseduser":"","msgid":"1"}"#), Ok(()));
        assert_eq!(read("{}"), Ok(()));
        for body in [r#"{"invaliduser":"wenli"}"#, r#"{"unlicenseduser":"wenli"}"#] {
            assert_eq!(read(body).map_err(|error| error.cause), Err(Some(Cause::NotReached)));
        }
    }
}
