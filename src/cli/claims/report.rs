//! Claims as people read them.

use serde_json::{Map, Value};

use crate::cli::output::plain;
use crate::oidc::foreseen::{Foreseen, Note};

const BOLD: &str = "\x1b[1m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const RED: &str = "\x1b[31m";
const CYAN: &str = "\x1b[36m";

/// Sheets of two columns: what, and its value.
pub fn claims(foreseen: &Foreseen, colour: bool) -> String {
    let paint = Paint(colour);
    let mut text = about(foreseen, paint);
    let signed = foreseen.userinfo_signed.map(|alg| format!(", signed with {}", alg.as_str())).unwrap_or_default();
    text += &sheet(&format!("userinfo{signed}"), &rows(&foreseen.userinfo), paint);
    let mut id_token = rows(&foreseen.id_token);
    id_token.push(("of each sign-in".to_owned(), foreseen.id_token_anew.join(" ")));
    text += &sheet("ID token", &id_token, paint);
    let left_out: Vec<_> = foreseen.left_out.iter().map(|left| (plain(&left.claim), left.reason.clone())).collect();
    if !left_out.is_empty() {
        text += &sheet("left out", &left_out, paint);
    }
    let notes = foreseen.notes.iter().map(|note| match note {
        Note::DirectoryUnknown => "departments or tags could not be read at WeCom, so some of their names are not told",
    });
    notes.fold(text, |text, note| text + "\n" + &paint.with(YELLOW, note) + "\n")
}

fn about(foreseen: &Foreseen, paint: Paint) -> String {
    let Foreseen { client_id, client_name, userid, corp_id, connection, read_at, scope, sub, .. } = foreseen;
    let known = match foreseen.remembered {
        true => format!("as read at {read_at}"),
        false => "as WeCom tells it now; never signed in here".to_owned(),
    };
    let (colour, enters) = enters(foreseen);
    let rows = [
        ("application", format!("{client_id} ({})", plain(client_name))),
        ("member", format!("{userid} of {corp_id}, by the connection {connection}")),
        ("known", known),
        ("may enter", paint.with(colour, &enters)),
        ("scope", scope.clone()),
        ("sub", sub.to_string()),
    ];
    rows.iter().fold(String::new(), |text, (name, value)| text + &format!("{name:12} {value}\n"))
}

fn enters(foreseen: &Foreseen) -> (&'static str, String) {
    match &foreseen.refusal {
        None if foreseen.phone_first => {
            (YELLOW, "yes, but is asked for the phone number first: the application is told nothing before".to_owned())
        }
        None => (GREEN, "yes".to_owned()),
        Some(code) => {
            let upstream = foreseen.upstream.as_ref().map(|said| format!(" ({})", plain(said))).unwrap_or_default();
            (RED, format!("no, {code}: {}{upstream}; the application gets nothing of what follows", why(code)))
        }
    }
}

/// For the operator; members read other words.
fn why(code: &str) -> &'static str {
    match code {
        "not_allowed" => "neither allow nor wecom in the application's table lets the member in",
        "not_visible" => "WeCom no longer shows the member to the app",
        "member_disabled" => "the corp disabled the account, or the member quit",
        "member_not_activated" => "the member never activated the account",
        _ => "whether allow lets the member in cannot be told at the moment",
    }
}

fn rows(claims: &Map<String, Value>) -> Vec<(String, String)> {
    let row = |(name, value): (&String, &Value)| match value {
        Value::Array(values) => values
            .iter()
            .map(shown)
            .enumerate()
            .map(|(at, text)| match at {
                0 => (plain(name), text),
                _ => (String::new(), text),
            })
            .collect(),
        value => vec![(plain(name), shown(value))],
    };
    claims.iter().flat_map(row).collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        other => plain(&other.to_string()),
    }
}

fn sheet(title: &str, rows: &[(String, String)], paint: Paint) -> String {
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let line = |(name, value): &(String, String)| {
        let pad = " ".repeat(width - name.chars().count());
        format!("  {}{pad}  {value}\n", paint.with(CYAN, name))
    };
    format!("\n{}\n", paint.with(BOLD, title)) + &rows.iter().map(line).collect::<String>()
}

#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, colour: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("{colour}{text}\x1b[0m") } else { text.to_owned() }
    }
}
