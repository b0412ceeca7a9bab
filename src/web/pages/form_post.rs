//! The answer to the application as a form that submits itself (OAuth 2.0 Form Post Response Mode §2).

use askama::Template;

use super::Shell;
use super::link::Link;
use crate::web::texts::Texts;

/// What the form holds.
#[derive(Clone, Copy, Debug)]
pub struct FormPost<'a> {
    /// The redirection address of the client.
    pub action: &'a str,
    /// The parameters of the answer.
    pub fields: &'a [(&'a str, &'a str)],
}

#[derive(Template)]
#[template(path = "form_post.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: &'static str,
    action: Link<'a>,
    fields: &'a [(&'a str, &'a str)],
}

/// Renders the form. An `action` that a form may not go to is an error: a page without its form
/// would leave the person nowhere.
pub fn form_post(shell: &Shell, page: &FormPost) -> Result<String, askama::Error> {
    let t = shell.texts();
    let Some(action) = Link::new(page.action) else {
        return Err(askama::Error::Custom("a form cannot be posted to this address".into()));
    };
    Document { shell, t, title: t.form_post.title, action, fields: page.fields }.render()
}
