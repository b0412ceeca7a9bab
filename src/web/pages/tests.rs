//! Every page in both languages: whole, with its ids, without inline code, and deaf to hostile text.

use std::collections::BTreeSet;

use super::samples::{Sample, Words, all};
use super::*;

const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

fn shell(language: Language) -> Shell<'static> {
    Shell { language, base: "", brand_name: "企业微信登录 / WeCom sign-in", logo: false, accent: false }
}

fn usual(language: Language) -> Vec<(String, Vec<&'static str>, String)> {
    all(&shell(language), &Words::usual(language))
        .into_iter()
        .map(|Sample { name, ids, html }| (name, ids, html.expect("a sample renders")))
        .collect()
}

/// The tags of a document: name and the text of the attributes.
fn tags(html: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let after = &rest[start + 1..];
        let mut quoted = false;
        let end = after.find(|c| {
            quoted ^= c == '"';
            c == '>' && !quoted
        });
        let end = end.unwrap_or_else(|| panic!("a tag does not end: {after}"));
        let tag = after[..end].trim_end_matches('/');
        found.push(tag.split_once(char::is_whitespace).unwrap_or((tag, "")));
        rest = &after[end + 1..];
    }
    found
}

/// The attributes of a tag, all of which must be quoted or bare words.
fn attributes(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(['=', ' ', '\n']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-:".contains(&b)), "attribute {name:?} in {text}");
        let value = after.strip_prefix("=\"").map(|v| v.split_once('"').expect("a quote ends"));
        assert!(value.is_some() || !after.starts_with('='), "an unquoted attribute in {text}");
        let (value, after) = value.unwrap_or(("", after));
        found.push((name, value));
        assert!(after.is_empty() || after.starts_with(char::is_whitespace), "attributes run together in {text}");
        rest = after.trim_start();
    }
    found
}

/// Panics when elements are not closed in their order, or ids are not unique; returns the ids.
fn well_formed<'a>(name: &str, html: &'a str) -> BTreeSet<&'a str> {
    const VOID: [&str; 5] = ["!doctype", "meta", "link", "img", "input"];
    const SELF_CLOSED: [&str; 3] = ["path", "rect", "circle"];
    let (mut open, mut ids) = (Vec::new(), BTreeSet::new());
    for (tag, rest) in tags(html) {
        if let Some(closed) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "{name}");
        } else if !VOID.contains(&tag) && !SELF_CLOSED.contains(&tag) {
            open.push(tag);
        }
        for (attribute, value) in attributes(rest) {
            assert!(attribute != "id" || ids.insert(value), "{name}: two of #{value}");
        }
    }
    assert!(open.is_empty(), "{name}: {open:?}");
    ids
}

#[test]
fn every_page_is_whole_and_holds_its_ids_once() {
    for language in LANGUAGES {
        for (name, wanted, html) in usual(language) {
            let ids = well_formed(&name, &html);
            for id in wanted {
                assert!(ids.contains(id), "{name} has no #{id}");
            }
            assert!(html.starts_with(&format!("<!doctype html>\n<html lang=\"{}\">", language.tag())), "{name}");
            assert_eq!((html.matches("<main").count(), html.matches("<h1").count()), (1, 1), "{name}");
            for part in ["name=\"viewport\"", "content=\"no-referrer\"", "content=\"light dark\"", "<title>"] {
                assert!(html.contains(part), "{name} lacks {part}");
            }
            assert!(!html.contains("{{") && !html.contains("{%") && !html.contains("{}"), "{name}");
        }
    }
}

#[test]
fn no_page_carries_code_style_or_a_foreign_file() {
    for language in LANGUAGES {
        for (name, _, html) in usual(language) {
            strict(&name, &html);
        }
    }
}

fn strict(name: &str, html: &str) {
    for (tag, rest) in tags(html) {
        let frame = tag == "iframe"
            && ["signed-out-telling", "account-telling"].iter().any(|telling| name.starts_with(telling));
        assert!(frame || !["style", "iframe", "object", "embed", "base"].contains(&tag), "{name}: <{tag}>");
        let attributes = attributes(rest);
        for (attribute, value) in &attributes {
            assert!(!attribute.starts_with("on") && *attribute != "style", "{name}: {attribute}");
            if frame && *attribute == "src" {
                assert!(value.starts_with("https://"), "{name}: {value}");
            } else if *attribute == "src" || (tag == "link" && *attribute == "href") {
                assert!(value.starts_with("/assets/"), "{name}: {value}");
            }
            if *attribute == "href" || *attribute == "action" {
                assert!(value.starts_with('/') || value.starts_with("https://"), "{name}: {value}");
            }
        }
        if tag == "script" {
            assert!(attributes.iter().any(|(a, _)| *a == "src"), "{name}: an inline script");
            assert!(html.contains("defer></script>"), "{name}: a script with text");
        }
    }
}

#[test]
fn every_class_of_a_page_is_in_the_stylesheet() {
    let sheet = include_str!("../assets/style.css");
    for (name, _, html) in usual(Language::English) {
        for (attribute, value) in tags(&html).into_iter().flat_map(|(_, rest)| attributes(rest)) {
            for class in value.split(' ').filter(|_| attribute == "class") {
                let known = [" ", ",", ":", "\n"].iter().any(|end| sheet.contains(&format!(".{class}{end}")));
                assert!(known, "{name}: .{class}");
            }
        }
    }
}

