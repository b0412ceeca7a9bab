//! `GET /cgi-bin/tag/list`: the tags of the corp, by number and name (page 90216).

use serde::Deserialize;

use super::errors::Call;
use super::lenient;
use super::transport::{Ask, MEDIUM, Repeat};
use super::values::Tag;

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, deserialize_with = "lenient::list")]
    taglist: Vec<Option<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, deserialize_with = "lenient::usable_id")]
    tagid: Option<u64>,
    #[serde(default, deserialize_with = "lenient::usable_text")]
    tagname: Option<String>,
}

pub(super) fn ask() -> Ask<'static> {
    Ask {
        call: Call::TagList,
        path: "/cgi-bin/tag/list",
        query: Vec::new(),
        body: None,
        cap: MEDIUM,
        repeat: Repeat::Always,
    }
}

/// The tags; an entry without a number cannot be asked about.
pub(super) fn tags(answer: Answer) -> Vec<Tag> {
    let entries = answer.taglist.into_iter().flatten();
    entries.filter_map(|entry| Some(Tag { id: entry.tagid?, name: entry.tagname })).collect()
}
