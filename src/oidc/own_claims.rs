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

/// So many bytes all groups of a member have together, at most: what is more is left out.
const LARGEST: usize = 64 * 1024;

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
        tags: about.tags.clone(),
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
        let name_en = tree.and_then(|tree| tree.english_name(id)).unwrap_or_default().to_owned();
        let leaders = tree.map(|tree| tree.leaders(id).map(str::to_owned).collect()).unwrap_or_default();
        Department { id, name, name_en, path, leaders }
    };
    ids.map(named).collect()
}

/// The groups of the member, each once: the departments in their order, then the tags; as many as fit.
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
    let tags = about.tags.iter().filter(|_| groups.tags).cloned();
    let (mut known, mut left) = (BTreeSet::new(), LARGEST);
    let fits = |group: &String| {
        left = left.saturating_sub(group.len());
        left > 0
    };
    let every = departments(about).into_iter().map(text).chain(tags);
    every.filter(told).filter(|group| known.insert(group.clone())).take_while(fits).collect()
}