#[test]
fn threat_30_a_link_that_leaves_tells_the_other_side_nothing() {
    let mut seen = 0;
    for (name, _, html) in usual(Language::English) {
        for (tag, rest) in tags(&html) {
            if tag == "a" && rest.contains("https://nb.example.com") {
                assert!(rest.contains("rel=\"noopener noreferrer\""), "{name}: {rest}");
                seen += 1;
            }
        }
    }
    assert!(seen > 10);
}

#[test]
fn hostile_text_stays_text_in_every_field() {
    let hostile =
        ["\"><script>alert(1)</script>", "javascript:alert(1)", "' onmouseover='x", "</title></main><!--", "{{7*7}}"];
    for language in LANGUAGES {
        for text in hostile {
            let hostile_shell = Shell { brand_name: text, ..shell(language) };
            for Sample { name, html, .. } in all(&hostile_shell, &Words::hostile(text)) {
                // The one page that is nothing without its address refuses; all others lose the link.
                let Ok(html) = html else {
                    assert_eq!(name, "form-post");
                    continue;
                };
                well_formed(&name, &html);
                strict(&name, &html);
                assert_eq!(html.matches("<title>").count(), 1, "{name}");
            }
        }
    }
}

#[test]
fn the_code_on_a_refusal_is_the_exact_text() {
    for language in LANGUAGES {
        for (name, _, html) in usual(language) {
            let Some(code) = name.strip_prefix("refused-").or_else(|| name.strip_prefix("oauth-")) else { continue };
            // What stands behind a hyphen tells refusals of one code apart.
            let code = code.split('-').next().unwrap_or(code);
            let code = if code == "least" { "start_again" } else { code };
            assert!(html.contains(&format!("<code id=\"error-code\">{code}</code>")), "{name}");
            assert!(html.contains("<code id=\"request-id\">7f3k-9q2m-x8vd</code>"), "{name}");
        }
    }
}

#[test]
fn every_refusal_has_words_of_its_own() {
    use crate::domain::refusal::Refusal;
    for language in LANGUAGES {
        let explained = Refusal::ALL.map(|refusal| Texts::of(language).refusals.of(refusal));
        for part in [explained.map(|e| e.title), explained.map(|e| e.happened), explained.map(|e| e.to_do)] {
            assert_eq!(BTreeSet::from(part).len(), Refusal::ALL.len(), "{language:?}");
            assert!(part.iter().all(|text| !text.is_empty()));
        }
    }
}

#[test]
fn members_never_read_the_words_of_the_trade() {
    for language in LANGUAGES {
        for (name, _, html) in usual(language) {
            let main = html.split("<main").nth(1).expect("a page has a main part");
            let mut words = String::new();
            for piece in main.split('<').skip(1) {
                words.push_str(piece.split_once('>').map_or("", |(_, text)| text));
                words.push('\n');
            }
            // The one line that is written for developers.
            let words = words.replace(Words::usual(language).detail, "").to_lowercase();
            for word in ["oidc", "oauth", "token", "redirect", "callback", "令牌", "回调"] {
                assert!(!words.contains(word), "{name} says {word}");
            }
        }
    }
}

#[test]
fn an_issuer_with_a_path_and_a_brand_finds_its_files_below_it() {
    let shell = Shell { base: "/sso", logo: true, accent: true, ..shell(Language::Chinese) };
    let page = Guide {
        client_name: "NocoBase",
        member_name: None,
        phone_link: "https://login.example.com/sso/login/1/phone",
        continue_href: "/sso/login/1/continue",
        place: "login.example.com",
        events_href: "/sso/login/1/waiting",
        seconds: 600,
        card_asked: false,
        not_yet: false,
        refresh_seconds: 0,
    };
    let html = guide(&shell, &page).expect("a sample renders");
    for file in ["style.css", "brand.css", "logo", "waiting.js", "mark.svg"] {
        assert!(html.contains(&format!("\"/sso/assets/{file}\"")), "{file}");
    }
    assert!(html.contains("data-status=\"/sso/login/1/continue?status=1\""));
    assert!(html.contains("data-events=\"/sso/login/1/waiting\""));
    assert!(!html.contains("http-equiv=\"refresh\""));
}

/// For looking at the pages: `WECOM_OIDC_PAGES_DIR=/tmp/pages cargo test the_pages_can_be_looked_at`,
/// then serve that folder.
#[test]
#[allow(clippy::disallowed_methods, reason = "a folder for people to look into, never read by the program")]
fn the_pages_can_be_looked_at() {
    let Some(folder) = std::env::var_os("WECOM_OIDC_PAGES_DIR").map(std::path::PathBuf::from) else { return };
    let assets = folder.join("assets");
    std::fs::create_dir_all(&assets).expect("the folder can be made");
    for asset in crate::web::assets::ASSETS {
        std::fs::write(assets.join(asset.name), asset.bytes).expect("a file can be written");
    }
    for language in LANGUAGES {
        for (name, _, html) in usual(language) {
            let file = folder.join(format!("{name}.{}.html", language.tag()));
            std::fs::write(file, html).expect("a page can be written");
        }
    }
}
