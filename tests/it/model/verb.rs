//! One call of the store with its names and records, and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use wecom_oidc::domain::digest::Digest;
use wecom_oidc::domain::ids::{ClientId, ConnectionName, Sid, Subject};
use wecom_oidc::domain::time::{Span, Timestamp};
use wecom_oidc::store::records::{
    AccessToken, CodeRecord, Grant, LoginOutcome, LoginRecord, Redemption, Rotation, SessionRecord,
};
use wecom_oidc::store::{Finished, Redeemed, Result, Rotated, Store, Which};

use crate::store::samples::{self, digest, grant_id, member};

pub const CODE: Span = Span::seconds(60);
pub const LOGIN: Span = Span::seconds(120);
pub const ACCESS: Span = Span::seconds(600);
/// Shorter than an access token lives, so that either may end first.
pub const REFRESH_IDLE: Span = Span::seconds(300);
pub const GRANT: Span = Span::seconds(2_000);
pub const SESSION_IDLE: Span = Span::seconds(1_200);
pub const SESSION: Span = Span::seconds(3_600);
/// So far off that no other delivery is due in the same second: what a claim is between two calls, nobody sees here.
pub const CLAIM: Span = Span::days(1_000);
pub const PUT_OFF: Span = Span::seconds(60);
pub const GRACE: Span = Span::seconds(30);

/// What a thing is called in a story; the store knows it by a digest.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(pub String);

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A member, as one connection knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who(pub &'static str, pub &'static str);

impl Who {
    /// One userid is the beginning of another, and one member comes through two connections.
    pub const ALL: [Self; 3] = [Self("ann", "main"), Self("anna", "main"), Self("anna", "branch")];

    pub fn connection(self) -> ConnectionName {
        ConnectionName::parse(self.1).unwrap()
    }
}

#[derive(Clone, Debug)]
pub enum Verb {
    FinishLogin {
        login: Name,
        session: Name,
        code: Name,
        who: Who,
        replaces: Option<Name>,
    },
    PutCode {
        code: Name,
        who: Who,
    },
    RedeemCode {
        code: Name,
        grant: Name,
        access: Name,
        refresh: Option<Name>,
        who: Who,
    },
    Rotate {
        presented: Name,
        successor: Name,
        access: Name,
        grant: Name,
    },
    RevokeAccessToken {
        access: Name,
    },
    RevokeGrant {
        grant: Name,
    },
    RevokeGrantsOf {
        who: Who,
        everywhere: bool,
    },
    WithdrawAccess {
        who: Who,
    },
    Leave {
        who: Who,
        one: Option<Name>,
    },
    TouchSession {
        session: Name,
    },
    EndSession {
        session: Name,
    },
    /// Claims the next logout token; it is settled, or put off.
    Deliver {
        done: bool,
    },
}

/// What came of it; the model may leave open how many ended grants were still lying about.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Done,
    Finished(Finished),
    Redeemed(Redeemed),
    Rotated(Rotated),
    Revoked { at_least: usize, at_most: usize },
    Withdrawn { at_least: usize, at_most: usize, sessions: usize },
    Ended(Option<Box<SessionRecord>>),
    Left { at_least: usize, at_most: usize, sessions: BTreeSet<Digest> },
}

impl Outcome {
    /// Whether the model, saying this, allows what a store answered.
    pub fn allows(&self, answered: &Self) -> bool {
        match (self, answered) {
            (Self::Revoked { at_least, at_most }, Self::Revoked { at_least: count, .. }) => {
                (at_least..=at_most).contains(&count)
            }
            (
                Self::Withdrawn { at_least, at_most, sessions },
                Self::Withdrawn { at_least: count, sessions: left, .. },
            ) => (at_least..=at_most).contains(&count) && sessions == left,
            (Self::Left { at_least, at_most, sessions }, Self::Left { at_least: count, sessions: left, .. }) => {
                (at_least..=at_most).contains(&count) && sessions == left
            }
            _ => self == answered,
        }
    }
}

impl Verb {
    /// Whether it outlives the process once it was acknowledged. A code alone may be lost, until somebody used it.
    pub fn lasts(&self) -> bool {
        !matches!(self, Self::PutCode { .. })
    }

