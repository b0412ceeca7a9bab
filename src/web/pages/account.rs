//! The member's own page: who, which sessions, which applications, which number.

use askama::Template;

use super::Shell;
use super::link::Link;
use crate::domain::scope::Scopes;
use crate::web::texts::Texts;

/// What the page shows. Every form posts `token`, `do` and, where it is about one of several, `which`.
#[derive(Clone, Debug)]
pub struct Account<'a> {
    /// The member.
    pub member_name: &'a str,
    /// The userid, as WeCom spells it.
    pub userid: &'a str,
    /// The connection of this browser's session, and its corp.
    pub connection: &'a str,
    /// Where the forms post to.
    pub action: &'a str,
    /// What a foreign page cannot know.
    pub token: &'a str,
    /// What is remembered of the phone.
    pub phone: Option<AccountPhone>,
    /// The applications.
    pub applications: &'a [Application<'a>],
    /// The sessions.
    pub sessions: &'a [Place<'a>],
    /// So many more are not shown.
    pub more_sessions: usize,
    /// The addresses at which an application is told that its access is over.
    pub frames: &'a [&'a str],
}

/// A remembered phone number, or addresses alone.
#[derive(Clone, Debug)]
pub struct AccountPhone {
    /// The number, masked.
    pub masked: Option<String>,
    /// Whether another member has the number now; it is not shown then.
    pub moved: bool,
    /// Whether it came by the link of the guide.
    pub by_link: bool,
    /// How long ago, in words.
    pub ago: String,
}

/// An application that holds something of the member.
#[derive(Clone, Debug)]
pub struct Application<'a> {
    /// Its id; the form is `application-` and this.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// How long ago it began, in words.
    pub since: String,
    /// Whether the member is signed in there.
    pub signed_in: bool,
    /// Whether it may go on while the member is away.
    pub lasting: bool,
    /// What it was told.
    pub told: Scopes,
}

/// A session in a browser.
#[derive(Clone, Debug)]
pub struct Place<'a> {
    /// Its name; the form is `session-` and this.
    pub id: &'a str,
    /// The device in few words; empty where it is not known.
    pub device: &'a str,
    /// The address that the member signed in from, where it is known.
    pub address: Option<String>,
    /// Whether it is this browser.
    pub here: bool,
    /// Its connection, where there are several.
    pub connection: Option<&'a str>,
    /// How long ago it began, in words.
    pub since: String,
    /// How long until it ends unless used, in words.
    pub idle: String,
    /// How long until it ends at the latest, in words.
    pub latest: String,
}

#[derive(Template)]
#[template(path = "account.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: &'static str,
    page: &'a Account<'a>,
    action: Option<Link<'a>>,
    applications: Vec<(&'a Application<'a>, Vec<&'static str>)>,
    frames: Vec<Link<'a>>,
}

/// Renders the page.
pub fn account(shell: &Shell, page: &Account) -> Result<String, askama::Error> {
    let t = shell.texts();
    let applications = page.applications.iter().map(|application| (application, t.consent.items(application.told)));
    Document {
        shell,
        t,
        title: t.account.title,
        page,
        action: Link::new(page.action),
        applications: applications.collect(),
        frames: page.frames.iter().filter_map(|address| Link::new(address)).collect(),
    }
    .render()
}
