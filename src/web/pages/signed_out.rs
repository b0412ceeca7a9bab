//! After the sign-out.

use askama::Template;

use super::{Back, Exit, Shell};
use crate::web::texts::Texts;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct SignedOut<'a> {
    /// The application that asked for the sign-out, where it is known.
    pub client_name: Option<&'a str>,
    /// The way back to it.
    pub back: Back<'a>,
}

#[derive(Template)]
#[template(path = "signed_out.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: &'static str,
    page: &'a SignedOut<'a>,
    back: Exit<'a>,
}

/// Renders "you are signed out".
pub fn signed_out(shell: &Shell, page: &SignedOut) -> Result<String, askama::Error> {
    let t = shell.texts();
    Document { shell, t, title: t.logout.done_title, page, back: page.back.into() }.render()
}
