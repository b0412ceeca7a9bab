//! Records to try a store with.

use std::collections::{BTreeMap, BTreeSet};

use wecom_oidc::domain::digest::{Digest, Purpose};
use wecom_oidc::domain::ids::{ClientId, ConnectionName, CorpId, GrantId, MemberKey, Sid, Subject, UserId};
use wecom_oidc::domain::member::{Further, Member, Standing};
use wecom_oidc::domain::redirect::RedirectUri;
use wecom_oidc::domain::resource::Resource;
use wecom_oidc::domain::scope::Scopes;
use wecom_oidc::domain::time::{Span, Timestamp};
use wecom_oidc::store::records::{
    AccessToken, CodeRecord, Consent, Got, Grant, LoginOutcome, LoginRecord, MemberRecord, PhoneTicket, PushedRequest,
    Redemption, RequestedClaims, Rotation, SealedContact, SessionRecord, SubjectEntry,
};

/// So many seconds after all began.
pub fn at(seconds: u64) -> Timestamp {
    Timestamp(1_790_000_000 + seconds)
}

pub const MINUTE: u64 = 60;
pub const HOUR: u64 = 3_600;
pub const DAY: u64 = 86_400;

/// A digest of a name, so that a test reads as what it is about.
pub fn digest(name: &str) -> Digest {
    Digest::of(Purpose::Code, name)
}

pub fn grant_id(name: &str) -> GrantId {
    GrantId(digest(name).0[..16].try_into().unwrap())
}

pub fn member(userid: &str) -> MemberKey {
    MemberKey::new(CorpId::parse("ww0123456789abcdef").unwrap(), &UserId::parse(userid).unwrap())
}

pub fn client(id: &str) -> ClientId {
    ClientId::parse(id).unwrap()
}

pub fn connection() -> ConnectionName {
    ConnectionName::parse("main").unwrap()
}

pub fn grant(userid: &str, ends: Timestamp) -> Grant {
    Grant {
        client: client("nocobase"),
        connection: connection(),
        member: member(userid),
        subject: Subject::parse("s-0123456789").unwrap(),
        scopes: Scopes::parse("openid profile offline_access"),
        sid: Sid::parse("sid-1").unwrap(),
        auth_time: at(0),
        amr: vec!["swk".into(), "mfa".into()],
        claims: RequestedClaims { id_token: BTreeSet::new(), userinfo: BTreeSet::from(["phone".into()]) },
        ends,
        resources: vec![Resource::parse("https://api.example.com").unwrap()],
    }
}

pub fn code(userid: &str, expires: Timestamp) -> CodeRecord {
    CodeRecord {
        grant: grant(userid, expires + Span::days(180)),
        session: digest("session"),
        redirect_uri: RedirectUri::register("https://nb.example.com/api/oidc:redirect", false, false).unwrap(),
        nonce: Some("n-0S6_WzA2Mj".into()),
        code_challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into()),
        expires,
        redeemed: None,
    }
}

pub fn access(grant: &str, expires: Timestamp) -> AccessToken {
    AccessToken {
        grant: grant_id(grant),
        scopes: Scopes::parse("openid profile"),
        issued: at(0),
        expires,
        resources: vec![Resource::parse("https://api.example.com").unwrap()],
    }
}

/// A redemption at the beginning of time: grant and tokens are named after `name`, the access token
/// `name/a` lives an hour, the refresh token `name/0` thirty days, the grant 180.
pub fn redemption(name: &str, userid: &str) -> Redemption {
    Redemption {
        grant_id: grant_id(name),
        grant: grant(userid, at(180 * DAY)),
        access_token: (digest(&format!("{name}/a")), access(name, at(HOUR))),
        refresh_token: Some((digest(&format!("{name}/0")), at(30 * DAY))),
        remember_until: at(180 * DAY),
    }
}

/// The same without a refresh token.
pub fn short_redemption(name: &str, userid: &str) -> Redemption {
    Redemption { refresh_token: None, remember_until: at(HOUR), ..redemption(name, userid) }
}

