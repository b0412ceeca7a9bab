//! Shown inside WeCom after the member agreed: the computer goes on by itself.

use askama::Template;

use super::Shell;
use crate::web::texts::Texts;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct PhoneDone<'a> {
    /// The application that gets the number.
    pub client_name: &'a str,
    /// The number as `PhoneNumber::masked` writes it.
    pub masked_phone: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "phone_done.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: &'static str,
    page: &'a PhoneDone<'a>,
}

/// Renders "go back to your computer".
pub fn phone_done(shell: &Shell, page: &PhoneDone) -> Result<String, askama::Error> {
    let t = shell.texts();
    Document { shell, t, title: t.phone_done.title, page }.render()
}
