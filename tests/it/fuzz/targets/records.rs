//! The files of the sled store, damaged (threat 47). The first byte says where the others stand: `j` as the
//! journal, `r` in a record of it whose check is right, `v` as the value of every kind of record.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest as sha256};
use wecom_oidc::domain::digest::{Digest, Purpose};
use wecom_oidc::domain::ids::{ClientId, ConnectionName, CorpId, MemberKey, UserId};
use wecom_oidc::store::sled::{OpenError, Options, SledStore, Sync};
use wecom_oidc::store::{
    Accounts as _, Codes as _, Consents as _, Grants as _, LogoutDeliveries as _, Members as _, PhoneTickets as _,
    PushedRequests as _, Sessions as _, StoreError, Subjects as _, Upkeep as _, UpstreamTokens as _,
};

use super::house::{NOW, house};

/// The kinds of records, as `store/sled/keys.rs` has them, that stand under a digest.
const DIGESTED: &[u8] = b"carsltp";

pub fn records(data: &[u8]) {
    let Some((place, data)) = data.split_first() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    drop(open(folder.path()).expect("a new store"));
    let journal = match place {
        b'j' => data.to_vec(),
        b'r' => round(data),
        b'v' => round(&every_record(data)),
        _ => return,
    };
    let mut file = fs::read(folder.path().join("journal")).expect("the journal");
    let length = journal.len().min(file.len());
    file[..length].copy_from_slice(&journal[..length]);
    fs::write(folder.path().join("journal"), file).expect("the journal");
    match open(folder.path()) {
        Ok(store) => house().runtime.block_on(assert_reads(&store)),
        Err(error) => assert!(
            matches!(error, OpenError::Damaged { .. } | OpenError::Newer { .. } | OpenError::Foreign { .. }),
            "{error}"
        ),
    }
}

fn open(path: &Path) -> Result<SledStore, OpenError> {
    let options = Options { sync: Sync::Process, journal_bytes: 16 << 10, cache_bytes: 1 << 20 };
    SledStore::open_with(path, &options)
}

/// The first record of the journal, with the number that comes next and the right check.
fn round(body: &[u8]) -> Vec<u8> {
    let number = 1u64.to_be_bytes();
    let check = sha256(&SHA256, &[&number, body].concat());
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&number, length.as_slice(), &check.as_ref()[..16], body].concat()
}

fn name() -> Digest {
    Digest::of(Purpose::Code, "the one that is asked for")
}

fn person() -> MemberKey {
    MemberKey::new(CorpId::parse("ww1").expect("a corp"), &UserId::parse("ann").expect("a userid"))
}

/// Puts the value under the name of every kind of record.
fn every_record(value: &[u8]) -> Vec<u8> {
    let mut keys: Vec<Vec<u8>> = DIGESTED.iter().map(|kind| [&[*kind], &name().0[..20]].concat()).collect();
    keys.extend([b"kww1\0ann".to_vec(), b"nww1\0ann".to_vec(), b"mww1\0ann\0main".to_vec()]);
    keys.extend([b"yww1\0ann\0wiki".to_vec(), b"bww1\0ann\0wiki".to_vec()]);
    keys.push([b"H", &name().0[..20], b"\0ww1\0ann"].concat());
    keys.extend([b"umain".to_vec(), b"f".to_vec(), [b"Sww1\0ann\0", &name().0[..20]].concat()]);
    keys.push([b"g", &name().0[..16]].concat());
    keys.push([&b"oapp\0"[..], &0u64.to_be_bytes()[..], b"sid"].concat());
    keys.push([&b"x"[..], &0u64.to_be_bytes()[..], b"a note"].concat());
    let mut body = Vec::new();
    for key in keys {
        for (part, before) in [(key.as_slice(), None), (value, Some(1))] {
            body.extend(before);
            body.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
            body.extend(part);
        }
    }
    body
}

/// Each verb says what is there, or that it is damaged; none panics, and none makes a member out of nothing.
async fn assert_reads(store: &SledStore) {
    let (digest, person) = (name(), person());
    let main = ConnectionName::parse("main").expect("a name");
    fine(store.code(digest, NOW).await);
    fine(store.access_token(digest, NOW).await);
    fine(store.refresh_token(digest, NOW).await);
    fine(store.session(digest, NOW).await);
    fine(store.finished_login(digest, NOW).await);
    fine(store.sessions_of(&person, NOW).await);
    fine(store.phone_ticket(digest, NOW).await);
    fine(store.take_pushed_request(digest, NOW).await);
    fine(store.contact(&person).await);
    fine(store.account(&person, &ClientId::parse("wiki").expect("a client")).await);
    fine(store.holders_of(digest, 10).await);
    fine(store.subject_entry(&person).await);
    fine(store.member(&main, &person).await);
    fine(store.consent(&person, &ClientId::parse("wiki").expect("a client")).await);
    fine(store.consents_of(&person).await);
    fine(store.upstream_token(&main, NOW).await);
    fine(store.fingerprints().await);
    fine(store.contacts_after(None, 10).await);
    fine(store.subject_entries_after(None, 10).await);
    fine(store.sweep(NOW, 50).await);
    fine(store.revoke_grants_of(&person, None).await);
    fine(store.end_session(digest, &BTreeMap::new(), NOW).await);
    let app = ClientId::parse("app").expect("a client");
    fine(store.clients_awaiting_logout().await);
    fine(store.due_logouts(&app, NOW, 10).await);
    for delivery in store.due_logouts(&app, NOW, 10).await.unwrap_or_default() {
        fine(store.claim_logout(&delivery, NOW).await);
        fine(store.settle_logout(&delivery).await);
    }
}

fn fine<T>(outcome: Result<T, StoreError>) {
    assert!(!matches!(outcome, Err(StoreError::Failed(_))), "{:?}", outcome.err());
}
