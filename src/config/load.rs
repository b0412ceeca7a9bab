//! From the file to the checked configuration, or to everything that is wrong with it.

use std::path::Path;

use toml::de::DeTable;

use crate::domain::issuer::{InvalidIssuer, Issuer};

use super::clients::{self, House};
use super::environment::Environment;
use super::files::read_bounded;
use super::model::Config;
use super::reading::{Place, Reading};
use super::report::{Problem, Report, Severity};
use super::section::Section;
use super::{admins, fixed, lifetimes, server, surroundings, wecom};

const FILE_MAX: u64 = 1024 * 1024;

/// A configuration that the server may run with.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration.
    pub config: Config,
    /// What somebody should look at, in the order of the file; no severity but [`Severity::Warning`].
    pub warnings: Vec<Problem>,
}

/// Reads and checks a file of at most 1 MiB. Paths in it are relative to its folder.
///
/// The error holds every problem, and the warnings besides.
pub fn load(path: &Path, environment: &dyn Environment) -> Result<Loaded, Report> {
    load_text(&read_text(path)?, folder_of(path), environment)
}

/// The same for a server that runs: what only a restart can change is a problem like any other (law 14).
pub fn reload(path: &Path, environment: &dyn Environment, running: &Config) -> Result<Loaded, Report> {
    reload_text(&read_text(path)?, folder_of(path), environment, running)
}

/// [`load`] for a text; `folder` is where its relative paths start.
pub fn load_text(text: &str, folder: &Path, environment: &dyn Environment) -> Result<Loaded, Report> {
    check(text, folder, environment, None)
}

/// [`reload`] for a text.
pub fn reload_text(
    text: &str,
    folder: &Path,
    environment: &dyn Environment,
    running: &Config,
) -> Result<Loaded, Report> {
    check(text, folder, environment, Some(running))
}

fn read_text(path: &Path) -> Result<String, Report> {
    let bytes = read_bounded(path, FILE_MAX)
        .map_err(|why| whole_file(format!("the file {why}"), "name the configuration file with --config"))?;
    String::from_utf8(bytes).map_err(|_| whole_file("the file is not UTF-8 text".to_owned(), "save it as UTF-8"))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or_else(|| Path::new(""))
}

fn check(text: &str, folder: &Path, environment: &dyn Environment, running: Option<&Config>) -> Result<Loaded, Report> {
    let reading = Reading::new(text, folder, environment);
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            note_syntax_error(&reading, &error);
            return Err(Report::new(reading.into_problems()));
        }
    };
    let root = Section::root(&reading, document.get_ref());
    let config = read_all(&root);
    if let (Some(running), Some(new)) = (running, &config) {
        fixed::check(&root, running, new);
    }
    let stops = reading.stops();
    let report = Report::new(reading.into_problems());
    match config {
        Some(config) if !stops => Ok(Loaded { config, warnings: report.problems }),
        _ => Err(report),
    }
}

/// Every section is read, whatever the others hold; `None` only when something was noted.
fn read_all(root: &Section<'_>) -> Option<Config> {
    let issuer = issuer(root);
    let server = server::server(root);
    let store = server::store(root);
    let keys = server::keys(root);
    let connections = wecom::connections(root);
    let admins = admins::admins(root, &connections.names);
    let lifetimes = lifetimes::lifetimes(root);
    let limits = server::limits(root);
    let outbound = surroundings::outbound(root);
    let brand = surroundings::brand(root);
    let house = House {
        loopback: issuer.as_ref().is_none_or(Issuer::is_loopback),
        connections: &connections.names,
        usable: &connections.good,
        lifetimes: &lifetimes,
    };
    let clients = clients::clients(root, &house);
    let connections = connections.good;
    Some(Config {
        issuer: issuer?,
        admins,
        server,
        store,
        keys,
        connections,
        clients,
        lifetimes,
        limits,
        outbound,
        brand,
    })
}

