//! The written form of records: one byte of version, then postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sled::IVec;

use crate::domain::ids::GrantId;
use crate::domain::time::Timestamp;
use crate::store::family::Family;
use crate::store::records::{
    AccessToken, CodeRecord, Fingerprints, LoginRecord, MemberRecord, PhoneTicket, PushedRequest, SealedContact,
    SessionRecord, SubjectEntry, UpstreamToken,
};
use crate::store::{Result, StoreError};

/// Every kind is still in its first form. A second one gets its own number and a reader for the first.
const VERSION: u8 = 1;

/// A kind of record.
pub(super) trait Record {
    /// What an operator reads when one is damaged.
    const NAME: &'static str;
}

macro_rules! records {
    ($($kind:ty => $name:literal),+ $(,)?) => {$(
        impl Record for $kind {
            const NAME: &'static str = $name;
        }
    )+};
}

records! {
    CodeRecord => "code",
    AccessToken => "access token",
    GrantId => "refresh token",
    SessionRecord => "session",
    LoginRecord => "login",
    PhoneTicket => "phone ticket",
    PushedRequest => "pushed request",
    Timestamp => "assertion id",
    UpstreamToken => "upstream token",
    MemberRecord => "member",
    SealedContact => "contact",
    SubjectEntry => "subject",
    Fingerprints => "fingerprints",
}

impl<G> Record for Family<G> {
    const NAME: &'static str = "grant";
}

/// Writes a record down.
pub(super) fn encode<R: Record + Serialize>(record: &R) -> Result<IVec> {
    let mut bytes = Vec::with_capacity(512);
    bytes.push(VERSION);
    postcard::to_extend(record, bytes)
        .map(|bytes| IVec::from(bytes.as_slice()))
        .map_err(|error| StoreError::Failed(format!("a {} cannot be written: {error}", R::NAME)))
}

/// Reads a record back.
pub(super) fn decode<R: Record + DeserializeOwned>(bytes: &[u8]) -> Result<R> {
    let unreadable = StoreError::Unreadable(R::NAME);
    let Some((&VERSION, body)) = bytes.split_first() else { return Err(unreadable) };
    match postcard::take_from_bytes(body) {
        Ok((record, [])) => Ok(record),
        _ => Err(unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_record_is_unreadable_and_never_a_panic() -> Result<()> {
        let whole = encode(&Fingerprints { subject: "s".into(), sealing: vec!["a".into(), "b".into()] })?;
        assert!(decode::<Fingerprints>(&whole).is_ok());
        let mut longer = whole.to_vec();
        longer.push(0);
        let mut newer = whole.to_vec();
        newer[0] = VERSION + 1;
        for damaged in [&[][..], &whole[..whole.len() - 1], &longer, &newer, &[VERSION, 0xff, 0xff, 0xff, 0xff]] {
            let read = decode::<Fingerprints>(damaged);
            assert!(matches!(read, Err(StoreError::Unreadable("fingerprints"))), "{read:?}");
        }
        Ok(())
    }
}
