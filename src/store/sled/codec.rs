//! The written form of records: one byte of version, then postcard.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sled::IVec;

use crate::domain::ids::GrantId;
use crate::domain::time::Timestamp;
use crate::store::earlier;
use crate::store::family::Family;
use crate::store::records::{
    AccessToken, CodeRecord, Consent, Fingerprints, Grant, LinkedAccount, LoginRecord, LogoutDelivery, MemberRecord,
    PhoneTicket, PushedRequest, SealedContact, SessionRecord, SubjectEntry, UpstreamToken,
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
    GrantId => "refresh token",
    LoginRecord => "login",
    LogoutDelivery => "logout token",
    PhoneTicket => "phone ticket",
    PushedRequest => "pushed request",
    Timestamp => "assertion id",
    UpstreamToken => "upstream token",
    SubjectEntry => "subject",
    Consent => "consent",
    LinkedAccount => "account",
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

/// Since its second form the grant in it holds resources.
impl Record for CodeRecord {
    const NAME: &'static str = "code";
    const VERSION: u8 = 2;

    fn from_earlier(version: u8, body: &[u8]) -> Option<Self> {
        whole::<earlier::CodeRecord>(body).filter(|_| version == 1).map(Self::from)
    }
}

/// Since its second form it holds resources.
impl Record for AccessToken {
    const NAME: &'static str = "access token";
    const VERSION: u8 = 2;

    fn from_earlier(version: u8, body: &[u8]) -> Option<Self> {
        whole::<earlier::AccessToken>(body).filter(|_| version == 1).map(Self::from)
    }
}

/// Since its second form it holds what the member's own page tells of it.
impl Record for SessionRecord {
    const NAME: &'static str = "session";
    const VERSION: u8 = 2;

    fn from_earlier(version: u8, body: &[u8]) -> Option<Self> {
        whole::<earlier::SessionRecord>(body).filter(|_| version == 1).map(Self::from)
    }
}

/// Since its second form it tells what its number is known by.
impl Record for SealedContact {
    const NAME: &'static str = "contact";
    const VERSION: u8 = 2;

    fn from_earlier(version: u8, body: &[u8]) -> Option<Self> {
        whole::<earlier::SealedContact>(body).filter(|_| version == 1).map(Self::from)
    }
}

/// Since its second form it holds what claim expressions ask for.
impl Record for MemberRecord {
    const NAME: &'static str = "member";
    const VERSION: u8 = 2;

    fn from_earlier(version: u8, body: &[u8]) -> Option<Self> {
        whole::<earlier::MemberRecord>(body).filter(|_| version == 1).map(Self::from)
    }
}

const GRANT: &str = "grant";
const GRANT_VERSION: u8 = 2;

/// Since its second form the grant in it holds resources.
impl Record for Family {
    const NAME: &'static str = GRANT;
    const VERSION: u8 = GRANT_VERSION;

    fn from_earlier(version: u8, body: &[u8]) -> Option<Self> {
        whole::<Family<earlier::Grant>>(body).filter(|_| version == 1).map(|family| family.granting(Grant::from))
    }
}

/// A family that is only written.
impl Record for Family<&Grant> {
    const NAME: &'static str = GRANT;
    const VERSION: u8 = GRANT_VERSION;
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
    use crate::domain::digest::Digest;
    use crate::domain::ids::{ClientId, ConnectionName, CorpId, MemberKey, Sid, Subject, UserId};
    use crate::domain::redirect::RedirectUri;
    use crate::domain::resource::Resource;
    use crate::domain::scope::Scopes;
    use crate::store::records::{Got, RequestedClaims, SeenKey};

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

    fn grant() -> Grant {
        Grant {
            client: ClientId::parse("app").unwrap(),
            connection: ConnectionName::parse("main").unwrap(),
            member: MemberKey::new(CorpId::parse("ww1").unwrap(), &UserId::parse("ann").unwrap()),
            subject: Subject::parse("s1").unwrap(),
            scopes: Scopes::parse("openid profile"),
            sid: Sid::parse("d1").unwrap(),
            auth_time: Timestamp(5),
            amr: vec!["swk".into()],
            claims: RequestedClaims { id_token: ["name".into()].into(), userinfo: ["email".into()].into() },
            ends: Timestamp(300),
            resources: Vec::new(),
        }
    }

    /// [`grant`] as the version before wrote it: postcard's texts with their length in front, numbers in groups of seven bits.
    const GRANT_BEFORE: &[u8] =
        b"\x03app\x04main\x03ww1\x03ann\x02s1\x03\x02d1\x05\x01\x03swk\x01\x04name\x01\x05email\xac\x02";

    #[test]
    fn a_member_from_before_there_were_claim_expressions_is_read() -> Result<()> {
        let before = b"\x01\x03ann\x01\x03Ann\x00\x00\x01\x07\x01\x07\x00\x01\x02Nr\x011\x05";
        let read = decode::<MemberRecord>(before)?;
        let member = &read.member;
        assert_eq!((member.userid.as_str(), member.name.as_deref(), read.read_at), ("ann", Some("Ann"), Timestamp(5)));
        assert_eq!((&member.departments[..], member.attributes["Nr"].as_str()), (&[7][..], "1"));
        assert_eq!(member.further, crate::domain::member::Further::default());
        assert_eq!(decode::<MemberRecord>(&encode(&read)?)?, read);
        Ok(())
    }

    #[test]
    fn a_session_from_before_members_had_a_page_of_their_own_is_read() -> Result<()> {
        let before = [
            &b"\x01\x02d1\x04main\x03ww1\x03ann\x05\x01\x03swk\x06Chrome"[..],
            &[60, 0xac, 2],
            &[7; 32],
            b"\x02\x01a\x01b",
        ];
        let read = decode::<SessionRecord>(&before.concat())?;
        assert_eq!((read.sid.as_str(), read.device.as_str(), read.address), ("d1", "Chrome", None));
        assert_eq!((read.idle_until, read.ends), (Timestamp(60), Timestamp(300)));
        let got = Got { since: Timestamp(5), told: Scopes::default() };
        let clients = ["a", "b"].map(|id| (ClientId::parse(id).unwrap(), got)).into();
        assert_eq!(read.clients, clients);
        assert_eq!(decode::<SessionRecord>(&encode(&read)?)?, read);
        let placed = SessionRecord { address: Some([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1].into()), ..read };
        assert_eq!(decode::<SessionRecord>(&encode(&placed)?)?, placed);
        Ok(())
    }

    #[test]
    fn a_contact_from_before_numbers_were_compared_is_read() -> Result<()> {
        let read = decode::<SealedContact>(b"\x01\x06sealed")?;
        assert_eq!(read, SealedContact { sealed: b"sealed".to_vec(), number: None, moved: false });
        let now = SealedContact { number: Some(Digest([7; 32])), moved: true, ..read };
        assert_eq!(decode::<SealedContact>(&encode(&now)?)?, now);
        Ok(())
    }

    #[test]
    fn a_code_a_grant_and_an_access_token_from_before_there_were_resources_are_read() -> Result<()> {
        let code =
            [&[1][..], GRANT_BEFORE, &[7; 32], b"\x13https://a.example/x", b"\x01\x02n1", b"\x00\x3c\x00"].concat();
        let code_now = CodeRecord {
            grant: grant(),
            session: Digest([7; 32]),
            redirect_uri: RedirectUri::register("https://a.example/x", false, false).unwrap(),
            nonce: Some("n1".into()),
            code_challenge: None,
            expires: Timestamp(60),
            redeemed: None,
        };
        assert_eq!(decode::<CodeRecord>(&code)?, code_now);
        assert_eq!(decode::<CodeRecord>(&encode(&code_now)?)?, code_now);

        let token = [&[1][..], &[9; 16], &[3, 10, 70]].concat();
        let token_now = AccessToken {
            grant: GrantId([9; 16]),
            scopes: Scopes::parse("openid profile"),
            issued: Timestamp(10),
            expires: Timestamp(70),
            resources: Vec::new(),
        };
        assert_eq!(decode::<AccessToken>(&token)?, token_now);
        let resources = vec![Resource::parse("https://api.example").unwrap()];
        let narrow = AccessToken { resources, ..token_now };
        assert_eq!(decode::<AccessToken>(&encode(&narrow)?)?, narrow);

        // The grant, its end, and a refresh token with one before it.
        let previous = [&[1][..], &[6; 32], b"\x06sealed", &[20]].concat();
        let family = [&[1][..], GRANT_BEFORE, &[0xac, 2, 1], &[8; 32], &[100], &previous].concat();
        let read = decode::<Family>(&family)?;
        assert_eq!(read.grant, grant());
        assert!(read.position(Digest([8; 32]), Timestamp(99)).is_some());
        assert!(read.position(Digest([8; 32]), Timestamp(100)).is_none());
        // Written anew it is the same, and longer by the one list that is empty.
        let again = encode(&read)?;
        assert_eq!((again[0], again.len()), (2, family.len() + 1));
        assert_eq!(decode::<Family>(&again)?, read);
        Ok(())
    }

    #[test]
    fn a_record_from_before_with_a_byte_too_many_or_too_few_is_unreadable() {
        let token = [&[1][..], &[9; 16], &[3, 10, 70]].concat();
        for wrong in [&token[..token.len() - 1], &[&token[..], &[0]].concat()] {
            assert!(matches!(decode::<AccessToken>(wrong), Err(StoreError::Unreadable("access token"))));
        }
    }
}
