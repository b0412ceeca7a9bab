//! The layers of the house (`src/lib.rs`, design §7) and what it is built of, held against the code by reading it.

mod advisories;
mod documents;
mod layers;
mod source;

use std::path::{Path, PathBuf};

use layers::{LAYERS, violations};

/// Every Rust file below a folder, with its text.
fn files(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let name = path.strip_prefix(root).expect("below the root").to_str().expect("a name").to_owned();
                found.push((name, std::fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

/// A file of the project.
fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a text")
}

#[test]
fn a_module_uses_only_what_stands_below_it() {
    let wrong: Vec<String> = files("src").iter().flat_map(|(path, text)| violations(path, text)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_names_every_module_and_the_documentation_does_too() {
    let lib = files("src").into_iter().find(|(path, _)| path == "src/lib.rs").expect("lib.rs").1;
    let mut declared: Vec<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let mut table: Vec<&str> = LAYERS.iter().map(|layer| layer.module).collect();
    declared.sort_unstable();
    table.sort_unstable();
    assert_eq!(declared, table);
    for module in table {
        assert!(
            lib.lines().any(|line| line.starts_with("//! |") && line.contains(&format!("[`{module}`]"))),
            "{module}"
        );
    }
}

#[test]
fn every_module_opens_with_what_it_owns() {
    for (path, text) in files("src").into_iter().chain(files("sim/src")) {
        assert!(text.starts_with("//! "), "{path} has no //! at its beginning");
    }
}

#[test]
fn the_check_finds_what_it_is_there_to_find() {
    let sample = include_str!("bad_sample.txt");
    let found = violations("src/directory/bad/sample.rs", sample);
    let expected = [
        "src/directory/bad/sample.rs: directory may not use login",
        "src/directory/bad/sample.rs: directory may not use oidc",
        "src/directory/bad/sample.rs: directory may not use serve",
        "src/directory/bad/sample.rs: directory may not use the crate actix_web",
        "src/directory/bad/sample.rs: directory may not use the crate reqwest",
        "src/directory/bad/sample.rs: directory may not use the crate sled",
        "src/directory/bad/sample.rs: directory may not use web",
    ];
    assert_eq!(found, expected);
    // The same text is nothing unusual where everything may be used.
    assert_eq!(violations("src/serve/sample.rs", sample), Vec::<String>::new());
    assert_eq!(violations("src/domain/x.rs", "use crate::store::Store;\nasync fn f() {}\n").len(), 2);
    assert_eq!(violations("src/keys/x.rs", "use super::super::store::Store;\n").len(), 1);
    assert_eq!(violations("src/oidc/x.rs", "use crate::directory::Directory;\n"), Vec::<String>::new());
    assert_eq!(violations("src/oidc/x.rs", "use crate::login::Login;\n").len(), 1);
}
