//! What must not be read anywhere: collected from the wire, the folder of keys and the directory of people.
//!
//! Whatever is not named as public here counts as a secret, so a new parameter or field is looked for by itself.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use super::tap::{Message, Tap, header};

/// How far a value may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// To nobody but the one it is for: tokens, cookies, keys, client secrets.
    Secret,
    /// A userid, a name, a number, an address of mail.
    Person,
    /// Travels in addresses by design and is worth nothing alone: codes, states, nonces, ids of transactions.
    Passing,
    /// Stands in a form of ours.
    Form,
}

/// Parameters that say nothing about anybody.
const PUBLIC_PARAMETERS: &[&str] = &[
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "prompt",
    "max_age",
    "ui_locales",
    "grant_type",
    "token_type_hint",
    "iss",
    "error",
    "error_description",
    "appid",
    "agentid",
    "login_type",
    "corpid",
    "lang",
    "wecom",
    "post_logout_redirect_uri",
    "code_challenge_method",
    "decision",
    "client_assertion_type",
    "to",
    "resource",
];
/// Fields that say nothing about anybody.
const PUBLIC_FIELDS: &[&str] = &[
    "errcode",
    "errmsg",
    "token_type",
    "client_id",
    "scope",
    "error",
    "error_description",
    "iss",
    "aud",
    "azp",
    "locale",
    "zoneinfo",
    "acr",
    "redirect_domain",
    "close",
    "agentid",
    "expires_in",
    "amr",
    "client_id",
    "tagname",
];
const PASSING: [&str; 7] = ["code", "state", "nonce", "code_challenge", "session_state", "login_hint", "request"];
const PERSON: [&str; 5] = ["userid", "name", "mobile", "email", "biz_mail"];

/// Values with the strictest kind they were seen as.
#[derive(Default)]
pub struct Ledger(BTreeMap<String, Kind>);

impl Ledger {
    /// A value.
    pub fn note(&mut self, kind: Kind, text: &str) {
        // Shorter ones are words of every language; a Chinese name of two characters has six bytes.
        if text.len() >= 4 {
            let known = self.0.entry(text.to_owned()).or_insert(kind);
            *known = (*known).min(kind);
        }
    }

    /// All values that may not stand where these kinds are at home.
    pub fn without(&self, at_home: &[Kind]) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(_, kind)| !at_home.contains(kind)).map(|(text, _)| text.as_str())
    }

    /// How many there are of a kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.0.values().filter(|known| **known == kind).count()
    }

    /// Whether this very value was seen.
    pub fn knows(&self, text: &str) -> bool {
        self.0.contains_key(text)
    }

    /// Everything that went over this wire.
    pub fn read(&mut self, tap: &Tap) {
        for request in tap.requests() {
            self.target(request.target());
            self.headers(&request);
            self.body(&request.body);
        }
        for answer in tap.answers() {
            for location in header(&answer.head, "location") {
                self.target(location);
            }
            self.headers(&answer);
            self.body(&answer.body);
        }
    }

    /// The files of the keys' folder, line by line.
    pub fn read_keys(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).expect("the keys") {
            let path = entry.expect("a file").path();
            let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a key")).into_owned();
            let public = path.extension().is_some_and(|kind| kind == "json" || kind == "jsonl" || kind == "md");
            let lines = text.lines().filter(|line| line.len() > 16 && !line.starts_with("-----"));
            lines.filter(|_| !public).for_each(|line| self.note(Kind::Secret, line));
        }
    }

    /// Names, numbers and mail of everybody whom WeCom knows, met or not.
    pub fn read_people(&mut self, corps: &Value) {
        for member in corps.as_array().into_iter().flatten().filter_map(|corp| corp["members"].as_array()).flatten() {
            for field in ["name", "mobile", "email", "biz_mail"] {
                self.note(Kind::Person, member[field].as_str().unwrap_or_default());
            }
        }
    }

    fn target(&mut self, target: &str) {
        let base = Url::parse("http://x.invalid/").expect("an address");
        let Ok(url) = base.join(target) else { return };
        let segments: Vec<&str> = url.path_segments().into_iter().flatten().collect();
        if let ["login", id, rest @ ..] = segments.as_slice() {
            self.note(Kind::Passing, id);
            if let ["phone", ticket] = rest {
                self.note(Kind::Secret, ticket);
            }
        }
        self.pairs(url.query().unwrap_or_default());
        self.pairs(url.fragment().unwrap_or_default());
    }

    fn pairs(&mut self, text: &str) {
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if !PUBLIC_PARAMETERS.contains(&name.as_ref()) {
                self.note(kind(&name), &value);
                self.token(&value);
            }
        }
    }

    fn headers(&mut self, message: &Message) {
        let cookies = header(&message.head, "cookie").flat_map(|line| line.split("; "));
        let set = header(&message.head, "set-cookie").filter_map(|line| line.split("; ").next());
        for (_, value) in cookies.chain(set).filter_map(|pair| pair.split_once('=')) {
            self.note(Kind::Secret, value);
        }
        for (_, proof) in header(&message.head, "authorization").filter_map(|value| value.split_once(' ')) {
            self.note(Kind::Secret, proof);
            let plain = STANDARD.decode(proof).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
            if let Some((_, secret)) = plain.split_once(':') {
                self.note(Kind::Secret, secret);
            }
        }
    }

    fn body(&mut self, body: &str) {
        match serde_json::from_str::<Value>(body) {
            // Discovery and keys are for everybody.
            Ok(value) if value.get("jwks_uri").is_some() || value.get("keys").is_some() => {}
            Ok(value) => self.value("", &value),
            Err(_) if body.trim_start().starts_with('<') => {
                for field in body.split("<input").skip(1).filter_map(|input| input.split('>').next()) {
                    let attribute = |name: &str| field.split(name).nth(1).and_then(|rest| rest.split('"').next());
                    if !attribute(" name=\"").is_some_and(|name| PUBLIC_PARAMETERS.contains(&name)) {
                        self.note(Kind::Form, attribute(" value=\"").unwrap_or_default());
                    }
                }
            }
            Err(_) if body.contains('=') && !body.contains(' ') => self.pairs(body),
            // Signed userinfo.
            Err(_) => self.token(body.trim()),
        }
    }

    fn value(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| self.value(name, value)),
            Value::Array(values) => values.iter().for_each(|value| self.value(name, value)),
            // A signed request holds parameters as fields.
            Value::String(text) if !PUBLIC_FIELDS.contains(&name) && !PUBLIC_PARAMETERS.contains(&name) => {
                self.note(kind(name), text);
                self.token(text);
            }
            _ => {}
        }
    }

    /// The claims within a token.
    fn token(&mut self, text: &str) {
        let [_, claims, signature] = text.split('.').collect::<Vec<_>>()[..] else { return };
        let claims = URL_SAFE_NO_PAD.decode(claims).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        if let Some(mut claims) = claims {
            self.note(Kind::Secret, signature);
            // A client that speaks of itself names nobody (RFC 7523 §3).
            let of_itself = claims["sub"] == claims["iss"];
            if let Some(claims) = claims.as_object_mut().filter(|_| of_itself) {
                claims.remove("sub");
            }
            self.value("", &claims);
        }
    }
}

fn kind(name: &str) -> Kind {
    match name {
        name if PASSING.contains(&name) => Kind::Passing,
        name if PERSON.contains(&name) => Kind::Person,
        _ => Kind::Secret,
    }
}
