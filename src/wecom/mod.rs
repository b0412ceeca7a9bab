//! The WeCom (企业微信) server API as far as a sign-in needs it, and the addresses of its pages.
//!
//! One file per call: its path, its parameters and the shape of its answer. Around them:
//! [`Client`] asks and decides about asking again, `tokens` holds the access token, `transport`
//! speaks HTTP, [`answers`] reads what came, `errors` says what an errcode means and who must act,
//! `lenient` reads the loosely typed fields. Numbers such as "page 91023" are page ids of WeCom's developer documentation.
//!
//! Nothing here logs a failure: a [`WecomError`] holds all that may be shown, and the caller logs
//! it once. No secret, token, code or ticket is ever part of an error or of a tracing field.

mod addresses;
mod agent_get;
pub mod answers;
mod cache;
mod client;
mod department_list;
mod errors;
mod gettoken;
mod getuserdetail;
mod getuserinfo;
mod lenient;
mod message_send;
mod tag_get;
mod tag_list;
#[cfg(test)]
mod tests;
mod tokens;
mod transport;
mod user_get;
mod values;

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

pub use cache::{CachedToken, NoCache, TokenCache};
pub use client::Client;
pub use errors::{Call, Cause, During, Fault, WecomError};
pub use message_send::Card;
pub use values::{
    Agent, Department, Detail, Granted, OauthScope, PhoneText, Tag, Tagged, UserTicket, Visitor, WecomCode,
};

use crate::domain::ids::{CorpId, UserId};
use crate::domain::language::Language;
use crate::domain::member::Member;

/// One WeCom app of one corp, and where WeCom is.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `corp_id`: 企业ID (Company ID).
    pub corp_id: CorpId,
    /// `agent_id`: the `AgentId` of the app.
    pub agent_id: u32,
    /// `secret`: the Secret of the app.
    pub secret: SecretString,
    /// Where the API is: `https://qyapi.weixin.qq.com`.
    pub api_url: Url,
    /// The in-client page: `https://open.weixin.qq.com/connect/oauth2/authorize`.
    pub authorize_url: Url,
    /// The browser page: `https://login.work.weixin.qq.com/wwlogin/sso/login`.
    pub login_url: Url,
    /// How long one call may take as a whole, waiting for a token and asking again included; one about everybody may
    /// take six times as long.
    pub timeout: Duration,
}

/// What the rest of the program may ask of WeCom.
#[async_trait]
pub trait WeCom: Send + Sync {
    /// `auth/getuserinfo`: who stands behind a code (pages 91023, 98177).
    async fn identify(&self, code: &WecomCode) -> Result<Visitor, WecomError>;
    /// `auth/getuserdetail`: what the member agreed to show (page 95833).
    async fn detail(&self, ticket: &UserTicket) -> Result<Detail, WecomError>;
    /// `user/get`: a member, if there is one and the app may see it (page 90196).
    async fn member(&self, userid: &UserId) -> Result<Member, WecomError>;
    /// `department/list`: all departments the app may see (page 90208).
    async fn departments(&self) -> Result<Vec<Department>, WecomError>;
    /// `tag/list`: the tags of the corp (page 90216).
    async fn tags(&self) -> Result<Vec<Tag>, WecomError>;
    /// `tag/get`: who has a tag (page 90213). One that is not there, or not to be seen, is [`Fault::NoSuchTag`].
    async fn tagged(&self, tag: u64) -> Result<Tagged, WecomError>;
    /// `message/send`: a text card for one member. It came when this is good; whether it is read, nobody knows.
    async fn send_card(&self, to: &UserId, card: &Card) -> Result<(), WecomError>;
    /// `agent/get`: the app itself (page 90227).
    async fn agent(&self) -> Result<Agent, WecomError>;
    /// The page that signs a member in inside the WeCom client (page 91022).
    fn in_client_address(&self, redirect_uri: &str, state: &str, scope: OauthScope) -> String;
    /// The page that signs a member in from any browser (page 98152).
    fn browser_address(&self, redirect_uri: &str, state: &str, language: Language) -> String;
}