/// The rotation of the family `name` to its `step`th refresh token `name/step`, at `now`.
pub fn rotation(name: &str, step: u32, now: Timestamp) -> Rotation {
    Rotation {
        successor: digest(&format!("{name}/{step}")),
        sealed_successor: format!("sealed {name}/{step}").into_bytes(),
        idle_until: now + Span::days(30),
        grace: Span::seconds(30),
        access_token: (digest(&format!("{name}/a{step}@{}", now.0)), access(name, now + Span::hours(1))),
    }
}

pub fn session(userid: &str, transaction: &str, idle_until: Timestamp, ends: Timestamp) -> SessionRecord {
    SessionRecord {
        sid: Sid::parse("sid-1").unwrap(),
        connection: connection(),
        member: member(userid),
        auth_time: at(0),
        amr: vec!["swk".into()],
        device: "Firefox, Linux".into(),
        address: Some([192, 0, 2, 7].into()),
        idle_until,
        ends,
        transaction: digest(transaction),
        clients: BTreeMap::from([(client("nocobase"), got(0, "openid"))]),
    }
}

/// What a client got through a session, so many seconds after all began.
pub fn got(seconds: u64, told: &str) -> Got {
    Got { since: at(seconds), told: Scopes::parse(told) }
}

/// The `sub` that clients know a member by.
pub fn subject(userid: &str) -> Subject {
    Subject::parse(&format!("s-{userid}")).unwrap()
}

/// Nobody is told.
pub const NOBODY: BTreeMap<ClientId, Subject> = BTreeMap::new();

pub fn login_record(expires: Timestamp) -> LoginRecord {
    LoginRecord { sealed: vec![7; 200], expires }
}

/// A finished login at the beginning of time: session `name/s` for twelve hours, code `name/c` for a minute.
pub fn login(name: &str, userid: &str) -> LoginOutcome {
    LoginOutcome {
        record: login_record(at(2 * MINUTE)),
        session: Some((digest(&format!("{name}/s")), session(userid, name, at(12 * HOUR), at(7 * DAY)))),
        code: Some((digest(&format!("{name}/c")), code(userid, at(MINUTE)))),
        replaces: None,
        tell: BTreeMap::from([(client("nocobase"), subject(userid))]),
    }
}

pub fn member_record(userid: &str) -> MemberRecord {
    let member = Member {
        userid: UserId::parse(userid).unwrap(),
        name: Some("张三".into()),
        alias: None,
        position: Some("工程师".into()),
        departments: vec![1, 7],
        main_department: Some(7),
        standing: Standing::Active,
        attributes: [("工号".to_owned(), "10086".to_owned())].into(),
        further: Further::default(),
    };
    MemberRecord { member, read_at: at(0) }
}

pub fn contact(text: &str) -> SealedContact {
    SealedContact { sealed: text.as_bytes().to_vec(), number: None, moved: false }
}

/// What the person of that name agreed to.
pub fn consent(person: &str, scopes: &str, claims: &[&str]) -> Consent {
    Consent {
        person: Subject::parse(person).unwrap(),
        scopes: Scopes::parse(scopes),
        claims: claims.iter().map(|claim| (*claim).to_owned()).collect(),
        resources: BTreeSet::new(),
        agreed: at(0),
    }
}

pub fn ticket(userid: &str, expires: Timestamp) -> PhoneTicket {
    PhoneTicket {
        connection: connection(),
        member: member(userid),
        client: client("nocobase"),
        transaction: digest("waits"),
        expires,
    }
}

pub fn subject_entry(generation: u32) -> SubjectEntry {
    SubjectEntry { derived_from: "zhangsan".into(), generation, since: at(0) }
}

pub fn pushed(client_id: &str, expires: Timestamp) -> PushedRequest {
    PushedRequest { client: client(client_id), request: b"checked request".to_vec(), expires }
}
