//! Addresses: which schemes may stand where, and what must not stand in one.

use url::Url;

use crate::domain::issuer::is_loopback;
use crate::domain::redirect::{InvalidRedirectUri, RedirectUri, has_plain_host};

use super::reading::Found;
use super::section::Section;

/// Where plain http is accepted besides https.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlainHttp {
    /// Nowhere.
    Never,
    /// When the host of the address is this machine.
    OnLoopback,
}

/// What an address must be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Scheme, host and port alone.
    Origin,
    /// A whole address without a fragment.
    Page,
    /// A whole address, a fragment included: only browsers go there.
    PageWithFragment,
}

impl Section<'_> {
    /// An address with a host, without user and password. What was written is never repeated:
    /// it may hold a password.
    pub fn address(&self, key: &str, http: PlainHttp, shape: Shape) -> Option<Found<Url>> {
        let text = self.text(key)?;
        let parsed = Url::parse(&text.value).ok().filter(Url::has_host);
        let wrong = match &parsed {
            Some(url) => fault(url, http, shape),
            None => Some(("is not an absolute address", "write scheme, host and path: https://…")),
        };
        if let Some((what, remedy)) = wrong {
            self.reading.error(&text.place, what, remedy);
            return None;
        }
        parsed.map(|url| text.with(url))
    }

    /// A list of redirection addresses; those that may not be registered are noted and left out.
    pub fn redirect_uris(&self, key: &str, loopback_http: bool, native: bool) -> Option<Found<Vec<RedirectUri>>> {
        let texts = self.texts(key)?;
        let register = |text: &Found<String>| match RedirectUri::register(&text.value, loopback_http, native) {
            Ok(uri) => Some(uri),
            Err(why) => {
                self.reading.error(&text.place, why.to_string(), redirect_remedy(why, loopback_http));
                None
            }
        };
        Some(texts.with(texts.value.iter().filter_map(register).collect()))
    }
}

fn fault(url: &Url, http: PlainHttp, shape: Shape) -> Option<(&'static str, &'static str)> {
    let plain = http == PlainHttp::OnLoopback && is_loopback(url);
    if url.scheme() != "https" && !(url.scheme() == "http" && plain) {
        return Some(("is not an https address", "write https://…; http is for loopback alone"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some(("holds a user or a password", "take out what stands before the @"));
    }
    if !has_plain_host(url) {
        return Some(("has a host with characters that no name of a host has", "write letters, digits, - and . alone"));
    }
    match shape {
        Shape::Origin if url.path() != "/" || url.query().is_some() || url.fragment().is_some() => {
            Some(("is more than an origin", "write scheme, host and port alone, without a path"))
        }
        Shape::Page if url.fragment().is_some() => Some(("has a fragment", "take out the # and what follows it")),
        _ => None,
    }
}

fn redirect_remedy(why: InvalidRedirectUri, loopback_http: bool) -> &'static str {
    match why {
        InvalidRedirectUri::NotAbsolute => "write the whole address: https://host/path",
        InvalidRedirectUri::Fragment => {
            "take out the # and what follows it; applications with #/… routes redirect there themselves"
        }
        InvalidRedirectUri::Scheme if loopback_http => {
            "write https://…; plain http only with localhost, 127.0.0.1 or [::1]"
        }
        InvalidRedirectUri::Scheme => {
            "write https://…; http on loopback needs an issuer on loopback or application_type = \"native\""
        }
        InvalidRedirectUri::UserInfo => "take out what stands before the @",
        InvalidRedirectUri::Characters => {
            "write each address out, without blanks and wildcards, other characters percent-encoded"
        }
    }
}
