//! `[wecom.NAME]`: the WeCom apps through which members sign in, and `admins` among their members.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use url::Url;

use crate::domain::ids::{ConnectionName, CorpId, UserId};

use super::address::{PlainHttp, Shape};
use super::model::Connection;
use super::reading::{Found, Place, Reading};
use super::schema::{self, nearest};
use super::section::Section;

const API_URL: &str = "https://qyapi.weixin.qq.com";
const AUTHORIZE_URL: &str = "https://open.weixin.qq.com/connect/oauth2/authorize";
const LOGIN_URL: &str = "https://login.work.weixin.qq.com/wwlogin/sso/login";

/// What was read of `[wecom.NAME]`.
pub(super) struct Connections {
    /// Those without a fault.
    pub good: BTreeMap<ConnectionName, Arc<Connection>>,
    /// The names of all, so that a fault in one is not told again by each client that names it.
    pub names: BTreeSet<ConnectionName>,
}

/// Reads every connection.
pub(super) fn connections(root: &Section<'_>) -> Connections {
    root.require("wecom", "write a [wecom.main] table with corp_id, agent_id and secret of the app");
    let tables = root.named_tables("wecom", &schema::CONNECTION);
    if tables.is_empty() && root.get("wecom").is_some_and(|v| v.get_ref().as_table().is_some_and(|t| t.is_empty())) {
        let what = "has no connection";
        root.reading.error(&root.place_of("wecom"), what, "write a [wecom.main] table");
    }
    let mut read = Connections { good: BTreeMap::new(), names: BTreeSet::new() };
    let mut apps: BTreeMap<(CorpId, u32), ConnectionName> = BTreeMap::new();
    for (name, section) in tables {
        let name = connection_name(&section, name);
        if let Some(name) = &name {
            read.names.insert(name.clone());
        }
        let connection = connection(&section, name);
        let Some(connection) = connection else { continue };
        let app = (connection.corp_id.clone(), connection.agent_id);
        if let Some(other) = apps.insert(app, connection.name.clone()) {
            let what = format!("is the same app of the same corp as wecom.{other}");
            section.reading.error(&section.place_of("agent_id"), what, "keep one of the two tables");
        }
        read.good.insert(connection.name.clone(), Arc::new(connection));
    }
    read
}

fn connection_name(section: &Section<'_>, name: &str) -> Option<ConnectionName> {
    ConnectionName::parse(name)
        .map_err(|why| section.reading.error(&section.place(), why.to_string(), format!("name it with {}", why.rule)))
        .ok()
}

fn connection(section: &Section<'_>, name: Option<ConnectionName>) -> Option<Connection> {
    let corp_id = corp_id(section);
    section.require("agent_id", "write the AgentId of the app: WeCom console, the app's page");
    let agent_id = section.number("agent_id", 1..=u32::MAX);
    if !section.has("secret_file") {
        section.require("secret", "write the Secret of the app: WeCom console, the app's page");
    }
    let secret = section.secret("secret", "secret_file");
    let verify_files = verify_files(section);
    let api_url = wecom_address(section, "api_url", Shape::Origin, API_URL);
    let authorize_url = wecom_address(section, "authorize_url", Shape::Page, AUTHORIZE_URL);
    let login_url = wecom_address(section, "login_url", Shape::Page, LOGIN_URL);
    Some(Connection {
        name: name?,
        corp_id: corp_id?,
        agent_id: agent_id?.value,
        secret: secret?.value,
        verify_files,
        api_url: api_url?,
        authorize_url: authorize_url?,
        login_url: login_url?,
    })
}

fn corp_id(section: &Section<'_>) -> Option<CorpId> {
    section.require("corp_id", "write the corp id: WeCom console, My Company, at the foot of the page");
    let text = section.text("corp_id")?;
    CorpId::parse(&text.value)
        .map_err(|why| section.reading.error(&text.place, why.to_string(), "copy it again from the WeCom console"))
        .ok()
}

fn wecom_address(section: &Section<'_>, key: &str, shape: Shape, default: &str) -> Option<Url> {
    if section.has(key) {
        return section.address(key, PlainHttp::OnLoopback, shape).map(|found| found.value);
    }
    Url::parse(default).ok()
}

fn verify_files(section: &Section<'_>) -> Vec<String> {
    let texts = section.texts("verify_files").map(|found| found.value).unwrap_or_default();
    let keep = |text: Found<String>| {
        if is_verify_file(&text.value) {
            return Some(text.value);
        }
        let remedy =
            "write the name of the file that the WeCom console offers, such as \"WW_verify_7aB3cD9eF1gH5iJ2.txt\"";
        section.reading.error(&text.place, "is not the name of a domain verification file", remedy);
        None
    };
    texts.into_iter().filter_map(keep).collect()
}

fn is_verify_file(name: &str) -> bool {
    name.strip_prefix("WW_verify_")
        .and_then(|rest| rest.strip_suffix(".txt"))
        .is_some_and(|code| code.len() == 16 && code.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Reads `admins`: `"userid"` with one connection, `"NAME:userid"` with several.
pub(super) fn admins(root: &Section<'_>, names: &BTreeSet<ConnectionName>) -> Vec<(ConnectionName, UserId)> {
    let texts = root.texts("admins").map(|found| found.value).unwrap_or_default();
    texts.iter().filter_map(|text| admin(root.reading, text, names)).collect()
}

fn admin(
    reading: &Reading<'_>,
    text: &Found<String>,
    names: &BTreeSet<ConnectionName>,
) -> Option<(ConnectionName, UserId)> {
    let (connection, userid) = match text.value.split_once(':') {
        Some((name, userid)) => (known_connection(reading, &text.place, name, names)?, userid),
        None if names.len() > 1 => {
            let remedy = "write \"NAME:userid\"";
            reading.error(&text.place, "does not say of which of the connections it is a member", remedy);
            return None;
        }
        None => (names.first()?.clone(), text.value.as_str()),
    };
    match UserId::parse(userid) {
        Ok(userid) => Some((connection, userid)),
        Err(why) => {
            reading.error(&text.place, why.to_string(), "copy it from the member's page in the WeCom console");
            None
        }
    }
}

/// The connection of this name; notes a name that no table has.
pub(super) fn known_connection(
    reading: &Reading<'_>,
    place: &Place,
    name: &str,
    names: &BTreeSet<ConnectionName>,
) -> Option<ConnectionName> {
    let known = names.iter().find(|known| known.as_str() == name);
    if known.is_none() {
        let all: Vec<&str> = names.iter().map(ConnectionName::as_str).collect();
        let remedy = match nearest(name, all.iter().copied()) {
            Some(near) => format!("write \"{near}\"?"),
            None => format!("write one of {}", all.join(", ")),
        };
        reading.error(place, "names a connection that has no [wecom.NAME] table", remedy);
    }
    known.cloned()
}
