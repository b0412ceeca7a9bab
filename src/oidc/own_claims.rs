//! What the administrator adds to the standard claims: `[clients.claims]` with scope `profile`, `groups` with scope
//! `groups`. Both are made when userinfo is asked, of what is known by then: nobody waits for WeCom.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::claims::{About, may_have_phone, written_phone};
use crate::domain::client::GroupsBy;
use crate::domain::expression::Sight;
use crate::domain::expression::seen::{Department, Seen};
use crate::domain::scope::Scope;

/// So many bytes all groups of a member have together, at most: what is more is left out.
const LARGEST: usize = 64 * 1024;

/// Adds both to the claims of userinfo.
pub fn add(about: &About<'_>, claims: &mut Map<String, Value>) {
    if about.scopes.has(Scope::Groups) {
        let groups = groups(about);
        if !groups.is_empty() {
            claims.insert("groups".to_owned(), json!(groups));
        }
    }
    if about.scopes.has(Scope::Profile) && !about.client.claims.is_empty() {
        expressed(about, claims);
    }
}

/// An own claim stands in the place of a standard one of its name, also where it has nothing to say. One that
/// fails is left out, and said once for each configuration.
fn expressed(about: &About<'_>, claims: &mut Map<String, Value>) {
    let sight = Sight::from(&seen(about));
    for own in &about.client.claims {
        let name = own.name.as_str();
        claims.remove(name);
        if name == "email" {
            // It speaks of the address that WeCom gave.
            claims.remove("email_verified");
        }
        match own.expression.evaluate(&sight) {
            Ok(Some(value)) => drop(claims.insert(name.to_owned(), value)),
            Err(failure) if own.expression.fails_first() => {
                let client = about.client.client_id.as_str();
                tracing::warn!(
                    event = "claim.failed",
                    client,
                    claim = name,
                    reason = failure.as_str(),
                    cure = "say in [clients.claims] what stands there for such a member",
                    "an own claim is left out"
                );
            }
            Ok(None) | Err(_) => {}
        }
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
