//! The pages of the sample application and of the simulated phone.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::phone::Origins;
use super::relying_party::SignedIn;
use super::settings::{WITH_PHONE, WITHOUT};
use super::texts::{self, Texts};
use crate::domain::language::Language;

type Html = Result<String, askama::Error>;

/// The claims that people look for first.
const FIRST: [&str; 7] =
    ["name", "preferred_username", "phone_number", "phone_number_verified", "email", "email_verified", "sub"];

/// What a page has to say when a sign-in did not come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The answer belongs to no sign-in of this browser.
    Mismatch,
    /// The provider said no.
    Refused,
    /// The answer could not be used.
    Failed,
    /// A sign-in begun by somebody who is not our provider, or that leads away.
    Foreign,
    /// There is no such page.
    NotFound,
}

#[derive(Template)]
#[template(path = "home.html", config = "src/cli/demo/pages/askama.toml")]
struct Home<'a> {
    language: Language,
    t: &'static Texts,
    issuer: &'a str,
    workbench: String,
    name: Option<&'a str>,
}

/// What the demo is, and what to try; with the name of whoever is signed in.
pub fn home(language: Language, issuer: &str, name: Option<&str>) -> Html {
    let workbench = link("/phone", &format!("{issuer}/open/{WITH_PHONE}"));
    Home { language, t: texts::of(language), issuer, workbench, name }.render()
}

#[derive(Template)]
#[template(path = "me.html", config = "src/cli/demo/pages/askama.toml")]
struct Me<'a> {
    language: Language,
    t: &'static Texts,
    name: String,
    client: &'a str,
    claims: Vec<(&'a str, &'static str, String)>,
    header: String,
    payload: String,
}

/// What the application was told.
pub fn me(language: Language, signed_in: &SignedIn) -> Html {
    let t = texts::of(language);
    let mut claims: Vec<_> = signed_in.claims.iter().collect();
    claims.sort_by_key(|(name, _)| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    let claims = claims.into_iter().map(|(name, value)| (name.as_str(), t.claim(name), plain(value)));
    let token = signed_in.id_token.to_string();
    let part = |number: usize| pretty(token.split('.').nth(number).unwrap_or_default());
    let name = name_of(&signed_in.claims);
    let (header, payload) = (part(0), part(1));
    Me { language, t, name, client: signed_in.client, claims: claims.collect(), header, payload }.render()
}

/// How somebody is called.
pub fn name_of(claims: &Map<String, Value>) -> String {
    let known = ["name", "preferred_username", "sub"].iter().find_map(|claim| claims.get(*claim)?.as_str());
    known.unwrap_or_default().to_owned()
}

#[derive(Template)]
#[template(path = "problem.html", config = "src/cli/demo/pages/askama.toml")]
struct ProblemPage<'a> {
    language: Language,
    t: &'static Texts,
    said: (&'static str, &'static str),
    detail: &'a str,
}

/// Why nobody is signed in; `detail` is what the provider or the library said.
pub fn problem(language: Language, problem: Problem, detail: &str) -> Html {
    let t = texts::of(language);
    ProblemPage { language, t, said: t.problem(problem), detail }.render()
}

#[derive(Template)]
#[template(path = "phone.html", config = "src/cli/demo/pages/askama.toml")]
struct Phone<'a> {
    language: Language,
    t: &'static Texts,
    screen: &'a str,
}

/// The phone, with what its screen shows first.
pub fn phone(language: Language, screen: &str) -> Html {
    Phone { language, t: texts::of(language), screen }.render()
}

#[derive(Template)]
#[template(path = "workbench.html", config = "src/cli/demo/pages/askama.toml")]
struct Workbench {
    language: Language,
    t: &'static Texts,
    apps: [(&'static str, String, &'static str); 2],
}

/// The workbench: the applications of the corp.
pub fn workbench(language: Language, origins: &Origins) -> Html {
    let t = texts::of(language);
    let app = |client: &'static str, name: &'static str| {
        let entry = origins.bridge().join(&format!("open/{client}"));
        (client, entry.map_or_else(|_| String::new(), |entry| link("/phone/screen", entry.as_str())), name)
    };
    Workbench { language, t, apps: [app(WITH_PHONE, t.sample), app(WITHOUT, t.sample_free)] }.render()
}

#[derive(Template)]
#[template(path = "stopped.html", config = "src/cli/demo/pages/askama.toml")]
struct Stopped<'a> {
    language: Language,
    t: &'static Texts,
    elsewhere: bool,
    bridge: &'a str,
}

/// The phone has no page to show.
pub fn stopped(language: Language, elsewhere: bool, bridge: &str) -> Html {
    Stopped { language, t: texts::of(language), elsewhere, bridge }.render()
}

fn link(path: &str, open: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("open", open).finish();
    [path, "?", &query].concat()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A part of a JWT to be read by people.
fn pretty(part: &str) -> String {
    let json = URL_SAFE_NO_PAD.decode(part).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    json.and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_on_every_page() {
        let evil = "<script>\"'&";
        let home = home(Language::English, "http://127.0.0.1:1", Some(evil)).unwrap();
        let problem = problem(Language::Chinese, Problem::Refused, evil).unwrap();
        let phone = phone(Language::English, "/phone/screen?open=\"><script>").unwrap();
        for page in [home, problem, phone] {
            assert!(!page.contains("<script") && page.contains("&#60;script&#62;"), "{page}");
        }
    }

    #[test]
    fn both_languages_offer_the_same_things() {
        for language in [Language::Chinese, Language::English] {
            let page = home(language, "http://127.0.0.1:1", None).unwrap();
            for id in ["demo-computer", "demo-workbench", "demo-phone", "demo-free", "phone-address", "phone-open"] {
                assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
            }
            assert!(page.contains(&format!("<html lang=\"{}\"", language.tag())));
        }
    }
}
