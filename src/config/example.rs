//! `config.toml` at the root of the project is the manual of the configuration: it may never fall behind the code.

use std::path::Path;

use super::load::load_text;
use super::schema::ALL;
use super::testing::Fake;

const EXAMPLE: &str = include_str!("../../config.toml");

/// The lines of the example below one header, without the marks that comment them out.
fn lines_below(table: &str) -> Vec<&'static str> {
    let header = match table {
        "" => None,
        "wecom.NAME" | "wecom.NAME.events" => Some("[wecom.main]".to_owned()),
        "clients" | "clients.allow" => Some("[[clients]]".to_owned()),
        other => Some(format!("[{other}]")),
    };
    let lines = EXAMPLE.lines().map(|line| line.trim_start_matches("# "));
    let (mut inside, mut found) = (header.is_none(), Vec::new());
    for line in lines {
        if line.starts_with('[') {
            inside = header.as_ref().is_some_and(|header| line.starts_with(header.as_str()));
        } else if inside {
            found.push(line);
        }
    }
    found
}

#[test]
fn the_example_shows_every_key_in_its_table() {
    for schema in ALL {
        let lines = lines_below(schema.table);
        for key in schema.keys {
            let is_header = |line: &str| {
                let prefix = if schema.table.is_empty() { String::new() } else { format!("{}.", schema.table) };
                line.contains(&format!("[{prefix}{key}]")) || line.starts_with(&format!("[{prefix}{key}."))
            };
            let assigned = format!("{key} = ");
            let shown = lines.iter().any(|l| l.starts_with(&assigned) || l.contains(&format!(" {assigned}")));
            assert!(
                shown || EXAMPLE.lines().any(|l| is_header(l.trim_start_matches("# "))),
                "[{}] {key}",
                schema.table
            );
        }
    }
}

#[test]
fn the_example_has_no_problem_and_no_warning() {
    let secrets = Fake(&[("WECOM_SECRET", "a-secret-of-wecom"), ("NOCOBASE_CLIENT_SECRET", "a-secret-of-nocobase")]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = load_text(EXAMPLE, folder, &secrets).expect("good");
    assert_eq!(loaded.warnings, []);
}
