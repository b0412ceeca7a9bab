//! The table, and the reading of paths against it.

use std::collections::BTreeSet;

use super::source::code_of;

/// A module of the top level and what it may use besides itself.
pub struct Layer {
    /// Its name.
    pub module: &'static str,
    may: &'static [&'static str],
    never: &'static [&'static str],
}

const fn layer(module: &'static str, may: &'static [&'static str], never: &'static [&'static str]) -> Layer {
    Layer { module, may, never }
}

/// Crates that a mind has no use for: web framework, database, HTTP client, pages.
const HANDS: &[&str] = &["actix_web", "sled", "reqwest", "askama"];

/// Layer 3 may use the framework and the pages, but neither database nor HTTP client.
const NO_HANDS: &[&str] = &["sled", "reqwest"];

/// From the bottom to the top.
#[rustfmt::skip]
pub const LAYERS: &[Layer] = &[
    layer("domain", &[], &["actix_web", "sled", "reqwest", "askama", "tokio", "async"]),
    layer("config", &["domain"], HANDS),
    layer("keys", &["domain"], HANDS),
    layer("store", &["domain"], &["actix_web", "reqwest", "askama"]),
    layer("outbound", &["domain"], &["actix_web", "sled", "askama"]),
    layer("wecom", &["domain", "outbound"], &["actix_web", "sled", "askama"]),
    layer("nocobase", &["domain", "outbound"], HANDS),
    layer("directory", &["domain", "config", "keys", "store", "wecom"], HANDS),
    layer("oidc", &["domain", "config", "keys", "store", "wecom", "outbound", "nocobase", "directory"], HANDS),
    layer("login", &["domain", "config", "keys", "store", "wecom", "directory", "oidc"], HANDS),
    layer("web", &["domain", "config", "keys", "store", "wecom", "directory", "oidc", "login"], NO_HANDS),
    layer("serve", &["domain", "config", "keys", "store", "wecom", "outbound", "directory", "oidc", "login", "web", "cli"], &[]),
    layer("cli", &["domain", "config", "keys", "store", "wecom", "outbound", "directory", "oidc", "login", "web", "serve"], &[]),
];

/// What a file uses and may not, in words; `path` as in `src/web/app.rs`.
pub fn violations(path: &str, text: &str) -> Vec<String> {
    let mut place: Vec<&str> = path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    if place.last() == Some(&"mod") {
        place.pop();
    }
    let Some(layer) = LAYERS.iter().find(|layer| layer.module == place[0]) else { return Vec::new() };
    let words = words(&code_of(text));
    let mut found = BTreeSet::new();
    for at in 0..words.len() {
        for module in modules_at(&words[at..], place.len()) {
            let known = LAYERS.iter().any(|other| other.module == module);
            if known && module != layer.module && !layer.may.contains(&module) {
                found.insert(format!("{path}: {} may not use {module}", layer.module));
            }
        }
        let begins = at == 0 || words[at - 1] != "::";
        if begins
            && layer.never.contains(&words[at].as_str())
            && (words[at] == "async" || words.get(at + 1).is_some_and(|next| next == "::"))
        {
            let what = if words[at] == "async" { "async".to_owned() } else { format!("the crate {}", words[at]) };
            found.insert(format!("{path}: {} may not use {what}", layer.module));
        }
    }
    found.into_iter().collect()
}

/// The modules of the top level that a path beginning here names: `crate::x`, `crate::{x, y::z}`, or as many `super` as lead there.
fn modules_at(words: &[String], depth: usize) -> Vec<&str> {
    let supers =
        words.chunks(2).take_while(|pair| pair[0] == "super" && pair.get(1).is_some_and(|w| w == "::")).count();
    let rest = match words.first().map(String::as_str) {
        Some("crate") if words.get(1).is_some_and(|word| word == "::") => &words[2..],
        Some("super") if supers >= depth => &words[supers * 2..],
        _ => return Vec::new(),
    };
    match rest.first().map(String::as_str) {
        Some("{") => heads(&rest[1..]),
        Some(word) => vec![word],
        None => Vec::new(),
    }
}

/// The first words of each path of a group, to its closing brace.
fn heads(words: &[String]) -> Vec<&str> {
    let (mut open, mut fresh, mut found) = (1, true, Vec::new());
    for word in words {
        match word.as_str() {
            "{" => open += 1,
            "}" => open -= 1,
            "," if open == 1 => fresh = true,
            word if fresh => {
                found.push(word);
                fresh = false;
            }
            _ => {}
        }
        if open == 0 {
            break;
        }
    }
    found
}

/// Identifiers, `::`, and single characters.
fn words(code: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut inside = false;
    let mut rest = code.chars().peekable();
    while let Some(c) = rest.next() {
        let letter = c.is_alphanumeric() || c == '_';
        match (letter, inside) {
            (true, true) => words.last_mut().expect("a word").push(c),
            (true, false) => words.push(c.to_string()),
            (false, _) if c == ':' && rest.peek() == Some(&':') => {
                rest.next();
                words.push("::".to_owned());
            }
            (false, _) if !c.is_whitespace() => words.push(c.to_string()),
            (false, _) => {}
        }
        inside = letter;
    }
    words
}
