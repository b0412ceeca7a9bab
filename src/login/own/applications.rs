//! What applications hold of a member.

use std::collections::BTreeMap;

use super::OwnSession;
use crate::domain::ids::ClientId;
use crate::domain::scope::{Scope, Scopes};
use crate::domain::time::Timestamp;
use crate::login::{Login, Stop};
use crate::oidc::claims::scope_of;
use crate::oidc::consent::Release;
use crate::store::records::SessionRecord;

/// What an application holds of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Since when, as far as it is known.
    pub since: Timestamp,
    /// In so many browsers the member is signed in there.
    pub sessions: usize,
    /// It may go on while the member is away.
    pub lasting: bool,
    /// What it was told, or may ask for.
    pub told: Scopes,
}

impl Login {
    /// From sessions, from what was agreed to and from grants: each knows of applications that the others need not
    /// know.
    pub(super) async fn own_applications(
        &self,
        session: &SessionRecord,
        sessions: &[OwnSession],
    ) -> Result<BTreeMap<ClientId, Holding>, Stop> {
        let (provider, member) = (&self.provider, &session.member);
        let mut found = Found::default();
        for OwnSession { record, .. } in sessions {
            for (client, got) in &record.clients {
                found.note(client, got.since, got.told).sessions += 1;
            }
        }
        let person = provider.directory.person(member).await?;
        for (client, consent) in provider.store.consents_of(member).await? {
            // What the person before agreed to is nothing of this one (law 6).
            if consent.person == person {
                let told = consent.claims.iter().filter_map(|claim| scope_of(claim));
                found.note(&client, consent.agreed, told.fold(consent.scopes, Scopes::with));
            }
        }
        for living in provider.store.grants_of(member, provider.now()).await? {
            let (id, grant) = (&living.grant.client, &living.grant);
            let client = provider.config.clients.get(id);
            let told = client.map(|client| Release::of_grant(provider, client, grant).in_words());
            // A grant knows when the member signed in, not since when it is there.
            let since = found.0.get(id).map_or(grant.auth_time, |known| known.since);
            found.note(id, since, told.unwrap_or_default()).lasting |= living.refreshes;
        }
        Ok(found.0)
    }
}

#[derive(Default)]
struct Found(BTreeMap<ClientId, Holding>);

impl Found {
    fn note(&mut self, client: &ClientId, since: Timestamp, told: Scopes) -> &mut Holding {
        let nothing = Holding { since, sessions: 0, lasting: false, told: Scopes::default() };
        let held = self.0.entry(client.clone()).or_insert(nothing);
        held.since = held.since.earlier(since);
        // Whether it may go on while the member is away, the grants themselves tell.
        held.told = held.told.or(told).without(Scope::OfflineAccess);
        held
    }
}
