//! The names and attributes of our cookies (law 1; threat 39).
//!
//! | cookie | over https | on loopback http |
//! |---|---|---|
//! | session | `__Host-session` | `session` |
//! | first of a transaction | `__Host-login-ID` | `login-ID` |
//! | signed out a moment ago | `__Host-signed-out` | `signed-out` |
//! | second, path `/login/ID/` | `__Secure-login` | `login` |
//!
//! All are `HttpOnly` and `SameSite=Lax`: WeCom's redirect is a top-level GET from another site.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::COOKIE;

use crate::domain::ids::TransactionId;
use crate::domain::issuer::Issuer;
use crate::login::CookieChange;

/// No browser of ours sends more; the rest is not looked at.
const MOST: usize = 200;

/// The cookies of a request.
pub struct Jar<'a> {
    pairs: Vec<(&'a str, &'a str)>,
    https: bool,
}

impl<'a> Jar<'a> {
    /// Reads the `Cookie` headers.
    pub fn of(request: &'a HttpRequest, issuer: &Issuer) -> Self {
        let headers = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
        let pairs = headers.flat_map(|h| h.split(';')).take(MOST).filter_map(|pair| pair.trim().split_once('='));
        Self { pairs: pairs.collect(), https: issuer.is_https() }
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| *value)
    }

    /// The session cookie.
    pub fn session(&self) -> Option<&'a str> {
        self.get(session_name(self.https))
    }

    /// Whether this browser signed out a moment ago.
    pub fn signed_out(&self) -> bool {
        self.get(signed_out_name(self.https)).is_some()
    }

    /// The first cookie of a transaction.
    pub fn binding(&self, id: &TransactionId) -> Option<&'a str> {
        self.get(&format!("{}{id}", binding_prefix(self.https)))
    }

    /// The second cookie; its path makes it that of the transaction whose address was asked for.
    pub fn sealed(&self) -> Option<&'a str> {
        self.get(sealed_name(self.https))
    }

    /// The transactions whose first cookie is here.
    pub fn pending(&self) -> Vec<TransactionId> {
        let prefix = binding_prefix(self.https);
        let ids = self.pairs.iter().filter_map(|(name, _)| name.strip_prefix(prefix));
        ids.filter_map(|id| TransactionId::parse(id).ok()).collect()
    }
}

/// The `Set-Cookie` of a change.
pub fn cookie(change: &CookieChange, issuer: &Issuer) -> Cookie<'static> {
    let https = issuer.is_https();
    let (name, path, value, seconds) = match change {
        CookieChange::Binding(id, value, seconds) => {
            (format!("{}{id}", binding_prefix(https)), "/".to_owned(), value.clone(), *seconds)
        }
        CookieChange::Sealed(id, value, seconds) => {
            (sealed_name(https).to_owned(), issuer.route(&format!("/login/{id}/")), value.clone(), *seconds)
        }
        CookieChange::Drop(id) => (format!("{}{id}", binding_prefix(https)), "/".to_owned(), String::new(), 0),
        CookieChange::Session(value, seconds) => {
            (session_name(https).to_owned(), "/".to_owned(), value.clone(), *seconds)
        }
        CookieChange::DropSession => (session_name(https).to_owned(), "/".to_owned(), String::new(), 0),
        CookieChange::SignedOut(seconds) => {
            (signed_out_name(https).to_owned(), "/".to_owned(), "1".to_owned(), *seconds)
        }
        CookieChange::SignedInAgain => (signed_out_name(https).to_owned(), "/".to_owned(), String::new(), 0),
    };
    Cookie::build(name, value)
        .path(path)
        .max_age(Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(https)
        .finish()
}

const fn session_name(https: bool) -> &'static str {
    if https { "__Host-session" } else { "session" }
}

const fn signed_out_name(https: bool) -> &'static str {
    if https { "__Host-signed-out" } else { "signed-out" }
}

const fn binding_prefix(https: bool) -> &'static str {
    if https { "__Host-login-" } else { "login-" }
}

const fn sealed_name(https: bool) -> &'static str {
    if https { "__Secure-login" } else { "login" }
}
