//! `admins`, and the names of connections wherever a list speaks of them.

use std::collections::BTreeSet;

use crate::domain::ids::{ConnectionName, UserId};

use super::reading::{Found, Place, Reading};
use super::schema::nearest;
use super::section::Section;

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

#[cfg(test)]
mod tests {
    use super::super::report::Severity::{Error, NotAvailable};
    use super::super::testing::{GOOD, problems};

    #[test]
    fn admins_are_members_of_known_connections() {
        let admins = |list: &str| problems(&format!("admins = [{list}]\n{GOOD}"));
        let unavailable = || ("admins".to_owned(), Some(1), NotAvailable);
        assert_eq!(admins(""), []);
        assert_eq!(admins("\"wenli\", \"main:wenli\""), [unavailable()]);
        for wrong in ["\"mian:wenli\"", "\"wen li\"", "\"main:\""] {
            assert_eq!(admins(wrong), [unavailable(), ("admins[0]".to_owned(), Some(1), Error)], "{wrong}");
        }
    }
}
