//! What the configuration can name and this version cannot do: one table, and the answer to each line of it.
//!
//! Whoever builds one of these things deletes its line and reads the key in the file of its section.

use toml::de::DeValue;

use super::reading::Found;
use super::report::Severity;
use super::schema::{self, Schema};
use super::section::Section;

/// When a key asks for something that is not there.
enum Asks {
    /// Whenever it is written, unless with an empty list or table.
    Given,
    /// When it is one of the first words; the second ones ask for nothing.
    Words(&'static [&'static str], &'static [&'static str]),
    /// When it is one of these words; the others are read elsewhere.
    AmongOthers(&'static [&'static str]),
    /// Whenever it is written, unless with an empty list; it is checked elsewhere and only warned of.
    Unused,
}

struct Row {
    table: &'static Schema,
    key: &'static str,
    asks: Asks,
    remedy: &'static str,
}

const fn row(table: &'static Schema, key: &'static str, asks: Asks, remedy: &'static str) -> Row {
    Row { table, key, asks, remedy }
}

const SLED: &str = "take it out; backend = \"sled\" needs nothing but a path";
const TAKE_OUT: &str = "take it out";

#[rustfmt::skip]
static ROWS: &[Row] = &[
    row(&schema::ROOT, "admins", Asks::Given, "write admins = []; there is no /setup yet"),
    row(&schema::STORE, "backend", Asks::AmongOthers(&["postgres"]), "write backend = \"sled\" and run one instance"),
    row(&schema::STORE, "url", Asks::Given, SLED),
    row(&schema::STORE, "host", Asks::Given, SLED),
    row(&schema::STORE, "port", Asks::Given, SLED),
    row(&schema::STORE, "user", Asks::Given, SLED),
    row(&schema::STORE, "password", Asks::Given, SLED),
    row(&schema::STORE, "password_file", Asks::Given, SLED),
    row(&schema::STORE, "dbname", Asks::Given, SLED),
    row(&schema::STORE, "tls", Asks::Given, SLED),
    row(&schema::STORE, "pool", Asks::Given, SLED),
    row(&schema::KEYS, "ring", Asks::Words(&["store"], &["dir"]), "write ring = \"dir\" and run one instance"),
    row(&schema::KEYS, "ring_key_file", Asks::Given, TAKE_OUT),
    row(&schema::CONNECTION, "events", Asks::Given, "take it out; members who leave are noticed at their next refresh"),
    row(&schema::LIFETIMES, "sweep", Asks::Unused, "leave it out, or keep it for a later version"),
];

/// Notes everything in a table that asks for what is not there.
pub(super) fn check(section: &Section<'_>, table: &str) {
    for row in ROWS.iter().filter(|row| row.table.table == table) {
        check_row(section, row);
    }
}

fn check_row(section: &Section<'_>, row: &Row) {
    let Some(value) = section.get(row.key).map(toml::Spanned::get_ref) else { return };
    let (note, severity) = ("not available in this version", Severity::NotAvailable);
    let asks = match &row.asks {
        Asks::Given => !is_empty(value),
        Asks::Words(asked, fine) => section.text(row.key).is_some_and(|text| one_of(section, &text, asked, fine)),
        Asks::AmongOthers(asked) => section.text(row.key).is_some_and(|text| asked.contains(&text.value.as_str())),
        Asks::Unused => {
            if !is_empty(value) {
                let what = "nothing uses it yet in this version".to_owned();
                section.reading.note(&section.place_of(row.key), what, row.remedy.to_owned(), Severity::Warning);
            }
            false
        }
    };
    if asks {
        section.reading.note(&section.place_of(row.key), note.to_owned(), row.remedy.to_owned(), severity);
    }
}

fn one_of(section: &Section<'_>, text: &Found<String>, asked: &[&'static str], fine: &[&'static str]) -> bool {
    let word = text.value.as_str();
    if !asked.contains(&word) && !fine.contains(&word) {
        section.unknown_word(text, fine);
    }
    asked.contains(&word)
}

fn is_empty(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Array(list) => list.is_empty(),
        DeValue::Table(table) => table.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{GOOD, assert_only, problems, with};
    use super::*;

    /// The good text with one line put into the table of a row.
    fn with_key(table: &str, line: &str) -> (String, String) {
        let agent = "agent_id = 1000002";
        match table {
            "" => (format!("{line}\n{GOOD}"), String::new()),
            "wecom.NAME" => (with(agent, &format!("{agent}\n{line}")), "wecom.main.".into()),
            "clients" => (format!("{GOOD}{line}\n"), "clients[0].".into()),
            other => (format!("{GOOD}[{other}]\n{line}\n"), format!("{other}.")),
        }
    }

    fn severity_of(row: &Row, value: &str) -> Vec<Severity> {
        let (text, prefix) = with_key(row.table.table, &format!("{} = {value}", row.key));
        let way = format!("{prefix}{}", row.key);
        problems(&text).into_iter().filter(|(key, ..)| *key == way).map(|(.., severity)| severity).collect()
    }

    #[test]
    fn each_line_of_the_table_is_answered() {
        for row in ROWS {
            assert!(row.table.keys.contains(&row.key), "{}", row.key);
            let asking = match (&row.asks, row.key) {
                (Asks::Given, "events") => "{ x = 1 }".to_owned(),
                (Asks::Given, _) => "[\"x\"]".to_owned(),
                (Asks::Words(asked, _) | Asks::AmongOthers(asked), _) => format!("\"{}\"", asked[0]),
                (Asks::Unused, _) => "\"30s\"".to_owned(),
            };
            let expected = if matches!(row.asks, Asks::Unused) { Severity::Warning } else { Severity::NotAvailable };
            assert_eq!(severity_of(row, &asking), [expected], "{} = {asking}", row.key);
        }
    }

    #[test]
    fn the_values_that_ask_for_nothing_are_silent() {
        for row in ROWS {
            let silent: Vec<String> = match &row.asks {
                Asks::Words(_, fine) => fine.iter().map(|word| format!("\"{word}\"")).collect(),
                Asks::Given if row.key == "admins" => vec!["[]".into()],
                _ => continue,
            };
            for value in silent {
                assert_eq!(severity_of(row, &value), [], "{} = {value}", row.key);
            }
        }
    }

    #[test]
    fn a_word_out_of_the_environment_is_answered_too() {
        let text = format!("{GOOD}[store]\nbackend = \"${{SET}}\"\n");
        assert_only(&text, "store.backend", 13, Severity::Error);
    }

    #[test]
    fn a_word_that_nobody_knows_is_an_error_and_not_a_thing_of_the_future() {
        let key = "introspection_signed_response_alg";
        assert_only(&format!("{GOOD}{key} = \"RS255\"\n"), &format!("clients[0].{key}"), 12, Severity::Error);
        assert_only(&format!("{GOOD}{key} = 1\n"), &format!("clients[0].{key}"), 12, Severity::Error);
    }
}
