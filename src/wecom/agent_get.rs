//! `GET /cgi-bin/agent/get`: the app itself (page 90227).

use serde::Deserialize;

use super::errors::Call;
use super::lenient;
use super::transport::{Ask, MEDIUM, Repeat};
use super::values::Agent;
use crate::domain::ids::UserId;

#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default, deserialize_with = "lenient::text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient::number")]
    close: Option<i64>,
    #[serde(default, deserialize_with = "lenient::text")]
    redirect_domain: Option<String>,
    #[serde(default)]
    allow_userinfos: Option<Users>,
    #[serde(default)]
    allow_partys: Option<Departments>,
    #[serde(default)]
    allow_tags: Option<Tags>,
}

#[derive(Default, Deserialize)]
struct Users {
    #[serde(default, deserialize_with = "lenient::list")]
    user: Vec<User>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default, alias = "UserId", deserialize_with = "lenient::text")]
    userid: Option<String>,
}

#[derive(Default, Deserialize)]
struct Departments {
    #[serde(default, deserialize_with = "lenient::usable_ids")]
    partyid: Vec<u64>,
}

#[derive(Default, Deserialize)]
struct Tags {
    #[serde(default, deserialize_with = "lenient::usable_ids")]
    tagid: Vec<u64>,
}

/// `agent_id` is the decimal text of the app's own id: WeCom shows an app nothing but itself.
pub(super) fn ask(agent_id: &str) -> Ask<'_> {
    Ask {
        call: Call::AgentGet,
        path: "/cgi-bin/agent/get",
        query: vec![("agentid", agent_id)],
        body: None,
        cap: MEDIUM,
        repeat: Repeat::Always,
    }
}

pub(super) fn agent(answer: Answer) -> Agent {
    let users = answer.allow_userinfos.unwrap_or_default().user;
    Agent {
        name: answer.name,
        close: answer.close.unwrap_or(0) != 0,
        redirect_domain: answer.redirect_domain,
        visible_users: users.iter().filter_map(|user| UserId::parse(user.userid.as_deref()?).ok()).collect(),
        visible_departments: answer.allow_partys.unwrap_or_default().partyid,
        visible_tags: answer.allow_tags.unwrap_or_default().tagid,
    }
}
