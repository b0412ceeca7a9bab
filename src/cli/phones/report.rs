//! Remembered phones as people and programs read them.

use std::fmt::Write as _;

use serde::Serialize as _;
use serde_json::json;

use crate::cli::output::plain;
use crate::directory::phones::{Forgotten, RememberedPhone};
use crate::domain::member::ContactSource;

/// The table of `phones list`.
pub fn phones(phones: &[RememberedPhone]) -> String {
    if phones.is_empty() {
        return "no phone is remembered\n".to_owned();
    }
    let head = ["corp", "userid", "phone", "read", "how", "name"].map(str::to_owned);
    let rows = phones.iter().map(|phone| {
        [
            phone.corp_id.to_string(),
            phone.userid.clone(),
            phone.phone.clone(),
            phone.read_at.to_string(),
            format!("{}{}", how(phone.source), if phone.moved { ", moved on" } else { "" }),
            phone.name.as_deref().map(plain).unwrap_or_default(),
        ]
    });
    let rows: Vec<[String; 6]> = std::iter::once(head).chain(rows).collect();
    // The name stands last: no two terminals agree how wide Chinese characters are.
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; 5] = std::array::from_fn(width);
    rows.iter().fold(String::new(), |mut text, row| {
        for (cell, width) in row.iter().zip(widths) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{cell:width$}  ");
        }
        text + &row[5] + "\n"
    })
}

const fn how(source: ContactSource) -> &'static str {
    match source {
        ContactSource::InClientSignIn => "signing in inside WeCom",
        ContactSource::GuideLink => "link of the guide",
    }
}

/// What `phones forget` came to.
pub fn forgotten(outcome: Forgotten, json: bool) -> String {
    if json {
        return format!(
            "{}\n",
            json!({ "outcome": outcome.serialize(serde_json::value::Serializer).unwrap_or_default() })
        );
    }
    match outcome {
        Forgotten::Forgotten => "forgotten; where the number is needed, the member is asked again\n",
        Forgotten::Nothing | Forgotten::Unknown => "nothing was remembered\n",
    }
    .to_owned()
}
