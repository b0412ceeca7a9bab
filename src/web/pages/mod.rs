//! The pages: one file each, a struct that says what the page needs and a function that returns the
//! whole HTML document.
//!
//! Every page works without JavaScript, keeps the policy `default-src 'none'; style-src 'self';
//! img-src 'self'; script-src 'self'` (the guide also needs `connect-src 'self'` for its waiting
//! script) and holds the stable ids that scripts and tests rely on. Every value is escaped by the
//! template engine; an address that is no web address and no path is not made a link.
//! A further page is a Rust file, an HTML file, its texts in `web::texts` and a sample in `samples`.

mod account;
mod consent;
mod form_post;
mod guide;
mod link;
mod logout_confirm;
mod phone_done;
mod qr;
mod refused;
mod select_account;
mod sign_in;
mod signed_out;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use account::{Account, AccountPhone, Application, Place, account};
pub use consent::{Consent, consent};
pub use form_post::{FormPost, form_post};
pub use guide::{Guide, guide};
pub use logout_confirm::{LogoutConfirm, logout_confirm};
pub use phone_done::{PhoneDone, phone_done};
pub use refused::{PageCode, QrLink, Refused, is_done_in_wecom, refused};
pub use select_account::{SelectAccount, select_account};
pub use sign_in::{SignIn, SignInReason, Way, sign_in};
pub use signed_out::{SignedOut, signed_out};

use crate::domain::language::Language;
use crate::web::texts::Texts;
use link::Link;

/// What every page has around it.
#[derive(Clone, Copy, Debug)]
pub struct Shell<'a> {
    /// The language of the page.
    pub language: Language,
    /// The path of the issuer: empty, or like `/sso`.
    pub base: &'a str,
    /// The name above the page.
    pub brand_name: &'a str,
    /// Whether a logo is served at `{base}/assets/logo`; otherwise our own mark is shown.
    pub logo: bool,
    /// Whether `{base}/assets/brand.css` exists (`web::assets::brand_css`).
    pub accent: bool,
}

impl Shell<'_> {
    fn texts(&self) -> &'static Texts {
        Texts::of(self.language)
    }
}

/// Somewhere a person can go on to: by a link, or by a form with one button.
#[derive(Clone, Copy, Debug)]
pub enum Go<'a> {
    /// A link.
    Link(&'a str),
    /// A POST.
    Form {
        /// Where it posts to.
        action: &'a str,
        /// The hidden fields.
        fields: &'a [(&'a str, &'a str)],
    },
}

/// The way back to the application, with the id `back-to-app`.
#[derive(Clone, Copy, Debug, Default)]
pub enum Back<'a> {
    /// There is none, or it may not be shown.
    #[default]
    None,
    /// A link.
    Link(&'a str),
    /// A plain form with a button, for clients that are answered by `form_post`.
    Form {
        /// Where it posts to.
        action: &'a str,
        /// The hidden fields.
        fields: &'a [(&'a str, &'a str)],
    },
}

/// A [`Go`] or [`Back`] whose address was checked, as the templates see it.
#[derive(Clone, Copy, Debug)]
enum Exit<'a> {
    None,
    Link(Link<'a>),
    Form(Link<'a>, &'a [(&'a str, &'a str)]),
}

impl<'a> From<Go<'a>> for Exit<'a> {
    fn from(go: Go<'a>) -> Self {
        match go {
            Go::Link(address) => Link::new(address).map_or(Self::None, Self::Link),
            Go::Form { action, fields } => Link::new(action).map_or(Self::None, |link| Self::Form(link, fields)),
        }
    }
}

impl<'a> From<Back<'a>> for Exit<'a> {
    fn from(back: Back<'a>) -> Self {
        match back {
            Back::None => Self::None,
            Back::Link(address) => Go::Link(address).into(),
            Back::Form { action, fields } => Go::Form { action, fields }.into(),
        }
    }
}
