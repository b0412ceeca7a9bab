//! The texts of the demo's pages in two languages; one that is missing does not compile.

mod chinese;
mod english;

use super::pages::Problem;
use crate::domain::language::Language;

/// All texts of a language.
pub struct Texts {
    /// The name of the sample application.
    pub sample: &'static str,
    /// The name of its second registration.
    pub sample_free: &'static str,
    /// That nothing here is real.
    pub demo: &'static str,
    /// The first page.
    pub home: Home,
    /// The camera of the phone.
    pub scan: Scan,
    /// Whoever is signed in.
    pub me: Me,
    /// The phone.
    pub phone: Phone,
    /// Title and explanation.
    pub mismatch: (&'static str, &'static str),
    /// Title and explanation.
    pub refused: (&'static str, &'static str),
    /// Title and explanation.
    pub failed: (&'static str, &'static str),
    /// Title and explanation.
    pub foreign: (&'static str, &'static str),
    /// Title and explanation.
    pub not_found: (&'static str, &'static str),
    /// The button of all of them.
    pub problem_again: &'static str,
    /// What claims mean, by name.
    claims: &'static [(&'static str, &'static str)],
}

/// The first page: each thing to try has a title and a sentence.
#[allow(missing_docs, reason = "each is named as its place on the page")]
pub struct Home {
    pub title: &'static str,
    pub lead: &'static str,
    pub signed_in: &'static str,
    pub see: &'static str,
    pub computer: &'static str,
    pub computer_more: &'static str,
    pub phone: &'static str,
    pub phone_more: &'static str,
    pub workbench: &'static str,
    pub workbench_more: &'static str,
    pub free: &'static str,
    pub free_more: &'static str,
    pub people: &'static str,
    pub people_more: &'static str,
    pub developers: &'static str,
    pub developers_more: &'static str,
}

/// The camera of the phone.
#[allow(missing_docs, reason = "each is named as its place on the page")]
pub struct Scan {
    pub title: &'static str,
    pub why: &'static str,
    pub label: &'static str,
    pub open: &'static str,
}

/// Whoever is signed in.
#[allow(missing_docs, reason = "each is named as its place on the page")]
pub struct Me {
    pub title: &'static str,
    pub lead: &'static str,
    pub through: &'static str,
    pub again: &'static str,
    pub logout: &'static str,
    pub home: &'static str,
    pub token: &'static str,
    pub header: &'static str,
    pub payload: &'static str,
}

/// The phone.
#[allow(missing_docs, reason = "each is named as its place on the page")]
pub struct Phone {
    pub title: &'static str,
    pub lead: &'static str,
    pub client: &'static str,
    pub screen: &'static str,
    pub home: &'static str,
    pub reset: &'static str,
    pub reset_more: &'static str,
    pub workbench: &'static str,
    pub workbench_more: &'static str,
    pub stopped: &'static str,
    pub elsewhere: &'static str,
    pub broken: &'static str,
}

/// Those of a language.
pub const fn of(language: Language) -> &'static Texts {
    match language {
        Language::Chinese => &chinese::TEXTS,
        Language::English => &english::TEXTS,
    }
}

impl Texts {
    /// Title and explanation of a problem.
    pub const fn problem(&self, problem: Problem) -> (&'static str, &'static str) {
        match problem {
            Problem::Mismatch => self.mismatch,
            Problem::Refused => self.refused,
            Problem::Failed => self.failed,
            Problem::Foreign => self.foreign,
            Problem::NotFound => self.not_found,
        }
    }

    /// What a claim means; empty for one that explains itself.
    pub fn claim(&self, name: &str) -> &'static str {
        self.claims.iter().find(|(known, _)| *known == name).map_or("", |(_, meaning)| meaning)
    }
}
