//! What the administrator adds to the standard claims: `[clients.claims]` with scope `profile`, `groups` with scope
//! `groups`. Both are made when userinfo is asked, of what is known by then: nobody waits for WeCom.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::claims::{About, may_have_phone, written_phone};
use crate::config::{Client, OwnClaim};
use crate::domain::client::GroupsBy;
use crate::domain::expression::seen::{Department, Seen};
use crate::domain::expression::{Failure, Sight};
use crate::domain::scope::Scope;

/// An own claim that fails for the member.
pub type LeftOut = (OwnClaim, Failure);

/// Adds both to the claims of userinfo; gives the own claims that fail and are left out.
pub fn add(about: &About<'_>, claims: &mut Map<String, Value>) -> Vec<LeftOut> {
    if about.scopes.has(Scope::Groups) {
        let groups = groups(about);
        if !groups.is_empty() {
            claims.insert("groups".to_owned(), json!(groups));
        }
    }
    match about.scopes.has(Scope::Profile) && !about.client.claims.is_empty() {
        true => expressed(about, claims),
        false => Vec::new(),
    }
}

/// An own claim stands in the place of a standard one of its name, also where it has nothing to say.
fn expressed(about: &About<'_>, claims: &mut Map<String, Value>) -> Vec<LeftOut> {
    let sight = Sight::from(&seen(about));
    let mut left_out = Vec::new();
    for own in &about.client.claims {
        let name = own.name.as_str();
        claims.remove(name);
        if name == "email" {
            // It speaks of the address that WeCom gave.
            claims.remove("email_verified");
        }
        match own.expression.evaluate(&sight) {
            Ok(value) => claims.extend(value.map(|value| (name.to_owned(), value))),
            Err(failure) => left_out.push((own.clone(), failure)),
        }
    }
    left_out
}

/// Says of each claim that fails that it did, once for each configuration.
pub fn warn(client: &Client, left_out: &[LeftOut]) {
    for (own, failure) in left_out.iter().filter(|(own, _)| own.expression.fails_first()) {
        tracing::warn!(
            event = "claim.failed",
            client = client.client_id.as_str(),
            claim = own.name.as_str(),
            reason = failure.as_str(),
            cure = "say in [clients.claims] what stands there for such a member",
            "an own claim is left out"
        );
    }
}

fn seen<'a>(about: &About<'a>) -> Seen<'a> {
    let contact = about.contact;
    let phone = contact.and_then(|contact| contact.phone.as_ref());
    let phone = phone.filter(|_| may_have_phone(about.client, about.scopes));
    let contact = contact.filter(|_| about.scopes.has(Scope::Email));
    Seen {
        member: &about.member.member,
        departments: departments(about),
        tags: Vec::new(),
        phone: phone.map(|phone| written_phone(about.client, phone)),
        email: contact.and_then(|contact| contact.email.as_deref()),
        biz_mail: contact.and_then(|contact| contact.biz_mail.as_deref()),
    }
}

/// The member's departments; without a tree their names are unknown.
fn departments(about: &About<'_>) -> Vec<Department> {
    let ids = about.member.member.departments.iter().copied();
    let named = |id: u64| {
        let tree = about.tree.as_deref();
        let name = tree.and_then(|tree| tree.name(id)).unwrap_or_default().to_owned();
        let path = tree.and_then(|tree| tree.path(id)).unwrap_or_default();
        Department { id, name, path }
    };
    ids.map(named).collect()
}

/// The groups of the member, each once, in the order of the departments.
fn groups(about: &About<'_>) -> Vec<String> {
    let groups = &about.client.groups;
    let text = |department: Department| match groups.departments {
        GroupsBy::Path => department.path,
        GroupsBy::Name => department.name,
        GroupsBy::Id => department.id.to_string(),
        GroupsBy::None => String::new(),
    };
    let told = |group: &String| {
        !group.is_empty() && (groups.only.is_empty() || groups.only.iter().any(|glob| glob.matches(group)))
    };
    let mut known = BTreeSet::new();
    departments(about).into_iter().map(text).filter(told).filter(|group| known.insert(group.clone())).collect()
}
