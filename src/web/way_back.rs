//! The way back to an application that carries an answer: a link, or a form where the client is answered by form post.

use super::pages::Back;
use super::reply::Forms;
use crate::oidc::answer::{Answer, ResponseMode};

/// An answer, ready to be drawn as a link or a button.
pub struct WayBack<'a> {
    answer: &'a Answer,
    location: String,
    fields: Vec<(&'a str, &'a str)>,
}

impl<'a> WayBack<'a> {
    /// The way that this answer goes.
    pub fn of(answer: &'a Answer) -> Self {
        let fields = answer.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        Self { answer, location: answer.location(), fields }
    }

    /// As the pages draw it.
    pub fn drawn(&self) -> Back<'_> {
        match self.answer.mode {
            ResponseMode::FormPost => Back::Form { action: self.answer.redirect_uri.as_str(), fields: &self.fields },
            _ => Back::Link(&self.location),
        }
    }

    /// Where the forms of a page end that holds it, and otherwise only forms of ours.
    pub fn forms(&self) -> Forms {
        if self.answer.mode == ResponseMode::FormPost { Forms::Elsewhere } else { Forms::Ours }
    }
}
