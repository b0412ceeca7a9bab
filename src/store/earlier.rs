//! Records in the forms that earlier versions wrote: read for as long as anything of theirs may live, never written.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::records;
use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, ConnectionName, GrantId, MemberKey, Sid, Subject, UserId};
use crate::domain::member::{self, Further, Standing};
use crate::domain::redirect::RedirectUri;
use crate::domain::scope::Scopes;
use crate::domain::time::Timestamp;

/// A grant from before there were resources: it was for this provider alone.
#[derive(Deserialize)]
pub(super) struct Grant {
    pub client: ClientId,
    pub connection: ConnectionName,
    pub member: MemberKey,
    pub subject: Subject,
    pub scopes: Scopes,
    pub sid: Sid,
    pub auth_time: Timestamp,
    pub amr: Vec<String>,
    pub claims: records::RequestedClaims,
    pub ends: Timestamp,
}

/// A code from before there were resources.
#[derive(Deserialize)]
pub(super) struct CodeRecord {
    pub grant: Grant,
    pub session: Digest,
    pub redirect_uri: RedirectUri,
    pub nonce: Option<String>,
    pub code_challenge: Option<String>,
    pub expires: Timestamp,
    pub redeemed: Option<GrantId>,
}

/// An access token from before there were resources.
#[derive(Deserialize)]
pub(super) struct AccessToken {
    pub grant: GrantId,
    pub scopes: Scopes,
    pub issued: Timestamp,
    pub expires: Timestamp,
}

/// A session from before members had a page of their own.
#[derive(Deserialize)]
pub(super) struct SessionRecord {
    pub sid: Sid,
    pub connection: ConnectionName,
    pub member: MemberKey,
    pub auth_time: Timestamp,
    pub amr: Vec<String>,
    pub device: String,
    pub idle_until: Timestamp,
    pub ends: Timestamp,
    pub transaction: Digest,
    pub clients: BTreeSet<ClientId>,
}

/// A contact from before numbers were compared.
#[derive(Deserialize)]
pub(super) struct SealedContact {
    pub sealed: Vec<u8>,
}

impl From<SealedContact> for records::SealedContact {
    fn from(SealedContact { sealed }: SealedContact) -> Self {
        Self { sealed, number: None, moved: false }
    }
}

/// A member from before there were claim expressions.
#[derive(Deserialize)]
pub(super) struct MemberRecord {
    pub member: Member,
    pub read_at: Timestamp,
}

/// What was kept of one.
#[derive(Deserialize)]
pub(super) struct Member {
    pub userid: UserId,
    pub name: Option<String>,
    pub alias: Option<String>,
    pub position: Option<String>,
    pub departments: Vec<u64>,
    pub main_department: Option<u64>,
    pub standing: Standing,
    pub attributes: BTreeMap<String, String>,
}

impl From<MemberRecord> for records::MemberRecord {
    fn from(MemberRecord { member, read_at }: MemberRecord) -> Self {
        let Member { userid, name, alias, position, departments, main_department, standing, attributes } = member;
        let further = Further::default();
        let member = member::Member {
            userid,
            name,
            alias,
            position,
            departments,
            main_department,
            standing,
            attributes,
            further,
        };
        Self { member, read_at }
    }
}

impl From<SessionRecord> for records::SessionRecord {
    fn from(session: SessionRecord) -> Self {
        let SessionRecord { sid, connection, member, auth_time, amr, device, idle_until, ends, transaction, clients } =
            session;
        // What they got was not written down.
        let got = records::Got { since: auth_time, told: Scopes::default() };
        let clients = clients.into_iter().map(|client| (client, got)).collect();
        let address = None;
        Self { sid, connection, member, auth_time, amr, device, address, idle_until, ends, transaction, clients }
    }
}

impl From<Grant> for records::Grant {
    fn from(grant: Grant) -> Self {
        let Grant { client, connection, member, subject, scopes, sid, auth_time, amr, claims, ends } = grant;
        let resources = Vec::new();
        Self { client, connection, member, subject, scopes, sid, auth_time, amr, claims, ends, resources }
    }
}

impl From<CodeRecord> for records::CodeRecord {
    fn from(code: CodeRecord) -> Self {
        let CodeRecord { grant, session, redirect_uri, nonce, code_challenge, expires, redeemed } = code;
        Self { grant: grant.into(), session, redirect_uri, nonce, code_challenge, expires, redeemed }
    }
}

impl From<AccessToken> for records::AccessToken {
    fn from(token: AccessToken) -> Self {
        let AccessToken { grant, scopes, issued, expires } = token;
        Self { grant, scopes, issued, expires, resources: Vec::new() }
    }
}
