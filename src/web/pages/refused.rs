//! The page of everybody who cannot go on: what happened, what to do, whom to ask.

use askama::Template;

use super::link::Link;
use super::{Back, Exit, Shell, qr};
use crate::domain::refusal::Refusal;
use crate::web::texts::{Explained, Texts};

/// What `#error-code` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageCode {
    /// A reason of our own.
    Refusal(Refusal),
    /// A registered OAuth error code.
    Oauth(&'static str),
}

impl PageCode {
    /// The exact text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refusal(refusal) => refusal.code(),
            Self::Oauth(code) => code,
        }
    }
}

/// What to open inside WeCom, as a link and as a QR code.
#[derive(Clone, Copy, Debug)]
pub struct QrLink<'a> {
    /// The address.
    pub href: &'a str,
}

/// What a refusal page shows; [`Refused::of`] gives the least one.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// Why; decides title, explanation, advice and whom to ask.
    pub code: PageCode,
    /// What the person tells the administrator, who finds the log line by it.
    pub request_id: &'a str,
    /// The application the person wanted to enter, where it is known.
    pub client_name: Option<&'a str>,
    /// One ASCII sentence for the developer of the application.
    pub detail: Option<&'a str>,
    /// Back to the application.
    pub back: Back<'a>,
    /// Where the sign-in can be begun again.
    pub again: Option<&'a str>,
    /// The other way to sign in.
    pub other_way: Option<&'a str>,
    /// What to open inside WeCom.
    pub link: Option<QrLink<'a>>,
}

impl<'a> Refused<'a> {
    /// A page with a code and a request id and nothing else, for struct update syntax.
    pub const fn of(code: PageCode, request_id: &'a str) -> Self {
        Self {
            code,
            request_id,
            client_name: None,
            detail: None,
            back: Back::None,
            again: None,
            other_way: None,
            link: None,
        }
    }
}

#[derive(Template)]
#[template(path = "refused.html", config = "src/web/pages/askama.toml")]
struct Document<'a> {
    shell: &'a Shell<'a>,
    t: &'static Texts,
    title: &'static str,
    page: &'a Refused<'a>,
    explained: &'static Explained,
    gentle: bool,
    retry_helps: bool,
    back: Exit<'a>,
    again: Option<Link<'a>>,
    other_way: Option<Link<'a>>,
    open: Option<Link<'a>>,
    code: Option<String>,
}

/// Renders the page of a refusal or of an OAuth error.
pub fn refused(shell: &Shell, page: &Refused) -> Result<String, askama::Error> {
    let t = shell.texts();
    let explained = match page.code {
        PageCode::Refusal(refusal) => t.refusals.of(refusal),
        PageCode::Oauth(code) => t.oauth.of(code),
    };
    let open = page.link.and_then(|link| Link::new(link.href));
    Document {
        shell,
        t,
        title: explained.title,
        page,
        explained,
        gentle: is_gentle(page.code),
        retry_helps: retry_helps(page.code),
        back: page.back.into(),
        again: page.again.and_then(Link::new),
        other_way: page.other_way.and_then(Link::new),
        open,
        code: open.and_then(|link| qr::svg(link.address())),
    }
    .render()
}

/// Whether the thing to do is to open the application inside WeCom: such a page shows its QR code.
pub const fn is_done_in_wecom(refusal: Refusal) -> bool {
    matches!(refusal, Refusal::OpenInWecom | Refusal::NumberUnproven)
}

/// Whether the person can go on by themselves at once: such a page shows a sign of advice, not of trouble.
fn is_gentle(code: PageCode) -> bool {
    matches!(
        code,
        PageCode::Refusal(
            Refusal::OpenInWecom
                | Refusal::StartAgain
                | Refusal::LinkExpired
                | Refusal::Denied
                | Refusal::PhoneMissing
                | Refusal::PhoneRefused
                | Refusal::NumberUnproven
                | Refusal::PhoneWithheld
        )
    )
}

/// Whether to sign in again is the thing to do, or only possible: before somebody changed a setting, it is not.
fn retry_helps(code: PageCode) -> bool {
    !matches!(
        code,
        PageCode::Refusal(
            Refusal::MemberDisabled
                | Refusal::MemberNotActivated
                | Refusal::NotVisible
                | Refusal::NotAllowed
                | Refusal::OpenInWecom
                | Refusal::WrongMember
                | Refusal::WecomMisconfigured
                | Refusal::AccountMissing
                | Refusal::AccountAmbiguous
                | Refusal::AccountTaken
                | Refusal::AccountProtected
                | Refusal::NumberUnproven
                | Refusal::NumberShared
        )
    )
}
