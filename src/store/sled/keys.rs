//! The names of records: a byte of kind, then a digest, an id or a name. No key holds anything that
//! could be used.
//!
//! Of a digest the first 160 bits are taken, which nobody meets by chance or by trying. So nearly every
//! key fits into the 22 bytes that sled keeps in place; longer ones it allocates, each by itself, and
//! counts again whenever it copies a node.
//!
//! A member is written `corp 0 userid`: neither part can hold a zero, so the order of keys is that of
//! [`MemberKey`]. The indexes of a member end this with one more zero, so that `ann` is no prefix of `anna`.

use sled::IVec;

use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName, CorpId, GrantId, MemberKey, UserId};
use crate::domain::time::Timestamp;
use crate::store::records::LogoutDelivery;

/// The first byte of every key. None is 255, so every kind has an end.
pub(super) mod kind {
    pub(in super::super) const HEADER: u8 = 0;
    pub(in super::super) const ROUND: u8 = 1;
    pub(in super::super) const JOURNAL: u8 = 2;
    pub(in super::super) const FINGERPRINTS: u8 = b'f';
    pub(in super::super) const CODE: u8 = b'c';
    pub(in super::super) const ACCESS: u8 = b'a';
    pub(in super::super) const GRANT: u8 = b'g';
    pub(in super::super) const REFRESH: u8 = b'r';
    pub(in super::super) const SESSION: u8 = b's';
    pub(in super::super) const LOGIN: u8 = b'l';
    pub(in super::super) const LOGOUT: u8 = b'o';
    pub(in super::super) const TICKET: u8 = b't';
    pub(in super::super) const PUSHED: u8 = b'p';
    pub(in super::super) const ASSERTION: u8 = b'j';
    pub(in super::super) const UPSTREAM: u8 = b'u';
    pub(in super::super) const MEMBER: u8 = b'm';
    pub(in super::super) const CONTACT: u8 = b'k';
    pub(in super::super) const NUMBER: u8 = b'q';
    pub(in super::super) const SUBJECT: u8 = b'n';
    pub(in super::super) const CONSENT: u8 = b'y';
    pub(in super::super) const SESSION_OF: u8 = b'S';
    pub(in super::super) const GRANT_OF: u8 = b'G';
    pub(in super::super) const NOTE: u8 = b'x';
}

/// A key of parts.
fn joined(kind: u8, parts: &[&[u8]]) -> IVec {
    let mut bytes = Vec::with_capacity(1 + parts.iter().map(|p| p.len()).sum::<usize>());
    bytes.push(kind);
    for part in parts {
        bytes.extend_from_slice(part);
    }
    IVec::from(bytes.as_slice())
}

/// The only record of its kind.
pub(super) fn only(kind: u8) -> IVec {
    IVec::from(&[kind])
}

/// So many bytes of a digest are its name.
const NAME: usize = 20;

/// A record under a digest.
pub(super) fn digest(kind: u8, digest: &Digest) -> IVec {
    let mut bytes = [kind; 1 + NAME];
    bytes[1..].copy_from_slice(&digest.0[..NAME]);
    IVec::from(&bytes[..])
}

/// A grant.
pub(super) fn grant(id: GrantId) -> IVec {
    let mut bytes = [kind::GRANT; 17];
    bytes[1..].copy_from_slice(&id.0);
    IVec::from(&bytes[..])
}

/// A record of a member.
pub(super) fn member(kind: u8, member: &MemberKey) -> IVec {
    joined(kind, &[member.corp().as_str().as_bytes(), &[0], member.folded_userid().as_bytes()])
}

/// The member of such a key.
pub(super) fn member_of(key: &[u8]) -> Option<MemberKey> {
    let text = std::str::from_utf8(key.get(1..)?).ok()?;
    let (corp, userid) = text.split_once('\0')?;
    Some(MemberKey::new(CorpId::parse(corp).ok()?, &UserId::parse(userid).ok()?))
}

/// The beginning of a member's index entries.
pub(super) fn index(kind: u8, member: &MemberKey) -> IVec {
    joined(kind, &[member.corp().as_str().as_bytes(), &[0], member.folded_userid().as_bytes(), &[0]])
}

/// What one connection was shown of a member.
pub(super) fn member_at(member: &MemberKey, connection: &ConnectionName) -> IVec {
    let (corp, userid) = (member.corp().as_str(), member.folded_userid());
    joined(kind::MEMBER, &[corp.as_bytes(), &[0], userid.as_bytes(), &[0], connection.as_str().as_bytes()])
}

/// What a member agreed to for one client.
pub(super) fn consent(member: &MemberKey, client: &ClientId) -> IVec {
    let (corp, userid) = (member.corp().as_str(), member.folded_userid());
    joined(kind::CONSENT, &[corp.as_bytes(), &[0], userid.as_bytes(), &[0], client.as_str().as_bytes()])
}

/// The client of such a key.
pub(super) fn consented_client(key: &[u8]) -> Option<ClientId> {
    let name = key.rsplit(|byte| *byte == 0).next()?;
    ClientId::parse(std::str::from_utf8(name).ok()?).ok()
}

/// The index entry of a member for a record of the member.
pub(super) fn index_entry(kind: u8, member: &MemberKey, record: &[u8]) -> IVec {
    let name = record.get(1..).unwrap_or_default();
    joined(kind, &[member.corp().as_str().as_bytes(), &[0], member.folded_userid().as_bytes(), &[0], name])
}

