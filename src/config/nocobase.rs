//! `[clients.nocobase]`: where the accounts of a client are, and how members are led to theirs.

use std::collections::BTreeSet;
use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::Url;

use crate::domain::client::{PhonePolicy, SubjectSource};

use super::address::{PlainHttp, Shape};
use super::reading::Found;
use super::schema;
use super::section::Section;

/// The NocoBase behind a client, with every default already decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nocobase {
    /// `url`: where browsers open it, with a `/` at its end; its interface is below `api/`.
    pub url: Url,
    /// `api_key`.
    pub api_key: ApiKey,
    /// `authenticator`: the name of the OIDC authenticator whose links are looked at and made.
    pub authenticator: String,
    /// `unmatched`.
    pub unmatched: Unmatched,
    /// `protected_roles`: whoever holds one of them is never linked by us.
    pub protected_roles: BTreeSet<String>,
    /// `on_trouble`.
    pub on_trouble: OnTrouble,
}

/// What becomes of a member whose number nobody there has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmatched {
    /// NocoBase decides by itself. The default.
    #[default]
    Leave,
    /// A user is made.
    Create,
    /// The member is told to have an account made.
    Refuse,
}

/// What becomes of a sign-in when NocoBase cannot be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnTrouble {
    /// It goes on, and NocoBase is asked again at the next one. The default.
    #[default]
    Allow,
    /// It ends on a page.
    Refuse,
}

/// A key for the interface of NocoBase.
#[derive(Clone)]
pub struct ApiKey(SecretString);

impl ApiKey {
    /// The key itself, to be handed to whoever makes the call.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}

/// Whether a reload changes it; nobody outside can time this.
impl PartialEq for ApiKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

impl Eq for ApiKey {}

/// Ends of an address that was copied out of the browser while NocoBase was open.
const PAGES: [&str; 3] = ["api", "admin", "signin"];

/// Reads the table, where there is one. A client that gets no number, or whose `sub` can become somebody else's, can have none.
pub(super) fn nocobase(client: &Section<'_>, phone: PhonePolicy, subject: SubjectSource) -> Option<Nocobase> {
    if !client.has("nocobase") {
        return None;
    }
    let section = client.table("nocobase", &schema::NOCOBASE);
    section.require("url", "write the address of NocoBase: https://nb.example.com");
    section.require("authenticator", "write the name of the OIDC authenticator in NocoBase (Settings, Authentication)");
    if !section.has("api_key") && !section.has("api_key_file") {
        section.require("api_key", "make a key in NocoBase (Settings, API keys) for a role of its own");
    }
    what_it_needs(client, &section, phone, subject);
    let read = (url(&section), section.secret("api_key", "api_key_file"), section.label("authenticator", 128));
    let unmatched = section.word("unmatched").map(|found| found.value).unwrap_or_default();
    let on_trouble = section.word("on_trouble").map(|found| found.value).unwrap_or_default();
    let protected_roles = protected_roles(&section);
    let (Some(url), Some(key), Some(authenticator)) = read else { return None };
    let (api_key, authenticator) = (ApiKey(key.value), authenticator.value);
    Some(Nocobase { url, api_key, authenticator, unmatched, protected_roles, on_trouble })
}

fn what_it_needs(client: &Section<'_>, section: &Section<'_>, phone: PhonePolicy, subject: SubjectSource) {
    match phone {
        PhonePolicy::Required => {}
        PhonePolicy::Wanted => {
            let what = "matches nobody whose number is not known, for this client can do without one";
            section.reading.warning(&section.place(), what, "write phone = \"required\" above it");
        }
        PhonePolicy::Never => {
            let what = "finds accounts by the phone number, which this client never gets";
            section.reading.error(&section.place(), what, "write phone = \"required\" above it, or take the table out");
        }
    }
    if subject == SubjectSource::Userid {
        let what = "leads whoever gets a userid later to the account of the one before, beside [clients.nocobase]";
        client.reading.error(&client.place_of("subject"), what, "take it out: accounts are linked to stable subjects");
    }
}

fn url(section: &Section<'_>) -> Option<Url> {
    let Found { value: mut url, place } = section.address("url", PlainHttp::OnLoopback, Shape::Page)?;
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let plain = |segment: &&str| segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    let wrong = if url.query().is_some() {
        Some(("has a query", "take out the ? and what follows it"))
    } else if !segments.iter().all(plain) || url.path().contains("//") {
        Some(("has a path that could be read in two ways", "write letters, digits and - . _ ~ between single slashes"))
    } else if segments.last().is_some_and(|last| PAGES.contains(last)) {
        Some(("is a page of NocoBase, not its beginning", "take out the last part of the path"))
    } else {
        None
    };
    if let Some((what, remedy)) = wrong {
        section.reading.error(&place, what, remedy);
        return None;
    }
    if !url.path().ends_with('/') {
        let whole = format!("{}/", url.path());
        url.set_path(&whole);
    }
    Some(url)
}

fn protected_roles(section: &Section<'_>) -> BTreeSet<String> {
    let Some(list) = section.texts("protected_roles") else {
        return ["root", "admin"].map(str::to_owned).into();
    };
    if !list.value.iter().any(|role| role.value == "root") {
        let what = "leaves root out, so the account that may do everything can be linked to a phone number";
        section.reading.warning(&list.place, what, "write [\"root\", \"admin\"], and further roles of yours");
    }
    for role in list.value.iter().filter(|role| role.value.trim().is_empty()) {
        section.reading.error(&role.place, "is no name of a role", "write the name that NocoBase shows as role UID");
    }
    list.value.into_iter().map(|role| role.value).collect()
}

#[cfg(test)]
#[path = "nocobase_tests.rs"]
mod tests;
