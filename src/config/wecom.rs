//! `[wecom.NAME]`: the WeCom apps through which members sign in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use url::Url;

use crate::domain::ids::{ConnectionName, CorpId};

use super::address::{PlainHttp, Shape};
use super::model::Connection;
use super::reading::Found;
use super::schema;
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
    if root.has_empty_table("wecom") {
        root.reading.error(&root.place_of("wecom"), "has no connection", "write a [wecom.main] table");
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
    let guide_message = section.flag("guide_message").is_some_and(|found| found.value);
    Some(Connection {
        name: name?,
        corp_id: corp_id?,
        agent_id: agent_id?.value,
        secret: secret?.value,
        verify_files,
        api_url: api_url?,
        authorize_url: authorize_url?,
        login_url: login_url?,
        guide_message,
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

#[cfg(test)]
mod tests {
    use super::super::report::Severity::Error;
    use super::super::testing::{GOOD, assert_only, problems, read, with};
    use super::*;

    const AGENT: &str = "agent_id = 1000002";

    fn beside_the_agent(line: &str) -> String {
        with(AGENT, &format!("{AGENT}\n{line}"))
    }

    #[test]
    fn a_connection_speaks_to_the_real_wecom_unless_told_otherwise() {
        let config = read(GOOD).expect("good").config;
        let connection = config.connections.values().next().expect("one");
        assert_eq!(connection.api_url.as_str(), "https://qyapi.weixin.qq.com/");
        assert_eq!(connection.authorize_url.as_str(), AUTHORIZE_URL);
        assert_eq!(connection.login_url.as_str(), LOGIN_URL);
        assert!(read(&beside_the_agent("api_url = \"http://127.0.0.1:9000\"")).is_ok());
    }

    #[test]
    fn there_is_at_least_one_connection_and_it_has_a_name() {
        let start = GOOD.find("[wecom").expect("there");
        let rest = &GOOD[GOOD.find("[[clients]]").expect("there")..];
        assert_eq!(problems(&format!("{}{rest}", &GOOD[..start])), [("wecom".to_owned(), None, Error)]);
        assert_only(&format!("{}[wecom]\n{rest}", &GOOD[..start]), "wecom", 3, Error);
        assert_only(&with("[wecom.main]", "[wecom.Main]"), "wecom.Main", 3, Error);
        let nameless: Vec<String> = problems(&with("[wecom.main]", "[wecom]")).into_iter().map(|p| p.0).collect();
        assert_eq!(nameless, ["wecom.corp_id", "wecom.agent_id", "wecom.secret"]);
    }

    #[test]
    fn the_three_values_of_the_console_are_needed_and_checked() {
        assert_only(&with(AGENT, ""), "wecom.main.agent_id", 3, Error);
        assert_only(&with(AGENT, "agent_id = 0"), "wecom.main.agent_id", 5, Error);
        assert_only(&with(AGENT, "agent_id = 1.5"), "wecom.main.agent_id", 5, Error);
        assert_only(&with("corp_id = \"ww0123456789abcdef\"", ""), "wecom.main.corp_id", 3, Error);
        assert_only(&with("ww0123456789abcdef", "ww 1"), "wecom.main.corp_id", 4, Error);
        assert_only(&with("secret = \"wecom-secret-of-the-tests\"", ""), "wecom.main.secret", 3, Error);
        assert_only(&with("wecom-secret-of-the-tests", " blank"), "wecom.main.secret", 6, Error);
        assert_only(&with("wecom-secret-of-the-tests", ""), "wecom.main.secret", 6, Error);
    }

    #[test]
    fn verify_files_are_named_as_the_console_names_them() {
        let files = |name: &str| beside_the_agent(&format!("verify_files = [\"{name}\"]"));
        assert!(read(&files("WW_verify_7aB3cD9eF1gH5iJ2.txt")).is_ok());
        for wrong in
            ["WW_verify_7aB3cD9eF1gH5iJ.txt", "../WW_verify_7aB3cD9eF1gH5iJ2.txt", "WW_verify_7aB3cD9eF1gH5i/2.txt"]
        {
            assert_only(&files(wrong), "wecom.main.verify_files[0]", 6, Error);
        }
    }

    #[test]
    fn the_addresses_of_wecom_are_https_and_of_their_shape() {
        for (key, wrong) in [
            ("api_url", "https://a.example/cgi-bin"),
            ("api_url", "http://a.example"),
            ("api_url", "https://u:p@a.example"),
            ("login_url", "a.example"),
            ("login_url", "ftp://a.example/x"),
            ("authorize_url", "https://a.example/x#y"),
        ] {
            let text = beside_the_agent(&format!("{key} = \"{wrong}\""));
            assert_only(&text, &format!("wecom.main.{key}"), 6, Error);
        }
    }

    #[test]
    fn one_app_of_one_corp_is_one_connection() {
        let twin = "[wecom.twin]\ncorp_id = \"ww0123456789abcdef\"\nagent_id = 1000002\nsecret = \"another-one\"";
        assert_only(&format!("{GOOD}{twin}"), "wecom.twin.agent_id", 14, Error);
        assert!(read(&format!("{GOOD}{}", twin.replace("1000002", "1000003"))).is_ok());
    }

    #[test]
    fn a_fault_of_a_connection_is_not_told_again_by_the_clients_that_name_it() {
        let text = format!("{}wecom = [\"main\"]", with(AGENT, ""));
        assert_only(&text, "wecom.main.agent_id", 3, Error);
    }
}
