//! The written form of records: one byte of version, then postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sled::IVec;

use crate::domain::ids::GrantId;
use crate::domain::time::Timestamp;
use crate::store::family::Family;
use crate::store::records::{
    AccessToken, CodeRecord, Consent, Fingerprints, LoginRecord, MemberRecord, PhoneTicket, PushedRequest,
    SealedContact, SessionRecord, SubjectEntry, UpstreamToken,
};
use crate::store::{Result, StoreError};

/// The first form of a record, and of most kinds still the only one.
const VERSION: u8 = 1;

/// A kind of record.
pub(super) trait Record: Sized {
    /// What an operator reads when one is damaged.
    const NAME: &'static str;

    /// The form it is written in.
    const VERSION: u8 = VERSION;

    /// Reads the body of one that was written in an earlier form.
    fn from_earlier(_: u8, _: &[u8]) -> Option<Self> {
        None
    }
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
    Consent => "consent",
}

/// Since its second form it holds signing keys too.
impl Record for Fingerprints {
    const NAME: &'static str = "fingerprints";
    const VERSION: u8 = 2;

    fn from_earlier(version: u8, body: &[u8]) -> Option<Self> {
        let (subject, sealing) = whole(body).filter(|_| version == 1)?;
        Some(Self { subject, sealing, ring: Vec::new() })
    }
}

impl<G> Record for Family<G> {
    const NAME: &'static str = "grant";
}

/// Writes a record down.
pub(super) fn encode<R: Record + Serialize>(record: &R) -> Result<IVec> {
    let mut bytes = Vec::with_capacity(512);
    bytes.push(R::VERSION);
    postcard::to_extend(record, bytes)
        .map(|bytes| IVec::from(bytes.as_slice()))
        .map_err(|error| StoreError::Failed(format!("a {} cannot be written: {error}", R::NAME)))
}

/// Reads a record back.
pub(super) fn decode<R: Record + DeserializeOwned>(bytes: &[u8]) -> Result<R> {
    let (version, body) = bytes.split_first().ok_or(StoreError::Unreadable(R::NAME))?;
    let record = if *version == R::VERSION { whole(body) } else { R::from_earlier(*version, body) };
    record.ok_or(StoreError::Unreadable(R::NAME))
}

fn whole<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(body) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::records::SeenKey;

    #[test]
    fn a_damaged_record_is_unreadable_and_never_a_panic() -> Result<()> {
        let ring = vec![SeenKey { kid: "k".into(), made: Timestamp(7) }];
        let whole = encode(&Fingerprints { subject: "s".into(), sealing: vec!["a".into(), "b".into()], ring })?;
        assert!(decode::<Fingerprints>(&whole).is_ok());
        let mut longer = whole.to_vec();
        longer.push(0);
        let mut newer = whole.to_vec();
        newer[0] = Fingerprints::VERSION + 1;
        for damaged in [&[][..], &whole[..whole.len() - 1], &longer, &newer, &[2, 0xff, 0xff, 0xff, 0xff], &[1, 0xff]] {
            let read = decode::<Fingerprints>(damaged);
            assert!(matches!(read, Err(StoreError::Unreadable("fingerprints"))), "{read:?}");
        }
        Ok(())
    }

    #[test]
    fn a_store_from_before_signing_keys_were_remembered_is_read() -> Result<()> {
        let before = [&[1, 1, b's', 2, 1, b'a', 1][..], b"b"].concat();
        let expected = Fingerprints { subject: "s".into(), sealing: vec!["a".into(), "b".into()], ring: Vec::new() };
        assert_eq!(decode::<Fingerprints>(&before)?, expected);
        assert_eq!(decode::<Fingerprints>(&encode(&expected)?)?, expected);
        Ok(())
    }
}