/// The `N` bytes that a key or a value ends with.
pub(super) fn tail<const N: usize>(key: &[u8]) -> Option<[u8; N]> {
    key.last_chunk().copied()
}

/// The id of an assertion of a client.
pub(super) fn assertion(client: &ClientId, jti: &Digest) -> IVec {
    joined(kind::ASSERTION, &[client.as_str().as_bytes(), &[0], &jti.0[..NAME]])
}

/// The client of such a key.
pub(super) fn client_of(key: &[u8]) -> Option<ClientId> {
    let end = key.len().checked_sub(1 + NAME)?;
    ClientId::parse(std::str::from_utf8(key.get(1..end)?).ok()?).ok()
}

/// The beginning of the logout tokens that wait for a client.
pub(super) fn logouts_of(client: &ClientId) -> IVec {
    joined(kind::LOGOUT, &[client.as_str().as_bytes(), &[0]])
}

/// The first key of a client behind those that are due at `now`.
pub(super) fn logouts_past(client: &ClientId, now: Timestamp) -> IVec {
    joined(kind::LOGOUT, &[client.as_str().as_bytes(), &[0], &now.0.saturating_add(1).to_be_bytes()])
}

/// A logout token that waits: those of a client stand in the order in which they are due.
pub(super) fn logout(delivery: &LogoutDelivery) -> IVec {
    let (client, sid) = (delivery.client.as_str().as_bytes(), delivery.sid.as_str().as_bytes());
    joined(kind::LOGOUT, &[client, &[0], &delivery.next.0.to_be_bytes(), sid])
}

/// The client of such a key.
pub(super) fn awaiting_client(key: &[u8]) -> Option<ClientId> {
    let client = key.get(1..)?.split(|byte| *byte == 0).next()?;
    ClientId::parse(std::str::from_utf8(client).ok()?).ok()
}

/// The token of a connection.
pub(super) fn upstream(connection: &ConnectionName) -> IVec {
    joined(kind::UPSTREAM, &[connection.as_str().as_bytes()])
}

/// A note for the sweep; `first` is the first record it names. The end of that one's name tells notes
/// of the same second apart.
pub(super) fn note(due: Timestamp, first: &[u8]) -> IVec {
    let name = first.last_chunk::<13>().map_or(first, |end| end);
    joined(kind::NOTE, &[&due.0.to_be_bytes(), name])
}

/// Whether both are notes for the same second.
pub(super) fn same_second(one: &[u8], other: &[u8]) -> bool {
    const DUE: usize = 1 + 8;
    one.first() == Some(&kind::NOTE) && one.len() >= DUE && one.get(..DUE) == other.get(..DUE)
}

/// The first key that does not begin with `prefix`, whose last byte is not 255.
pub(super) fn past(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    if let Some(last) = end.last_mut() {
        *last = last.saturating_add(1);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::InvalidId;

    #[test]
    fn keys_of_members_stand_in_the_order_of_members_and_read_back() -> Result<(), InvalidId> {
        let member = |c, u| Ok(MemberKey::new(CorpId::parse(c)?, &UserId::parse(u)?));
        let mut members = vec![member("ww1", "anna")?, member("ww1", "ann")?, member("ww", "z")?, member("ww-1", "a")?];
        let mut keys: Vec<IVec> = members.iter().map(|m| super::member(kind::CONTACT, m)).collect();
        members.sort();
        keys.sort();
        assert_eq!(keys.iter().map(|k| member_of(k)).collect::<Option<Vec<_>>>(), Some(members));
        Ok(())
    }

    #[test]
    fn one_members_index_holds_nothing_of_another_whose_userid_begins_alike() -> Result<(), InvalidId> {
        let corp = CorpId::parse("ww1")?;
        let ann = MemberKey::new(corp.clone(), &UserId::parse("ann")?);
        let anna = MemberKey::new(corp, &UserId::parse("anna")?);
        let entry = index_entry(kind::SESSION_OF, &anna, &digest(kind::SESSION, &Digest([7; 32])));
        assert!(!entry.starts_with(&index(kind::SESSION_OF, &ann)));
        assert!(entry.starts_with(&index(kind::SESSION_OF, &anna)));
        assert_eq!(tail::<20>(&entry), Some([7; 20]));
        Ok(())
    }

    #[test]
    fn a_consent_stands_below_its_member_and_its_client_reads_back() -> Result<(), InvalidId> {
        let member = |userid| Ok(MemberKey::new(CorpId::parse("ww1")?, &UserId::parse(userid)?));
        let client = ClientId::parse("nocobase")?;
        let key = consent(&member("anna")?, &client);
        assert_eq!(consented_client(&key), Some(client));
        assert!(key.starts_with(&index(kind::CONSENT, &member("anna")?)));
        assert!(!key.starts_with(&index(kind::CONSENT, &member("ann")?)));
        Ok(())
    }

    #[test]
    fn the_client_of_an_assertion_reads_back() -> Result<(), InvalidId> {
        let client = ClientId::parse("nocobase")?;
        assert_eq!(client_of(&assertion(&client, &Digest([0; 32]))), Some(client));
        assert_eq!(client_of(b"j"), None);
        Ok(())
    }
}