fn issuer(root: &Section<'_>) -> Option<Issuer> {
    root.require("issuer", "write the address at which browsers and applications reach this server: \"https://…\"");
    let text = root.text("issuer")?;
    let why = match Issuer::parse(&text.value) {
        Ok(issuer) => return Some(issuer),
        Err(why) => why,
    };
    let remedy = match why {
        InvalidIssuer::NotAnAddress => "write https:// and the host name, such as \"https://login.example.com\"",
        InvalidIssuer::Extra => "write scheme, host and path alone",
        InvalidIssuer::NotHttps => "write https://…; plain http only with localhost, 127.0.0.1 or [::1]",
        InvalidIssuer::NotNormal => "write small letters, no default port and no slash at the end",
        InvalidIssuer::Underscore => "choose a host name of letters, digits and -",
    };
    root.reading.error(&text.place, why.to_string(), remedy);
    None
}

fn note_syntax_error(reading: &Reading<'_>, error: &toml::de::Error) {
    // The message of the parser speaks of what it expected; only its Display shows the line itself.
    let place = Place { key: String::new(), at: error.span().map(|span| span.start) };
    reading.error(
        &place,
        format!("the file is not TOML: {}", error.message()),
        "correct this line; nothing else was checked",
    );
}

fn whole_file(what: String, remedy: &str) -> Report {
    let (key, remedy, severity) = (String::new(), remedy.to_owned(), Severity::Error);
    Report::new(vec![Problem { key, line: None, column: None, what, remedy, severity }])
}

#[cfg(test)]
mod tests {
    use super::super::testing::{GOOD, assert_only, problems, read, with};
    use super::*;

    #[test]
    fn a_small_file_is_enough() {
        let loaded = read(GOOD).expect("good");
        assert_eq!(loaded.warnings, []);
        assert_eq!(loaded.config.issuer.as_str(), "https://login.example.com");
        assert_eq!((loaded.config.connections.len(), loaded.config.clients.len()), (1, 1));
    }

    #[test]
    fn every_problem_is_told_at_once_and_in_the_order_of_the_file() {
        let text = with("issuer = \"https://login.example.com\"", "issuer = 3\nisuer = \"x\"")
            .replace("agent_id = 1000002", "agent_id = \"1000002\"")
            .replace("https://nb", "http://nb");
        let text = format!("{text}[server]\nlisten = \"localhost\"\n[store]\nbackend = \"postgres\"\n");
        let keys: Vec<(String, Option<usize>)> = problems(&text).into_iter().map(|(k, l, _)| (k, l)).collect();
        let expected = [
            ("issuer", 1),
            ("isuer", 2),
            ("wecom.main.agent_id", 6),
            ("clients[0].redirect_uris[0]", 12),
            ("server.listen", 14),
            ("store.backend", 16),
        ];
        assert_eq!(keys, expected.map(|(key, line)| (key.to_owned(), Some(line))));
    }

    #[test]
    fn an_issuer_that_is_missing_or_misspelled_is_one_problem() {
        let missing = problems(&with("issuer = \"https://login.example.com\"", ""));
        assert_eq!(missing, [("issuer".to_owned(), None, Severity::Error)]);
        for wrong in
            ["http://login.example.com", "https://login.example.com/", "https://a@b.example", "x", "https://a_b.c"]
        {
            assert_only(&with("https://login.example.com", wrong), "issuer", 1, Severity::Error);
        }
    }

    #[test]
    fn a_file_that_is_not_toml_is_one_problem_with_its_line_and_without_its_text() {
        let report = read("issuer = \"x\"\nclient_secret = hunter2hunter2\n").expect_err("no quotes");
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.problems[0].line, Some(2));
        assert!(!format!("{report:?}").contains("hunter2"), "{report:?}");
    }

    #[test]
    fn a_file_that_is_not_there_or_too_large_or_not_text_is_one_problem() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("config.toml");
        let load_it = || load(&path, &super::super::testing::Fake(&[])).expect_err("bad").problems;
        assert_eq!((load_it().len(), load_it()[0].line), (1, None));
        std::fs::write(&path, vec![b'#'; 1024 * 1024 + 1]).expect("write");
        assert!(load_it()[0].what.contains("larger than"));
        std::fs::write(&path, b"\xff").expect("write");
        assert!(load_it()[0].what.contains("UTF-8"));
        std::fs::write(&path, GOOD).expect("write");
        assert!(load(&path, &super::super::testing::Fake(&[])).is_ok());
    }
}
