//! The first-login guide: the phone number can only be released inside the WeCom client.

use askama::Template;

use super::link::Link;
use super::{Shell, qr};
use crate::web::texts::Texts;

/// What the guide shows.
///
/// The waiting script listens at `events_href` (server-sent events `waiting`, `ready`, `full`); where that does not
/// work it asks `{continue_href}?status=1` every five seconds and expects the JSON `{"ready":true}` once the number is
/// there. Without scripts the page refreshes itself.
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
    /// Where the script waits.
    pub events_href: &'a str,
    /// For how many seconds the code is good; then the script asks for a new one.
    pub seconds: u64,
    /// WeCom was asked to send the link as a message too.
    pub card_asked: bool,
    /// Whether `#continue` was pressed before the number was there.
    pub not_yet: bool,
    /// After how many seconds the page asks for itself again where scripts are off; 0 is never.
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
    events: Option<Link<'a>>,
    minutes: u64,
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
        events: Link::new(page.events_href),
        minutes: page.seconds.div_ceil(60),
    }
    .render()
}
