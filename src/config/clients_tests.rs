//! What is asked of a relying party: who may come in, and where they may be sent.

use super::super::client::Allow;
use super::super::report::Severity::{Error, Warning};
use super::super::testing::{GOOD, assert_only, client, problems, read, with, with_client};
use crate::domain::client::{PhoneFormat, PhonePolicy, Profile, SubjectSource};

const REDIRECT: &str = "redirect_uris = [\"https://nb.example.com/api/oidc:redirect\"]";

#[test]
fn the_defaults_of_a_client_are_the_careful_ones() {
    let client = client(GOOD);
    assert_eq!((client.name.as_str(), client.profile), ("nb", Profile::Standard));
    assert_eq!((client.phone, client.phone_format), (PhonePolicy::Wanted, PhoneFormat::E164));
    assert_eq!((client.subject, client.allow), (SubjectSource::Hmac, None));
    assert_eq!(client.connections.iter().map(ToString::to_string).collect::<Vec<_>>(), ["main"]);
}

#[test]
fn nocobase_gets_the_number_as_people_type_it_unless_told_otherwise() {
    assert_eq!(client(&with_client("profile = \"nocobase\"")).phone_format, PhoneFormat::National);
    let other = "profile = \"nocobase\"\nphone_format = \"e164\"";
    assert_eq!(client(&with_client(other)).phone_format, PhoneFormat::E164);
}

#[test]
fn no_client_at_all_is_worth_a_word() {
    let start = GOOD.find("[[clients]]").expect("there");
    assert_eq!(problems(&GOOD[..start]), [("clients".to_owned(), None, Warning)]);
    let single = with("[[clients]]", "[clients]");
    assert_only(&single, "clients", 8, Error);
}

#[test]
fn a_client_id_is_there_and_fits_into_an_address_and_is_given_once() {
    assert_only(&with("client_id = \"nb\"", ""), "clients[0].client_id", 8, Error);
    assert_only(&with("client_id = \"nb\"", "client_id = \"n/b\""), "clients[0].client_id", 9, Error);
    let again = &GOOD[GOOD.find("[[clients]]").expect("there")..];
    assert_only(&format!("{GOOD}{again}"), "clients[1].client_id", 13, Error);
}

#[test]
fn redirect_uris_are_there_and_each_is_checked() {
    assert_only(&with(REDIRECT, ""), "clients[0].redirect_uris", 8, Error);
    assert_only(&with(REDIRECT, "redirect_uris = []"), "clients[0].redirect_uris", 11, Error);
    assert_only(&with(REDIRECT, "redirect_uris = \"https://a.example\""), "clients[0].redirect_uris", 11, Error);
    for wrong in ["http://a.example/", "https://a.example/#x", "/cb", "https://u@a.example/", "https://*.example/"] {
        let text = with(REDIRECT, &format!("redirect_uris = [\n\"https://a.example/\",\n\"{wrong}\"]"));
        assert_only(&text, "clients[0].redirect_uris[1]", 13, Error);
        let text = with_client(&format!("post_logout_redirect_uris = [\"{wrong}\"]"));
        assert_only(&text, "clients[0].post_logout_redirect_uris[0]", 12, Error);
    }
}

#[test]
fn plain_http_is_for_loopback_issuers_and_native_clients() {
    let http = with(REDIRECT, "redirect_uris = [\"http://localhost:3000/cb\"]");
    assert_only(&http, "clients[0].redirect_uris[0]", 11, Error);
    assert!(read(&format!("{http}application_type = \"native\"\n")).is_ok());
    let loopback = http.replace("https://login.example.com", "http://127.0.0.1:8080");
    assert!(read(&format!("{loopback}home_url = \"http://localhost:3000/\"\n")).is_ok());
    assert!(read(&loopback.replace("//localhost:3000", "//a.example")).is_err());
}

#[test]
fn pages_of_the_application_are_https_and_a_start_address_has_no_fragment() {
    assert!(read(&with_client("home_url = \"https://a.example/#/admin\"")).is_ok());
    assert_only(&with_client("home_url = \"http://localhost/\""), "clients[0].home_url", 12, Error);
    let start = with_client("initiate_login_uri = \"https://a.example/#x\"");
    assert_only(&start, "clients[0].initiate_login_uri", 12, Error);
}

#[test]
fn a_client_accepts_only_connections_that_exist() {
    assert_only(&with_client("wecom = [\"mian\"]"), "clients[0].wecom[0]", 12, Error);
    assert_only(&with_client("wecom = []"), "clients[0].wecom", 12, Error);
}

#[test]
fn allow_lists_are_folded_and_a_wrong_entry_is_a_problem() {
    let allow = client(&with_client("allow = { departments = [1, 7], userids = [\"ZhangSan\"], tags = [3, 3] }")).allow;
    let expected = Allow { departments: [1, 7].into(), userids: ["zhangsan".to_owned()].into(), tags: [3].into() };
    assert_eq!(allow, Some(expected));
    assert_only(&with_client("allow = { userids = [\"zhang san\"] }"), "clients[0].allow.userids[0]", 12, Error);
    assert_only(&with_client("allow = { departments = [0] }"), "clients[0].allow.departments[0]", 12, Error);
    assert_only(&with_client("allow = { tags = [0] }"), "clients[0].allow.tags[0]", 12, Error);
    assert_only(&with_client("allow = { tags = [\"VPN\"] }"), "clients[0].allow.tags[0]", 12, Error);
    assert_only(
        &with_client("allow = { department = [1] , userids = [\"a\"] }"),
        "clients[0].allow.department",
        12,
        Error,
    );
}

#[test]
fn an_allow_that_names_nobody_is_everyone_and_says_so() {
    let text = with_client("allow = { departments = [], userids = [], tags = [] }");
    assert_only(&text, "clients[0].allow", 12, Warning);
    assert_eq!(client(&text).allow, None);
}

#[test]
fn the_bare_userid_as_subject_is_warned_of_and_excludes_pairwise() {
    assert_only(&with_client("subject = \"userid\""), "clients[0].subject", 12, Warning);
    let text = with_client("subject = \"userid\"\nsubject_type = \"pairwise\"");
    let expected = [("subject", 12, Error), ("subject", 12, Warning)];
    assert_eq!(problems(&text), expected.map(|(key, line, s)| (format!("clients[0].{key}"), Some(line), s)));
}

#[test]
fn a_number_that_is_required_and_never_released_is_warned_of() {
    let keys = "phone = \"required\"\nscope = \"openid\"";
    assert_only(&with_client(keys), "clients[0].scope", 13, Warning);
    assert_eq!(problems(&with_client(&format!("{keys}\nprofile = \"nocobase\""))), []);
    assert_eq!(problems(&with_client("phone = \"required\"")), []);
}

#[test]
fn a_client_without_a_good_id_hides_no_other_problem() {
    let text = format!("{}phone = \"often\"\n[clients.lifetimes]\nx = 1\n", with("client_id = \"nb\"", ""));
    let keys: Vec<String> = problems(&text).into_iter().map(|(key, ..)| key).collect();
    assert_eq!(keys, ["clients[0].client_id", "clients[0].phone", "clients[0].lifetimes.x"]);
}
