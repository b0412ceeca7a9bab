//! What the documents say of the tests, held against them.

use std::collections::BTreeSet;

use super::{files, text};

/// The words in backticks that look like the name of a test: small letters, and three joints at least.
fn named_tests(document: &str) -> BTreeSet<String> {
    let words = document.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let is_name = |word: &&str| {
        word.matches('_').count() >= 3
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    words.filter(is_name).map(str::to_owned).collect()
}

/// Every function of the sources and the tests, and every word that a macro may make one of.
fn functions() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in files("src").into_iter().chain(files("tests")).chain(files("sim")) {
        for line in text.lines().map(str::trim) {
            if let Some((_, rest)) = line.split_once("fn ") {
                found.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
            found.extend(line.trim_end_matches(',').rsplit(' ').next().map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_test_that_the_documents_name_exists() {
    let known = functions();
    for path in ["docs/protocol.md", "docs/security.md"] {
        let document = text(path);
        let named = named_tests(&document);
        assert!(named.len() > 50, "{path}: {}", named.len());
        // Metadata and parameters are written in the same way.
        let gone: Vec<_> = named.iter().filter(|name| !known.contains(*name) && !is_protocol(name)).collect();
        assert!(gone.is_empty(), "{path} names what is not there: {gone:#?}");
    }
}

/// Registered names and keys of the configuration that have as many joints as a test.
fn is_protocol(name: &str) -> bool {
    ["_supported", "_uri", "_uris", "_alg", "_requests", "_required"].iter().any(|end| name.ends_with(end))
}

#[test]
fn the_chapter_of_conformance_modules_names_each_of_them_once() {
    let document = text("docs/protocol.md");
    let (_, chapter) = document.split_once("## Conformance modules").expect("the chapter");
    let chapter = chapter.split_once("\n## ").expect("its end").0;
    let rows: Vec<&str> = chapter.lines().filter(|line| line.starts_with("| `oidcc-")).collect();
    let plans = text("tests/it/conformance/plans.rs") + &text("tests/it/conformance/config.rs");
    let modules: BTreeSet<&str> = plans
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with("oidcc_"))
        .collect();
    assert!(modules.len() > 35, "{}", modules.len());
    for module in modules {
        let name = format!("`{}`", module.replace('_', "-"));
        let first = |row: &&&str| row.split('|').nth(1).is_some_and(|cell| cell.contains(&name));
        assert_eq!(rows.iter().filter(first).count(), 1, "{name}");
    }
}
