//! The sign-in page: one click to WeCom.

use askama::Template;

use super::link::Link;
use super::{Back, Exit, Shell};
use crate::web::texts::Texts;

/// What the sign-in page shows.
#[derive(Clone, Copy, Debug)]
pub struct SignIn<'a> {
    /// The application the person wants to enter.
    pub client_name: &'a str,
    /// Who is signed in and is to prove it again, or to give way to another; where it is known.
    pub member_name: Option<&'a str>,
    /// Why the page is shown.
    pub why: SignInReason,
    /// One for each connection the application accepts.
    pub ways: &'a [Way<'a>],
    /// The address of the other way to sign in: scan instead of silently, or the reverse.
    pub other_way: Option<&'a str>,
    /// Back to the application without signing in.
    pub cancel: Back<'a>,
}

/// Why a sign-in page is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignInReason {
    /// Nobody is signed in yet.
    #[default]
    Normal,
    /// The application wants proof again (`prompt=login`, `max_age`).
    ProveAgain,
    /// The person wants to use another account.
    OtherAccount,
    /// The person signed out a moment ago, and the application came back by itself.
    SignedOut,
}

/// A link to WeCom; the first has the id `wecom-login`, a further one `wecom-login-` and its connection.
#[derive(Clone, Copy, Debug)]
pub struct Way<'a> {
    /// The name of the connection.
    pub connection: &'a str,
    /// What to call it when there are several.
    pub label: Option<&'a str>,
    /// Where it leads.
    pub href: &'a str,
}

#[derive(Template)]
#[template(path = "sign_in.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: String,
    page: &'a SignIn<'a>,
    ways: Vec<Entry<'a>>,
    other_way: Option<Link<'a>>,
    cancel: Exit<'a>,
}

struct Entry<'a> {
    id: String,
    label: Option<&'a str>,
    link: Link<'a>,
    first: bool,
}

/// Renders the sign-in page.
pub fn sign_in(shell: &Shell, page: &SignIn) -> Result<String, askama::Error> {
    let t = shell.texts();
    let title = match page.why {
        SignInReason::Normal => t.sign_in.title.with(page.client_name),
        SignInReason::ProveAgain => t.sign_in.prove_again_title.to_owned(),
        SignInReason::OtherAccount => t.sign_in.other_account_title.to_owned(),
        SignInReason::SignedOut => t.sign_in.signed_out_title.to_owned(),
    };
    Document {
        shell,
        t,
        title,
        page,
        ways: entries(page.ways),
        other_way: page.other_way.and_then(Link::new),
        cancel: page.cancel.into(),
    }
    .render()
}

fn entries<'a>(ways: &'a [Way<'a>]) -> Vec<Entry<'a>> {
    let linked = ways.iter().filter_map(|way| Some((way, Link::new(way.href)?)));
    linked
        .enumerate()
        .map(|(place, (way, link))| Entry {
            id: if place == 0 { "wecom-login".to_owned() } else { format!("wecom-login-{}", way.connection) },
            label: way.label,
            link,
            first: place == 0,
        })
        .collect()
}
