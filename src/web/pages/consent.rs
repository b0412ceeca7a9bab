//! The question whether an application may know what it asks for.

use askama::Template;

use super::Shell;
use super::link::Link;
use crate::domain::scope::Scopes;
use crate::web::texts::Texts;

/// What the page asks.
///
/// The form posts the field `token` and, by the button that was pressed, `answer` with the value
/// `allow` (id `consent-allow`) or `deny` (id `consent-deny`).
#[derive(Clone, Copy, Debug)]
pub struct Consent<'a> {
    /// The application that asks.
    pub client_name: &'a str,
    /// Who would release it.
    pub member_name: &'a str,
    /// What is released; add the phone when it goes out without its scope value.
    pub scopes: Scopes,
    /// Services that the application may use in the member's name.
    pub services: &'a [&'a str],
    /// Where the form posts to.
    pub action: &'a str,
    /// Whether a yes is kept, so that nobody is asked the same again.
    pub kept: bool,
    /// What a foreign page cannot know.
    pub token: &'a str,
    /// Signs in as another, id `account-other`.
    pub other: &'a str,
}

#[derive(Template)]
#[template(path = "consent.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: String,
    page: &'a Consent<'a>,
    items: Vec<&'static str>,
    action: Option<Link<'a>>,
    other: Option<Link<'a>>,
}

/// Renders the question.
pub fn consent(shell: &Shell, page: &Consent) -> Result<String, askama::Error> {
    let t = shell.texts();
    Document {
        shell,
        t,
        title: t.consent.title.with(page.client_name),
        page,
        items: t.consent.items(page.scopes),
        action: Link::new(page.action),
        other: Link::new(page.other),
    }
    .render()
}
