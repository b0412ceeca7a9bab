//! Claims about a member (OpenID Connect Core §5.1, §5.4): released by scope, by request, by profile.
//!
//! Policy, also in `docs/protocol.md`:
//! * what WeCom leaves empty is left out; nothing is ever `null` or `""`;
//! * `email` is the address that the corp issued (`biz_mail`), and is `email_verified`; without one it
//!   is the address of the member's profile, and is not;
//! * `phone_number` was read by WeCom's consent for this very member (law 7); it is
//!   `phone_number_verified` when it could be understood as an E.164 number;
//! * `preferred_username` is the userid: shown, never an identity (threat 23).

use serde_json::{Map, Value, json};

use super::own_claims::{self, LeftOut};
use crate::config::Client;
use crate::directory::departments::Tree;
use crate::domain::client::{PhoneFormat, PhonePolicy, Profile};
use crate::domain::digest::{Digest, Purpose};
use crate::domain::ids::{CorpId, Subject, UserId};
use crate::domain::member::Contact;
use crate::domain::phone::PhoneNumber;
use crate::domain::scope::{Scope, Scopes};
use crate::store::records::MemberRecord;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Claims that the `claims` parameter can ask for one by one.
pub const RELEASABLE: &[&str] = &[
    "name",
    "nickname",
    "preferred_username",
    "updated_at",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
];

/// The scope that gives a claim of [`RELEASABLE`] (Core §5.4).
pub fn scope_of(claim: &str) -> Option<Scope> {
    match claim {
        "name" | "nickname" | "preferred_username" | "updated_at" => Some(Scope::Profile),
        "email" | "email_verified" => Some(Scope::Email),
        "phone_number" | "phone_number_verified" => Some(Scope::Phone),
        _ => None,
    }
}

/// Whom the claims are about and for whom.
pub struct About<'a> {
    /// The relying party.
    pub client: &'a Client,
    /// The person as this client knows one.
    pub subject: &'a Subject,
    /// The corp, where this client accepts members of more than one.
    pub corp: Option<&'a CorpId>,
    /// What WeCom last told.
    pub member: &'a MemberRecord,
    /// What the member let us read.
    pub contact: Option<&'a Contact>,
    /// The granted scopes.
    pub scopes: Scopes,
    /// The departments of the connection, where they are known and anything needs their names.
    pub tree: Option<Arc<Tree>>,
    /// The names of the member's tags, where they are known and anything needs them.
    pub tags: Vec<String>,
}

/// Whether this client may have the phone number (law 7).
pub fn may_have_phone(client: &Client, scopes: Scopes) -> bool {
    client.phone != PhonePolicy::Never && (scopes.has(Scope::Phone) || client.profile == Profile::Nocobase)
}

/// The number in the spelling that this client gets.
pub fn written_phone<'a>(client: &Client, phone: &'a PhoneNumber) -> &'a str {
    match client.phone_format {
        PhoneFormat::E164 => phone.best(),
        PhoneFormat::National => phone.national(),
    }
}

/// Whether anything of the contact details could be released at userinfo: otherwise they need not even be unsealed.
pub fn may_tell_contact(client: &Client, scopes: Scopes, requested: &BTreeSet<String>) -> bool {
    scopes.has(Scope::Email) || may_have_phone(client, scopes) || !requested.is_empty()
}

/// What userinfo tells of a member.
pub struct Told {
    /// The claims.
    pub claims: Map<String, Value>,
    /// The own claims that fail for this member.
    pub left_out: Vec<LeftOut>,
}

/// The claims of userinfo: `sub`, and what scopes, request and profile release (Core §5.3.2).
pub fn userinfo(about: &About<'_>, requested: &BTreeSet<String>) -> Told {
    let mut claims = released(about, |name, scope| {
        about.scopes.has(scope) || (requested.contains(name) && about.client.scopes.has(scope))
    });
    if about.client.profile == Profile::Nocobase {
        nocobase(about, &mut claims);
    }
    let left_out = own_claims::add(about, &mut claims);
    claims.insert("sub".to_owned(), json!(about.subject.as_str()));
    Told { claims, left_out }
}

/// What the `claims` parameter asked for in the ID token, as far as the client may have it; nothing by scope (Core §5.4).
pub fn id_token(about: &About<'_>, requested: &BTreeSet<String>) -> Map<String, Value> {
    released(about, |name, scope| requested.contains(name) && about.client.scopes.has(scope))
}

