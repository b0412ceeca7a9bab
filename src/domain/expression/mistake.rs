//! What is wrong with an expression, and what to write instead: for whoever reads `check-config`.

use std::collections::HashSet;

use minijinja::{Error, ErrorKind};

use super::seen::FIELDS;
use super::{Failure, LONGEST};

/// A mistake in an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub remedy: String,
    /// Where in the expression, in characters counted from 1, as far as it is known.
    pub at: Option<usize>,
}

const FILTERS: &str = "there are among others default, first, last, join, lower, upper, trim, replace, split, map, select, unique, int and string";

/// Fields of `user/get` that are not kept, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("mobile", "write phone: the number that the member agreed to show"),
    ("phone_number", "write phone"),
    ("address", "take it out: WeCom does not show it to apps made since June 2022"),
    ("qr_code", "take it out: WeCom does not show it to apps made since June 2022"),
    ("thumb_avatar", "write avatar"),
    ("open_userid", "take it out: only third-party apps are given one"),
    ("external_profile", "write external_position, or copy the value into an attribute of extattr"),
    (
        "main_department_name",
        "write departments | selectattr('id', 'eq', main_department) | map(attribute='name') | first | default('')",
    ),
];

impl Mistake {
    fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into(), at: None }
    }

    /// The same, with its place among the characters of the expression.
    pub(super) fn within(self, source: &str, at: Option<usize>) -> Self {
        let place = at.and_then(|byte| source.get(..byte)).map(|before| before.chars().count() + 1);
        let Some(at) = place else { return self };
        Self { what: format!("{}, at character {at}", self.what), at: Some(at), ..self }
    }

    pub(super) fn size() -> Self {
        let remedy = format!("write an expression of at most {LONGEST} characters, such as extattr['工号']");
        Self::new("is empty or too long", remedy)
    }

    /// One that shows before any member is there.
    pub(super) fn of(error: &Error, source: &str) -> Self {
        let what = format!("is not an expression: {}", said(error));
        let remedy = "write one value without braces, such as extattr['工号'] or departments | map(attribute='name')";
        Self::new(what, remedy).within(source, begin(error))
    }

    /// The first name that is no field of a member.
    pub(super) fn unless_known(names: &HashSet<String>, source: &str) -> Result<(), Self> {
        let unknown = names.iter().filter(|name| !FIELDS.contains(&name.as_str()));
        let Some((at, name)) = unknown.map(|name| (word(name, source), name)).min() else { return Ok(()) };
        let remedy = match ELSEWHERE.iter().find(|(field, _)| field == name) {
            Some((_, remedy)) => (*remedy).to_owned(),
            None => {
                format!("choose from {}; a text stands in quotes, an attribute is extattr['name']", FIELDS.join(", "))
            }
        };
        Err(Self::new(format!("speaks of {name:?}, which is not a field of a member"), remedy).within(source, at))
    }

    /// One that shows on an invented member.
    pub(super) fn on_sample(failure: Failure, error: Option<&Error>, who: &str, source: &str) -> Self {
        Self::on(failure, error, who).within(source, error.and_then(begin))
    }

    fn on(failure: Failure, error: Option<&Error>, who: &str) -> Self {
        let reason = error.map_or_else(|| failure.as_str().to_owned(), said);
        let what = format!("gives nothing for {who}: {reason}");
        match error.map(Error::kind) {
            Some(ErrorKind::UnknownFilter) => return Self::new(what, format!("write another filter: {FILTERS}")),
            Some(ErrorKind::UnknownTest) => {
                return Self::new(
                    what,
                    "write another test: there are among others defined, eq, in, startingwith and endingwith",
                );
            }
            Some(ErrorKind::UnknownMethod | ErrorKind::UnknownFunction) => {
                return Self::new(what, format!("write a filter instead, as in name | upper: {FILTERS}"));
            }
            _ => {}
        }
        Self::new(
            what,
            match failure {
                Failure::Undefined => {
                    "say what stands there for such a member, as in departments[0].name if departments else ''"
                }
                Failure::Impossible => {
                    "say what stands there for such a member, as in extattr['级别'] | int(default=0)"
                }
                Failure::TooLong | Failure::TooLarge => "write a shorter way to a smaller value",
                Failure::WrongKind => {
                    "end with a text, a number, true or false, or a list of texts, as in department | map('string')"
                }
                Failure::NoNumber => "write it as a text, or keep to smaller numbers",
            },
        )
    }
}

/// Where the engine stumbled, in bytes.
fn begin(error: &Error) -> Option<usize> {
    error.range().map(|range| range.start)
}

/// Where a name stands for the first time by itself and outside of quotes.
fn word(name: &str, source: &str) -> Option<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let bare = without_texts(source);
    let alone = |at: &usize| !bare[..*at].ends_with(part) && !bare[at + name.len()..].starts_with(part);
    bare.match_indices(name).map(|(at, _)| at).find(alone)
}

/// The expression with blanks in the place of what stands in quotes, byte for byte.
fn without_texts(source: &str) -> String {
    let (mut quote, mut escaped) = (None, false);
    let mut bare = String::with_capacity(source.len());
    for c in source.chars() {
        match quote {
            None if matches!(c, '\'' | '"') => quote = Some(c),
            Some(open) if c == open && !escaped => quote = None,
            _ => {}
        }
        escaped = quote.is_some() && c == '\\' && !escaped;
        match quote {
            None => bare.push(c),
            Some(_) => bare.extend(std::iter::repeat_n(' ', c.len_utf8())),
        }
    }
    bare
}

/// The engine's own words, on one line.
fn said(error: &Error) -> String {
    let kind = error.kind().to_string();
    match error.detail() {
        Some(detail) => format!("{kind}: {}", detail.split_whitespace().collect::<Vec<_>>().join(" ")),
        None => kind,
    }
}
