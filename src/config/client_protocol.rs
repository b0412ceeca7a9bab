//! The keys of a client that speak of the protocol alone: scopes, grants, algorithms, PKCE.

use serde::de::DeserializeOwned;

use crate::domain::client::GrantType;
use crate::domain::scope::{Scope, Scopes};

use super::schema::nearest;
use super::section::Section;
use super::unavailable;

/// One word of a closed list, or its default.
pub(super) fn word<T: DeserializeOwned + Default>(section: &Section<'_>, key: &str) -> T {
    section.word(key).map(|found| found.value).unwrap_or_default()
}

/// `require_pkce`: a public client has nothing else to prove itself by (RFC 9700 §2.1.1).
pub(super) fn require_pkce(section: &Section<'_>, public: bool) -> bool {
    let written = section.flag("require_pkce");
    if let Some(found) = written.as_ref().filter(|found| public && !found.value) {
        let what = "cannot be false for a public client";
        section.reading.error(&found.place, what, "take it out, or give the client a client_secret");
    }
    public || written.is_some_and(|found| found.value)
}

/// `grant_types`; without them, the code and its refresh tokens.
pub(super) fn grant_types(section: &Section<'_>) -> Vec<GrantType> {
    let Some(list) = section.texts("grant_types") else {
        return vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    };
    let mut grants: Vec<GrantType> = Vec::new();
    for grant in list.value.iter().filter_map(|text| section.as_word(text)) {
        if !grants.contains(&grant.value) {
            grants.push(grant.value);
        }
    }
    if !grants.contains(&GrantType::AuthorizationCode) {
        let remedy = "add \"authorization_code\": every sign-in begins with it";
        section.reading.error(&list.place, "leaves authorization_code out", remedy);
    }
    grants
}

/// `scope`; without it, everything that this version knows.
pub(super) fn scopes(section: &Section<'_>) -> Scopes {
    let Some(text) = section.text("scope") else { return unavailable::available_scopes() };
    let known = || Scope::ALL.into_iter().map(Scope::as_str);
    for word in text.value.split(' ').filter(|word| !word.is_empty() && !known().any(|k| k == *word)) {
        let remedy = match nearest(word, known()) {
            Some(near) => format!("write {near}"),
            None => format!("choose from {}", unavailable::available_scopes()),
        };
        section.reading.error(&text.place, "holds a value that is not a scope of this provider", remedy);
    }
    let scopes = Scopes::parse(&text.value);
    if !scopes.has(Scope::OpenId) {
        section.reading.error(&text.place, "leaves openid out", "add openid: nothing works without it");
    }
    scopes
}
