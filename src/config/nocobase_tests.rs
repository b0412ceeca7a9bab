//! What may stand in `[clients.nocobase]`, and beside it.

use secrecy::ExposeSecret as _;

use super::super::report::Severity::{Error, Warning};
use super::super::testing::{assert_only, client, problems, read, with_client};
use super::*;

const WHOLE: &str = "url = \"https://nb.example.com\"\napi_key = \"key-of-the-tests\"\nauthenticator = \"wecom\"\n";

/// The table begins on line 13, its first key stands on line 14.
fn with(lines: &str) -> String {
    with_client(&format!("phone = \"required\"\n[clients.nocobase]\n{lines}"))
}

fn table(lines: &str) -> Nocobase {
    client(&with(&format!("{WHOLE}{lines}"))).nocobase.expect("a table")
}

#[test]
fn three_keys_are_enough_and_the_rest_has_careful_defaults() {
    let read = table("");
    assert_eq!((read.url.as_str(), read.authenticator.as_str()), ("https://nb.example.com/", "wecom"));
    assert_eq!(read.api_key.secret().expose_secret(), "key-of-the-tests");
    assert_eq!((read.unmatched, read.on_trouble), (Unmatched::Leave, OnTrouble::Allow));
    assert_eq!(read.protected_roles, ["admin".to_owned(), "root".to_owned()].into());
    let other = table("unmatched = \"create\"\non_trouble = \"refuse\"\nprotected_roles = [\"root\", \"boss\"]");
    assert_eq!((other.unmatched, other.on_trouble), (Unmatched::Create, OnTrouble::Refuse));
    assert_eq!(other.protected_roles, ["boss".to_owned(), "root".to_owned()].into());
    assert_eq!(table("unmatched = \"refuse\"").unmatched, Unmatched::Refuse);
    assert_eq!(client(super::super::testing::GOOD).nocobase, None);
}

#[test]
fn each_of_the_three_keys_is_asked_for() {
    let all = |key: &str| (format!("clients[0].nocobase.{key}"), Some(13), Error);
    assert_eq!(problems(&with("")), ["url", "authenticator", "api_key"].map(all));
    for key in ["url", "authenticator", "api_key"] {
        let lines: Vec<&str> = WHOLE.lines().filter(|line| !line.starts_with(key)).collect();
        assert_only(&with(&lines.join("\n")), &format!("clients[0].nocobase.{key}"), 13, Error);
    }
}

#[test]
fn threat_35_the_key_goes_to_one_plain_place() {
    let url = |text: &str| with(&WHOLE.replace("https://nb.example.com", text));
    for (good, kept) in [
        ("https://nb.example.com:8443/", "https://nb.example.com:8443/"),
        ("https://example.com/nocobase", "https://example.com/nocobase/"),
        ("http://127.0.0.1:13000", "http://127.0.0.1:13000/"),
        ("http://localhost:13000/nb", "http://localhost:13000/nb/"),
    ] {
        assert_eq!(client(&url(good)).nocobase.expect("good").url.as_str(), kept);
    }
    for bad in [
        "http://nb.example.com",
        "ftp://nb.example.com",
        "nb.example.com",
        "https://user:word@nb.example.com",
        "https://nb.example.com/?a=b",
        "https://nb.example.com/#x",
        "https://nb.example.com//x",
        "https://nb.example.com/a%2fb",
        "https://nb.example.com/a:b",
        "https://nb.example.com/api",
        "https://nb.example.com/api/",
        "https://nb.example.com/nb/admin",
        "https://*.example.com",
    ] {
        assert_only(&url(bad), "clients[0].nocobase.url", 14, Error);
    }
}

#[test]
fn threat_31_the_key_is_shown_nowhere() {
    let text = with(WHOLE);
    assert!(!format!("{:?}", client(&text)).contains("key-of-the-tests"));
    let broken = with(&WHOLE.replace("key-of-the-tests", "key-of the\\ttests"));
    let report = read(&broken).expect_err("a tab");
    assert!(!format!("{report:?}").contains("key-of"), "{report:?}");
    assert_only(&broken, "clients[0].nocobase.api_key", 15, Error);
    let changed = text.replace("key-of-the-tests", "another-key");
    assert_ne!(client(&text).nocobase, client(&changed).nocobase);
}

#[test]
fn the_key_may_stand_in_a_file_or_come_out_of_the_environment() {
    let from = WHOLE.replace("key-of-the-tests", "${SET}");
    assert_eq!(
        client(&with(&from)).nocobase.expect("good").api_key.secret().expose_secret(),
        "a-value-of-the-environment"
    );
    let both = format!("{WHOLE}api_key_file = \"nb.key\"\n");
    assert_only(&with(&both), "clients[0].nocobase.api_key_file", 17, Error);
}

#[test]
fn words_and_roles_are_checked() {
    assert_only(&with(&format!("{WHOLE}unmatched = \"crate\"")), "clients[0].nocobase.unmatched", 17, Error);
    assert_only(&with(&format!("{WHOLE}on_trouble = \"ignore\"")), "clients[0].nocobase.on_trouble", 17, Error);
    assert_only(
        &with(&format!("{WHOLE}protected_roles = [\"root\", \" \"]")),
        "clients[0].nocobase.protected_roles[1]",
        17,
        Error,
    );
    for lone in ["[]", "[\"admin\"]"] {
        let text = with(&format!("{WHOLE}protected_roles = {lone}"));
        assert_only(&text, "clients[0].nocobase.protected_roles", 17, Warning);
    }
    assert_only(&with(&format!("{WHOLE}api_url = \"x\"")), "clients[0].nocobase.api_url", 17, Error);
}

#[test]
fn threat_24_a_client_without_numbers_or_with_movable_subjects_has_no_such_table() {
    let beside = |lines: &str| with_client(&format!("{lines}\n[clients.nocobase]\n{WHOLE}"));
    assert_only(&beside("phone = \"never\""), "clients[0].nocobase", 13, Error);
    assert_only(&beside("phone = \"wanted\""), "clients[0].nocobase", 13, Warning);
    let userid = problems(&beside("phone = \"required\"\nsubject = \"userid\""));
    assert_eq!(userid.iter().filter(|(key, ..)| key == "clients[0].subject").count(), 2, "{userid:?}");
    assert!(userid.iter().any(|(.., severity)| *severity == Error));
}

#[test]
fn the_address_is_one_that_we_visit() {
    let client = client(&with(WHOLE));
    let visited: Vec<_> = client.visited().map(|(key, url)| (key, url.as_str().to_owned())).collect();
    assert_eq!(visited, [("nocobase.url", "https://nb.example.com/".to_owned())]);
}
