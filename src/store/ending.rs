//! What the end of a session leaves behind. One place, so that every implementation agrees.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::lifetime::Ends as _;
use super::records::{LogoutDelivery, SessionRecord};
use crate::domain::ids::{ClientId, Subject};
use crate::domain::time::Timestamp;

/// A logout token for each client of the session that is to be told, due at once. A session that had ended by
/// itself leaves none: nobody signed out.
pub(super) fn deliveries(
    session: &SessionRecord,
    tell: &BTreeMap<ClientId, Subject>,
    now: Timestamp,
) -> Vec<LogoutDelivery> {
    let told = tell.iter().filter(|(client, _)| session.lives(now) && session.clients.contains_key(*client));
    told.map(|(client, subject)| LogoutDelivery {
        client: client.clone(),
        sid: session.sid.clone(),
        subject: subject.clone(),
        since: now,
        attempts: 0,
        next: now,
    })
    .collect()
}

/// Whether the new session goes on with the one before under another cookie: then nothing has ended.
pub(super) fn goes_on(before: &SessionRecord, new: Option<&SessionRecord>) -> bool {
    new.is_some_and(|new| new.sid == before.sid)
}

/// The new session with the clients of the one it goes on with, those included that came in the last moment.
pub(super) fn with_clients<'a>(new: &'a SessionRecord, before: Option<&SessionRecord>) -> Cow<'a, SessionRecord> {
    let Some(before) = before.filter(|before| before.sid == new.sid) else { return Cow::Borrowed(new) };
    let mut both = new.clone();
    for (client, got) in &before.clients {
        both.gave(client, *got);
    }
    Cow::Owned(both)
}
