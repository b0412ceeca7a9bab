//! The first-login guide: the phone number can only be released inside the WeCom client.

use askama::Template;

use super::link::Link;
use super::{Shell, qr};
use crate::web::texts::Texts;

/// What the guide shows.
///
/// The waiting script asks `{continue_href}?status=1` every two seconds and expects the JSON
/// `{"ready":true}` once the number is there; without the script the page refreshes itself.
#[derive(Clone, Copy, Debug)]
pub struct Guide<'a> {
    /// The application that needs the number.
    pub client_name: &'a str,
    /// Who signed in on this computer, where it is known.
    pub member_name: Option<&'a str>,
    /// What the QR code holds: the link to open inside WeCom.
    pub phone_link: &'a str,
    /// Where `#continue` leads.
    pub continue_href: &'a str,
    /// The host of the bridge, so that a QR code on a foreign page is noticed.
    pub place: &'a str,
    /// How long the code stays good.
    pub minutes: u64,
    /// Whether `#continue` was pressed before the number was there.
    pub not_yet: bool,
    /// After how many seconds the page asks for itself again; 0 is never.
    pub refresh_seconds: u32,
}

#[derive(Template)]
#[template(path = "guide.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: &'static str,
    page: &'a Guide<'a>,
    phone_link: Option<Link<'a>>,
    code: Option<String>,
    go_on: Option<Link<'a>>,
    status: String,
}

/// Renders the guide.
pub fn guide(shell: &Shell, page: &Guide) -> Result<String, askama::Error> {
    let t = shell.texts();
    let phone_link = Link::new(page.phone_link);
    let separator = if page.continue_href.contains('?') { '&' } else { '?' };
    Document {
        shell,
        t,
        title: t.guide.title,
        page,
        phone_link,
        code: phone_link.and_then(|link| qr::svg(link.address())),
        go_on: Link::new(page.continue_href),
        status: format!("{}{separator}status=1", page.continue_href),
    }
    .render()
}
