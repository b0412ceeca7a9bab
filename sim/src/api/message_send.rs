//! `POST /cgi-bin/message/send`: recipients, content, limits, and the answer that names who could not be reached.

use serde_json::Value;

use super::answer::{Answer, Fields, Refusal};
use super::call::{Call, Caller, text};
use super::{lookup, message_content};
use crate::directory::{App, Corp, Member};
use crate::quirks::Quirks;
use crate::world::{SentMessage, World, random};

/// Most userids in `touser`.
const RECIPIENTS: usize = 1000;
/// Person-times a day an app may send to, for each member of the corp.
const PERSON_TIMES: usize = 200;
/// Longest interval of the duplicate check, in seconds.
const LONGEST_INTERVAL: i64 = 4 * 3600;

/// Who is meant, and which names meant nobody.
#[derive(Default)]
struct Addressed<'a> {
    members: Vec<&'a Member>,
    invalid_users: Vec<String>,
    invalid_parties: Vec<String>,
    invalid_tags: Vec<String>,
}

/// Answers the call.
pub(crate) fn run(world: &mut World, caller: &Caller, call: &Call) -> Answer {
    let body = call.json()?;
    let agent_id = agent_id(&body)?;
    let msgtype = text(&body, "msgtype", 40063)?.to_owned();
    message_content::check(&body, &msgtype)?;
    let interval = duplicate_interval(&body)?;
    if agent_id != caller.0.agent_id {
        return Err(Refusal::new(301_002));
    }
    let (corp, app) = caller.find(world)?;
    let addressed = addressed(corp, app, &world.quirks, &body)?;
    let serials: Vec<_> = addressed.members.iter().map(|member| member.serial).collect();
    let recipients: Vec<_> = addressed.members.iter().map(|member| member.userid.clone()).collect();
    let most = corp.members.len() * PERSON_TIMES;
    let is_flooded = serials.iter().any(|serial| world.messages.is_flooded(*serial, call.now))
        || world.messages.person_times(&caller.0, call.now) + serials.len() > most;
    if is_flooded {
        return Err(Refusal::new(45009));
    }
    let msgid = random::alphanumeric(64);
    let answer = Fields::new()
        .with("invaliduser", addressed.invalid_users.join("|"))
        .with("invalidparty", addressed.invalid_parties.join("|"))
        .with("invalidtag", addressed.invalid_tags.join("|"))
        .with("unlicenseduser", "")
        .with("msgid", msgid.as_str())
        .with_some("response_code", (msgtype == "template_card").then(|| random::alphanumeric(43)));
    let is_repeated =
        interval.is_some_and(|interval| world.messages.is_duplicate(&caller.0, &body.to_string(), interval, call.now));
    if !is_repeated {
        let message = SentMessage {
            corp_id: caller.0.corp_id.clone(),
            agent_id: caller.0.agent_id,
            msgid,
            recipients,
            msgtype,
            body,
            sent_at: call.now,
        };
        world.messages.keep(&caller.0, &serials, message);
    }
    Ok(answer)
}

/// The app's number, written as a number or as a text.
fn agent_id(body: &Value) -> Result<u64, Refusal> {
    let number = match body.get("agentid") {
        None | Some(Value::Null) => return Err(Refusal::new(41011)),
        Some(Value::String(text)) => text.parse().ok(),
        Some(value) => value.as_u64(),
    };
    number.ok_or_else(|| Refusal::new(40056))
}

/// The interval of the duplicate check, if it is switched on.
fn duplicate_interval(body: &Value) -> Result<Option<i64>, Refusal> {
    if body.get("enable_duplicate_check").and_then(Value::as_i64) != Some(1) {
        return Ok(None);
    }
    match body.get("duplicate_check_interval") {
        None | Some(Value::Null) => Ok(Some(1800)),
        Some(value) => value
            .as_i64()
            .filter(|seconds| (1..=LONGEST_INTERVAL).contains(seconds))
            .map(Some)
            .ok_or_else(|| Refusal::new(40058)),
    }
}

fn addressed<'a>(corp: &'a Corp, app: &App, quirks: &Quirks, body: &Value) -> Result<Addressed<'a>, Refusal> {
    let (users, parties, tags) = (names(body, "touser")?, names(body, "toparty")?, names(body, "totag")?);
    if users.is_empty() && parties.is_empty() && tags.is_empty() {
        return Err(Refusal::new(82001));
    }
    if users.len() > RECIPIENTS {
        return Err(Refusal::new(40058));
    }
    let mut found = Addressed::default();
    let reachable = |member: &&Member| lookup::is_listed(member, quirks) && corp.sees_member(app, member);
    for name in users {
        if name == "@all" {
            found.members.extend(corp.members.iter().filter(reachable));
        } else if let Some(member) = corp.member(name).filter(reachable) {
            found.members.push(member);
        } else {
            found.invalid_users.push(name.to_ascii_lowercase());
        }
    }
    for name in parties {
        match name.parse().ok().filter(|id| corp.sees_department(app, *id)) {
            Some(id) => {
                let within = |member: &&Member| member.department.iter().any(|it| corp.is_within(*it, id));
                found.members.extend(corp.members.iter().filter(reachable).filter(within));
            }
            None => found.invalid_parties.push(name.to_owned()),
        }
    }
    for name in tags {
        match name.parse().ok().and_then(|id| corp.tag(id)) {
            Some(tag) => {
                let tagged = |member: &&Member| corp.is_tagged(tag, member);
                found.members.extend(corp.members.iter().filter(reachable).filter(tagged));
            }
            None => found.invalid_tags.push(name.to_owned()),
        }
    }
    found.members.sort_by_key(|member| member.serial);
    found.members.dedup_by_key(|member| member.serial);
    if found.members.is_empty() {
        return Err(Refusal::new(81013));
    }
    Ok(found)
}

/// The names in a field, which are joined by `|`.
fn names<'a>(body: &'a Value, field: &str) -> Result<Vec<&'a str>, Refusal> {
    match body.get(field) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(text.split('|').filter(|name| !name.is_empty()).collect()),
        Some(_) => Err(Refusal::new(40058)),
    }
}
