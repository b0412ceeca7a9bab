//! After the sign-out: applications are told in frames that nobody sees (Front-Channel Logout 1.0 §3), then it goes on.

use askama::Template;

use super::Shell;
use super::link::Link;
use crate::web::texts::Texts;

/// What the page shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct SignedOut<'a> {
    /// The application that asked for the sign-out, where it is known.
    pub client_name: Option<&'a str>,
    /// Where the browser goes on to, by itself and by the link `logout-continue`.
    pub go_on: Option<&'a str>,
    /// The addresses at which applications are told.
    pub frames: &'a [&'a str],
}

#[derive(Template)]
#[template(path = "signed_out.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: &'static str,
    page: &'a SignedOut<'a>,
    go_on: Option<Link<'a>>,
    frames: Vec<Link<'a>>,
}

/// Renders "you are signed out".
pub fn signed_out(shell: &Shell, page: &SignedOut) -> Result<String, askama::Error> {
    let t = shell.texts();
    let frames = page.frames.iter().filter_map(|address| Link::new(address)).collect();
    let go_on = page.go_on.and_then(Link::new);
    Document { shell, t, title: t.logout.done_title, page, go_on, frames }.render()
}
