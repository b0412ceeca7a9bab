//! What is wrong with a configuration, and how that is told to a person.

use std::fmt::Write as _;
use std::path::Path;

/// One thing to change in the configuration. No text of it ever holds the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key with its whole way down, such as `clients[1].redirect_uris[0]`; empty for the file as a whole.
    pub key: String,
    /// The line, counted from 1; `None` where the file has no place to point at.
    pub line: Option<usize>,
    /// The column in characters, counted from 1; given exactly when `line` is.
    pub column: Option<usize>,
    /// What is wrong, as half a sentence after the key.
    pub what: String,
    /// What to write instead.
    pub remedy: String,
    /// Whether the server may run with it.
    pub severity: Severity,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The server does not start, a reload is refused.
    Error,
    /// The configuration asks for something that this version cannot do. Stops like an error.
    NotAvailable,
    /// The server runs; somebody should look at it.
    Warning,
}

impl Severity {
    /// Whether a configuration with such a problem is refused.
    pub const fn stops(self) -> bool {
        !matches!(self, Self::Warning)
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::NotAvailable => "not available",
            Self::Warning => "warning",
        }
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Error => "\x1b[1;31m",
            Self::NotAvailable => "\x1b[1;35m",
            Self::Warning => "\x1b[1;33m",
        }
    }
}

/// Every problem of one configuration, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {} that must be changed", count(problems.iter().filter(|p| p.severity.stops()).count(), "problem"))]
pub struct Report {
    /// The problems; those without a line come first.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Puts the problems into the order of the file.
    pub fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|p| (p.line, p.column));
        Self { problems }
    }

    /// How many problems stop the server.
    pub fn errors(&self) -> usize {
        self.problems.iter().filter(|p| p.severity.stops()).count()
    }

    /// How many do not.
    pub fn warnings(&self) -> usize {
        self.problems.len() - self.errors()
    }

    /// A block for each problem and a last line with the counts; `path` is the file as the reader knows it.
    pub fn render(&self, colour: bool, path: &Path) -> String {
        let mut out = String::new();
        for problem in &self.problems {
            render_one(&mut out, problem, colour, path);
        }
        let (errors, warnings) = (count(self.errors(), "error"), count(self.warnings(), "warning"));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}: {errors}, {warnings}", path.display());
        out
    }
}

fn render_one(out: &mut String, problem: &Problem, colour: bool, path: &Path) {
    let (on, off) = if colour { (problem.severity.colour(), "\x1b[0m") } else { ("", "") };
    let _ = write!(out, "{on}{}{off}", problem.severity.label());
    if !problem.key.is_empty() {
        let _ = write!(out, ": {}", problem.key);
    }
    let _ = match (problem.line, problem.column) {
        (Some(line), Some(column)) => writeln!(out, " ({}:{line}:{column})", path.display()),
        _ => writeln!(out, " ({})", path.display()),
    };
    let _ = writeln!(out, "  {}", problem.what);
    let _ = writeln!(out, "  → {}\n", problem.remedy);
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(key: &str, line: Option<usize>, severity: Severity) -> Problem {
        Problem {
            key: key.into(),
            line,
            column: line.map(|_| 3),
            what: "is odd".into(),
            remedy: "make it even".into(),
            severity,
        }
    }

    #[test]
    fn a_report_shows_each_problem_in_file_order_and_ends_with_the_counts() {
        let report = Report::new(vec![
            problem("server.listen", Some(9), Severity::Error),
            problem("outbound.allow_private", Some(4), Severity::Warning),
            problem("issuer", None, Severity::NotAvailable),
        ]);
        let text = report.render(false, Path::new("a.toml"));
        assert_eq!(
            text,
            "not available: issuer (a.toml)\n  is odd\n  → make it even\n\n\
             warning: outbound.allow_private (a.toml:4:3)\n  is odd\n  → make it even\n\n\
             error: server.listen (a.toml:9:3)\n  is odd\n  → make it even\n\n\
             a.toml: 2 errors, 1 warning\n"
        );
        assert_eq!(report.to_string(), "the configuration has 2 problems that must be changed");
    }

    #[test]
    fn colour_is_only_there_when_asked_for() {
        let report = Report::new(vec![problem("issuer", Some(1), Severity::Error)]);
        assert!(report.render(true, Path::new("a.toml")).contains("\u{1b}[1;31merror\u{1b}[0m"));
        assert!(!report.render(false, Path::new("a.toml")).contains('\u{1b}'));
    }
}
