//! Go on as the member who is signed in, or as another.

use askama::Template;

use super::{Back, Exit, Go, Shell};
use crate::web::texts::Texts;

/// What the page shows.
#[derive(Clone, Copy, Debug)]
pub struct SelectAccount<'a> {
    /// The application the person wants to enter.
    pub client_name: &'a str,
    /// Who is signed in.
    pub member_name: &'a str,
    /// Goes on as that member, id `account-continue`.
    pub go_on: Go<'a>,
    /// Signs in as another, id `account-other`.
    pub other: Go<'a>,
    /// Back to the application without signing in.
    pub cancel: Back<'a>,
}

#[derive(Template)]
#[template(path = "select_account.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: &'static str,
    page: &'a SelectAccount<'a>,
    go_on: Exit<'a>,
    other: Exit<'a>,
    cancel: Exit<'a>,
}

/// Renders the choice.
pub fn select_account(shell: &Shell, page: &SelectAccount) -> Result<String, askama::Error> {
    let t = shell.texts();
    Document {
        shell,
        t,
        title: t.select_account.title,
        page,
        go_on: page.go_on.into(),
        other: page.other.into(),
        cancel: page.cancel.into(),
    }
    .render()
}
