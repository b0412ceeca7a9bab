//! The question before a sign-out that nobody could prove to be wanted.

use askama::Template;

use super::Shell;
use super::link::Link;
use crate::web::texts::Texts;

/// What the page asks.
#[derive(Clone, Copy, Debug)]
pub struct LogoutConfirm<'a> {
    /// The application that asks for the sign-out, where it is known.
    pub client_name: Option<&'a str>,
    /// Who is signed in, where it is known.
    pub member_name: Option<&'a str>,
    /// Where the form posts to, by the button `logout-confirm`.
    pub action: &'a str,
    /// Its hidden fields.
    pub fields: &'a [(&'a str, &'a str)],
    /// Where the person goes who stays signed in, id `logout-cancel`.
    pub cancel: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "logout_confirm.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: &'static str,
    page: &'a LogoutConfirm<'a>,
    action: Option<Link<'a>>,
    cancel: Option<Link<'a>>,
}

/// Renders the question.
pub fn logout_confirm(shell: &Shell, page: &LogoutConfirm) -> Result<String, askama::Error> {
    let t = shell.texts();
    Document {
        shell,
        t,
        title: t.logout.title,
        page,
        action: Link::new(page.action),
        cancel: page.cancel.and_then(Link::new),
    }
    .render()
}
