//! `GET /cgi-bin/tag/get`: the members that a tag names, and the departments that it holds (page 90213).

use serde::Deserialize;

use super::errors::Call;
use super::lenient;
use super::transport::{Ask, LARGE, Repeat};
use super::values::Tagged;
use crate::domain::ids::UserId;

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, deserialize_with = "lenient::usable_text")]
    tagname: Option<String>,
    #[serde(default, deserialize_with = "lenient::list")]
    userlist: Vec<Option<User>>,
    #[serde(default, deserialize_with = "lenient::usable_ids")]
    partylist: Vec<u64>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default, deserialize_with = "lenient::usable_text")]
    userid: Option<String>,
}

pub(super) fn ask(tagid: &str) -> Ask<'_> {
    Ask {
        call: Call::TagGet,
        path: "/cgi-bin/tag/get",
        query: vec![("tagid", tagid)],
        body: None,
        cap: LARGE,
        repeat: Repeat::Always,
    }
}

/// Whom the tag names: a userid that cannot be one is nobody.
pub(super) fn tagged(answer: Answer) -> Tagged {
    let named = answer.userlist.into_iter().flatten().filter_map(|user| user.userid);
    Tagged {
        name: answer.tagname,
        members: named.filter_map(|userid| UserId::parse(&userid).ok()).collect(),
        departments: answer.partylist,
    }
}
