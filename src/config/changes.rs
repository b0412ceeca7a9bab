//! What differs between two configurations, in words for the log: names of clients, connections and sections, no value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::model::Config;

/// The names of everything that differs, in the order of the file.
pub fn changes(before: &Config, after: &Config) -> Vec<String> {
    let mut changed = Vec::new();
    let mut section = |differs: bool, name: &str| changed.extend(differs.then(|| name.to_owned()));
    section(before.admins != after.admins, "admins");
    section(before.server != after.server, "server");
    section(before.keys != after.keys, "keys");
    section(before.lifetimes != after.lifetimes, "lifetimes");
    section(before.limits != after.limits, "limits");
    section(before.outbound != after.outbound, "outbound");
    section(before.brand != after.brand, "brand");
    changed.extend(tables("connection", &before.connections, &after.connections));
    changed.extend(tables("client", &before.clients, &after.clients));
    changed
}

fn tables<K: Ord + Display, T: PartialEq>(kind: &str, before: &BTreeMap<K, T>, after: &BTreeMap<K, T>) -> Vec<String> {
    let names: BTreeSet<&K> = before.keys().chain(after.keys()).collect();
    let said = names.into_iter().filter_map(|name| match (before.get(name), after.get(name)) {
        (None, _) => Some(format!("{kind} {name} (new)")),
        (_, None) => Some(format!("{kind} {name} (gone)")),
        (Some(old), Some(new)) => (old != new).then(|| format!("{kind} {name}")),
    });
    said.collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{GOOD, read};
    use super::*;

    fn between(before: &str, after: &str) -> Vec<String> {
        changes(&read(before).expect("good").config, &read(after).expect("good").config)
    }

    #[test]
    fn what_differs_is_named_and_nothing_of_its_content() {
        assert_eq!(between(GOOD, GOOD), Vec::<String>::new());
        let other = GOOD.replace("wecom-secret-of-the-tests", "another-one").replace("client-secret", "other-secret");
        assert_eq!(between(GOOD, &other), ["connection main", "client nb"]);
        let renamed = GOOD.replace("\"nb\"", "\"app\"") + "[limits]\naddress_per_minute = 1\n";
        assert_eq!(between(GOOD, &renamed), ["limits", "client app (new)", "client nb (gone)"]);
    }
}