    pub async fn run(&self, store: &dyn Store, now: Timestamp) -> Result<Outcome> {
        Ok(match self {
            Self::FinishLogin { login, session, code, who, replaces } => {
                let outcome = login_outcome(login, session, code, *who, replaces.as_ref(), now);
                Outcome::Finished(store.finish_login(digest(&login.0), &outcome, now).await?)
            }
            Self::PutCode { code, who } => {
                store.put_code(digest(&code.0), &code_record(*who, now)).await?;
                Outcome::Done
            }
            Self::RedeemCode { code, grant, access, refresh, who } => {
                let redemption = redemption(grant, access, refresh.as_ref(), *who, now);
                Outcome::Redeemed(store.redeem_code(digest(&code.0), &redemption, now).await?)
            }
            Self::Rotate { presented, successor, access, grant } => {
                let rotation = rotation(successor, access, grant, now);
                Outcome::Rotated(store.rotate_refresh_token(digest(&presented.0), &rotation, now).await?)
            }
            Self::RevokeAccessToken { access } => {
                store.revoke_access_token(digest(&access.0)).await?;
                Outcome::Done
            }
            Self::RevokeGrant { grant } => {
                store.revoke_grant(grant_id(&grant.0)).await?;
                Outcome::Done
            }
            Self::RevokeGrantsOf { who, everywhere } => {
                let through = (!everywhere).then(|| who.connection());
                let count = store.revoke_grants_of(&member(who.0), through.as_ref()).await?;
                Outcome::Revoked { at_least: count, at_most: count }
            }
            Self::WithdrawAccess { who } => {
                let subject = &tell()[&told()];
                let withdrawn = store.withdraw_access(&member(who.0), &told(), Some(subject), now).await?;
                let (grants, sessions) = (withdrawn.grants, withdrawn.sessions);
                Outcome::Withdrawn { at_least: grants, at_most: grants, sessions }
            }
            Self::Leave { who, one } => {
                let which = one.as_ref().map_or(Which::All, |session| Which::One(digest(&session.0)));
                let left = store.leave(&member(who.0), which, &tell(), now).await?;
                let sessions = left.sessions.iter().map(|session| session.transaction).collect();
                Outcome::Left { at_least: left.grants, at_most: left.grants, sessions }
            }
            Self::TouchSession { session } => {
                store.touch_session(digest(&session.0), now + SESSION_IDLE, now).await?;
                Outcome::Done
            }
            Self::EndSession { session } => {
                let ended = store.end_session(digest(&session.0), &tell(), now).await?;
                Outcome::Ended(ended.map(Box::new))
            }
            Self::Deliver { done } => {
                if let Some(seen) = store.due_logouts(&told(), now, 1).await?.pop()
                    && let Some(claimed) = store.claim_logout(&seen, now + CLAIM).await?
                {
                    match done {
                        true => store.settle_logout(&claimed).await?,
                        false => store.postpone_logout(&claimed, now + PUT_OFF).await?,
                    }
                }
                Outcome::Done
            }
        })
    }
}

/// The client that every session has, and that is told of its end.
pub fn told() -> ClientId {
    samples::client("nocobase")
}

pub fn tell() -> BTreeMap<ClientId, Subject> {
    [(told(), samples::subject("somebody"))].into()
}

/// One of each member: what is granted at any time is granted in every session.
fn sid(who: Who) -> Sid {
    Sid::parse(who.0).unwrap()
}

fn grant(who: Who, now: Timestamp) -> Grant {
    Grant { connection: who.connection(), sid: sid(who), ..samples::grant(who.0, now + GRANT) }
}

pub fn code_record(who: Who, now: Timestamp) -> CodeRecord {
    CodeRecord { grant: grant(who, now), ..samples::code(who.0, now + CODE) }
}

fn access_token(grant: &Name, now: Timestamp) -> AccessToken {
    AccessToken { issued: now, ..samples::access(&grant.0, now + ACCESS) }
}

pub fn redemption(grant_name: &Name, access: &Name, refresh: Option<&Name>, who: Who, now: Timestamp) -> Redemption {
    Redemption {
        grant_id: grant_id(&grant_name.0),
        grant: grant(who, now),
        access_token: (digest(&access.0), access_token(grant_name, now)),
        refresh_token: refresh.map(|token| (digest(&token.0), now + REFRESH_IDLE)),
        remember_until: now + if refresh.is_some() { GRANT } else { ACCESS },
    }
}

pub fn rotation(successor: &Name, access: &Name, grant: &Name, now: Timestamp) -> Rotation {
    Rotation {
        successor: digest(&successor.0),
        sealed_successor: format!("sealed {}", successor.0).into_bytes(),
        idle_until: now + REFRESH_IDLE,
        grace: GRACE,
        access_token: (digest(&access.0), access_token(grant, now)),
    }
}

pub fn login_outcome(
    login: &Name,
    session: &Name,
    code: &Name,
    who: Who,
    replaces: Option<&Name>,
    now: Timestamp,
) -> LoginOutcome {
    let record = SessionRecord {
        connection: who.connection(),
        sid: sid(who),
        ..samples::session(who.0, &login.0, now + SESSION_IDLE, now + SESSION)
    };
    LoginOutcome {
        // Told apart by what it began, so that a second hit is seen to get the first one's record.
        record: LoginRecord { sealed: session.0.clone().into_bytes(), expires: now + LOGIN },
        session: Some((digest(&session.0), record)),
        code: Some((digest(&code.0), code_record(who, now))),
        replaces: replaces.map(|name| digest(&name.0)),
        tell: tell(),
    }
}
