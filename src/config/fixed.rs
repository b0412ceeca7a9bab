//! What a running server cannot change: a reload that would is refused as a whole, key by key.

use super::model::{Config, StoreBackend};
use super::reading::Place;
use super::schema;
use super::section::Section;

const WHAT: &str = "cannot change while the server runs";
const REMEDY: &str = "restart for this, or write what it was";

/// Notes every key whose new value only a restart can bring.
pub(super) fn check(root: &Section<'_>, running: &Config, new: &Config) {
    let server = root.table("server", &schema::SERVER);
    let store = root.table("store", &schema::STORE);
    let keys = root.table("keys", &schema::KEYS);
    let refuse = |differs: bool, place: &dyn Fn() -> Place| {
        if differs {
            root.reading.error(&place(), WHAT, REMEDY);
        }
    };
    refuse(new.issuer != running.issuer, &|| root.place_of("issuer"));
    refuse(new.server.listen != running.server.listen, &|| server.place_of("listen"));
    refuse(new.server.admin_listen != running.server.admin_listen, &|| server.place_of("admin_listen"));
    // Which files is free, and they are read anew; whether there is TLS at all belongs to the listener.
    refuse(new.server.tls.is_some() != running.server.tls.is_some(), &|| server.place_of("tls_cert"));
    match (&running.store, &new.store) {
        (StoreBackend::Sled { path: before }, StoreBackend::Sled { path: after }) => {
            refuse(before != after, &|| store.place_of("path"));
        }
        (before, after) => refuse(before != after, &|| store.place_of("backend")),
    }
    refuse(new.keys.dir != running.keys.dir, &|| keys.place_of("dir"));
    refuse(new.keys.ring != running.keys.ring, &|| keys.place_of("ring"));
}

#[cfg(test)]
mod tests {
    use super::super::load::{load_text, reload_text};
    use super::super::testing::{Fake, GOOD};
    use std::path::Path;

    fn refused(before: &str, after: &str) -> Vec<(String, Option<usize>)> {
        let folder = Path::new("/nowhere");
        let running = load_text(before, folder, &Fake(&[])).expect("good").config;
        let report = reload_text(after, folder, &Fake(&[]), &running).expect_err("refused");
        report.problems.into_iter().map(|problem| (problem.key, problem.line)).collect()
    }

    #[test]
    fn every_key_that_needs_a_restart_is_named_with_its_line() {
        let after = format!(
            "{}\n[server]\nlisten = \"127.0.0.1:9090\"\nadmin_listen = \"127.0.0.1:9091\"\n[store]\nbackend = \"memory\"\n[keys]\ndir = \"other\"\n",
            GOOD.replace("https://login.example.com", "https://sign-in.example.com")
        );
        let expected = ["issuer", "server.listen", "server.admin_listen", "store.backend", "keys.dir"];
        let found = refused(GOOD, &after);
        assert_eq!(found.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), expected);
        assert!(found.iter().all(|(_, line)| line.is_some()), "{found:?}");
    }

    #[test]
    fn a_key_that_is_taken_out_is_named_too() {
        let before = format!("{GOOD}\n[store]\npath = \"elsewhere\"\n");
        assert_eq!(refused(&before, GOOD), [("store.path".to_owned(), None)]);
    }

    #[test]
    fn everything_else_may_change() {
        let running = load_text(GOOD, Path::new("/nowhere"), &Fake(&[])).expect("good").config;
        let after = format!(
            "{}\n[server]\ntrusted_proxies = [\"::1\"]\n[keys]\nrotate_every = \"30d\"\n[lifetimes]\nsession = \"1h\"\n[limits]\naddress_per_minute = 7\n[brand]\nname = \"x\"\n",
            GOOD.replace("wecom-secret-of-the-tests", "another-secret").replace("[wecom.main]", "[wecom.other]")
        );
        let loaded = reload_text(&after, Path::new("/nowhere"), &Fake(&[]), &running);
        assert!(loaded.is_ok(), "{loaded:?}");
    }
}
