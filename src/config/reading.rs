//! One reading of one file: its text, its folder, its environment, and the problems found so far.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::environment::{Environment, Unexpanded, expand};
use super::report::{Problem, Severity};

/// Where something stands.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The key with its whole way down.
    pub key: String,
    /// The byte of the file where it begins; `None` when the file has no such place.
    pub at: Option<usize>,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Found<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

impl<T> Found<T> {
    /// Another value at the same place.
    pub fn with<U>(&self, value: U) -> Found<U> {
        Found { value, place: self.place.clone() }
    }
}

/// What every section reader is given.
pub(super) struct Reading<'a> {
    text: &'a str,
    folder: &'a Path,
    environment: &'a dyn Environment,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Reading<'a> {
    /// The beginning: no problem yet.
    pub fn new(text: &'a str, folder: &'a Path, environment: &'a dyn Environment) -> Self {
        Self { text, folder, environment, problems: RefCell::default() }
    }

    /// Notes something that must be changed.
    pub fn error(&self, place: &Place, what: impl Into<String>, remedy: impl Into<String>) {
        self.note(place, what.into(), remedy.into(), Severity::Error);
    }

    /// Notes something that somebody should look at.
    pub fn warning(&self, place: &Place, what: impl Into<String>, remedy: impl Into<String>) {
        self.note(place, what.into(), remedy.into(), Severity::Warning);
    }

    /// Notes a problem of any severity, once: a key that is read twice is not complained about twice.
    pub fn note(&self, place: &Place, what: String, remedy: String, severity: Severity) {
        let (line, column) = place.at.map(|at| self.line_and_column(at)).unzip();
        let problem = Problem { key: place.key.clone(), line, column, what, remedy, severity };
        let mut problems = self.problems.borrow_mut();
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }

    /// Whether anything noted so far stops the server.
    pub fn stops(&self) -> bool {
        self.problems.borrow().iter().any(|p| p.severity.stops())
    }

    /// Everything noted.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// A path of the configuration: relative ones start at the folder of the file.
    pub fn path(&self, written: &str) -> PathBuf {
        self.folder.join(written)
    }

    /// The text with `${NAME}` replaced; `None` after noting what is missing.
    pub fn expanded(&self, written: &str, place: &Place) -> Option<String> {
        let wrong = match expand(written, self.environment) {
            Ok(text) => return Some(text),
            Err(wrong) => wrong,
        };
        for one in wrong {
            match one {
                Unexpanded::Missing(name) => self.error(
                    place,
                    format!("the environment variable {name} is not set"),
                    format!("set {name} for the server, or write the value in another way"),
                ),
                Unexpanded::Malformed => self.error(
                    place,
                    "has a ${ without the name of a variable and } behind it",
                    "write ${NAME}; where a plain ${ is meant, write $${",
                ),
            }
        }
        None
    }

    fn line_and_column(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.bytes().filter(|b| *b == b'\n').count() + 1, before[start..].chars().count() + 1)
    }
}