fn released(about: &About<'_>, may: impl Fn(&str, Scope) -> bool) -> Map<String, Value> {
    let mut claims = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|_| scope_of(name).is_some_and(|scope| may(name, scope))) {
            claims.insert(name.to_owned(), value);
        }
    };
    let member = &about.member.member;
    put("name", text(member.name.as_deref()));
    put("nickname", text(member.alias.as_deref()));
    put("preferred_username", Some(json!(member.userid.as_str())));
    put("updated_at", Some(json!(about.member.read_at.0)));
    if let Some((address, verified)) = about.contact.and_then(email) {
        put("email", Some(json!(address)));
        put("email_verified", Some(json!(verified)));
    }
    let phone = about.contact.and_then(|c| c.phone.as_ref());
    if let Some(phone) = phone.filter(|_| about.client.phone != PhonePolicy::Never) {
        let written = written_phone(about.client, phone);
        put("phone_number", Some(json!(written)));
        put("phone_number_verified", phone.e164().map(|_| json!(true)));
    }
    claims
}

/// What NocoBase's generic OIDC authenticator reads at userinfo: `username`, `nickname`, `name`, `email`, `phone`.
fn nocobase(about: &About<'_>, claims: &mut Map<String, Value>) {
    let member = &about.member.member;
    if about.scopes.has(Scope::Profile) {
        claims.insert("username".to_owned(), json!(nocobase_username(&member.userid, about.corp)));
        // NocoBase shows `nickname` as the person's name.
        if let Some(name) = text(member.name.as_deref()) {
            claims.insert("nickname".to_owned(), name);
        }
    }
    let phone = about.contact.and_then(|c| c.phone.as_ref());
    if let Some(phone) = phone.filter(|_| may_have_phone(about.client, about.scopes)) {
        let written = written_phone(about.client, phone);
        claims.insert("phone".to_owned(), json!(written));
    }
}

/// A userid as a NocoBase username: `/^[^@<>"'/]{1,50}$/`. One that does not fit, or that could be
/// somebody else's in another corp, gets a digest at its end: two members never share a username, for
/// NocoBase can be told to hand an account to whoever has its username.
pub fn nocobase_username(userid: &UserId, corp: Option<&CorpId>) -> String {
    let text = userid.as_str();
    if text.len() <= 50 && !text.contains('@') && corp.is_none() {
        return text.to_owned();
    }
    let clean: String = text.chars().map(|c| if c == '@' { '_' } else { c }).take(41).collect();
    let folded = format!("{}/{}", corp.map_or("", CorpId::as_str), text.to_ascii_lowercase());
    format!("{clean}-{}", Digest::of(Purpose::Username, &folded).short())
}

fn email(contact: &Contact) -> Option<(&str, bool)> {
    let filled = |address: &'_ Option<String>| address.as_ref().is_some_and(|a| !a.is_empty());
    if filled(&contact.biz_mail) {
        contact.biz_mail.as_deref().map(|a| (a, true))
    } else {
        contact.email.as_deref().filter(|a| !a.is_empty()).map(|a| (a, false))
    }
}

fn text(value: Option<&str>) -> Option<Value> {
    value.filter(|v| !v.is_empty()).map(|v| json!(v))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_claim_that_can_be_asked_for_by_name_belongs_to_a_scope() {
        assert!(RELEASABLE.iter().all(|name| scope_of(name).is_some()));
        assert_eq!(scope_of("acr"), None);
    }

    #[test]
    fn a_username_always_keeps_nocobases_rule_and_stays_unique() {
        let name = |text: &str| UserId::parse(text).map(|u| nocobase_username(&u, None));
        assert_eq!(name("zhang.san-1_x").as_deref(), Ok("zhang.san-1_x"));
        let (here, there) = (CorpId::parse("ww1"), CorpId::parse("ww2"));
        let of = |corp: &CorpId| UserId::parse("zhangsan").map(|u| nocobase_username(&u, Some(corp)));
        assert_ne!(here.and_then(|c| of(&c)), there.and_then(|c| of(&c)));
        let (mail, near) = (name("a@b.example"), name("a_b.example"));
        assert_ne!(mail, near);
        let long = name(&"x".repeat(64)).unwrap_or_default();
        for text in [mail.unwrap_or_default(), long] {
            assert!((1..=50).contains(&text.len()) && !text.contains(['@', '<', '>', '"', '\'', '/']), "{text}");
        }
    }
}
