//! What went wrong in a call, who must act, and whether waiting helps.

mod message;
mod table;

use std::fmt;
use std::net::IpAddr;

/// The calls this program makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// `gettoken` (page 91039).
    GetToken,
    /// `auth/getuserinfo` (page 91023).
    GetUserInfo,
    /// `auth/getuserdetail` (page 95833).
    GetUserDetail,
    /// `user/get` (page 90196).
    UserGet,
    /// `department/list` (page 90208).
    DepartmentList,
    /// `tag/list` (page 90216).
    TagList,
    /// `tag/get` (page 90213).
    TagGet,
    /// `agent/get` (page 90227).
    AgentGet,
    /// `message/send` (page 90236).
    MessageSend,
}

impl Call {
    /// The name in WeCom's documentation, for log lines and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GetToken => "gettoken",
            Self::GetUserInfo => "auth/getuserinfo",
            Self::GetUserDetail => "auth/getuserdetail",
            Self::UserGet => "user/get",
            Self::DepartmentList => "department/list",
            Self::TagList => "tag/list",
            Self::TagGet => "tag/get",
            Self::AgentGet => "agent/get",
            Self::MessageSend => "message/send",
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Who must act, and on what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The administrator of the corp or of this program: a setting is wrong. Unknown codes too.
    Operator,
    /// The member, who must begin again or set something right in the own account.
    Member,
    /// Nobody: WeCom is busy, limits us, or cannot be reached.
    Transient,
    /// WeCom answered, but nothing that can be understood. Passes like [`Fault::Transient`].
    BrokenAnswer,
    /// This program: the request was malformed.
    Bug,
    /// `user/get` only: gone, never there, or outside the app's visible range. Which one of these
    /// it is, WeCom does not tell reliably.
    NoSuchMember,
    /// `tag/get` only: deleted, never there, or outside of what the app may see.
    NoSuchTag,
    /// `auth/getuserinfo`: the code was used, is too old, or was made for somebody else.
    CodeUsed,
    /// `auth/getuserdetail`: the ticket is too old or unknown; a new sign-in gives a new one.
    TicketExpired,
}

/// How a call failed when no errcode tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// No connection: name resolution, refused, unreachable, or not in time. Nothing was sent.
    Connect,
    /// The other side could not prove to be WeCom.
    Tls,
    /// No whole answer in time.
    Timeout,
    /// The connection broke before the answer was whole.
    Lost,
    /// An HTTP status that WeCom's API does not use.
    Status(u16),
    /// A redirect, which is never followed.
    Redirect(u16),
    /// The answer is longer than any honest one.
    TooLarge,
    /// The answer is not JSON, or is cut short.
    NotJson,
    /// The answer is JSON, but a field is missing or of another type than documented.
    WrongShape,
    /// `message/send` only: WeCom took the message and names its reader as one it did not reach.
    NotReached,
}

/// What a failure happened during, as far as it is known, for the operator's line.
#[derive(Clone, Copy, Debug, Default)]
pub struct During<'a> {
    /// The connection.
    pub connection: Option<&'a str>,
    /// The `#error-code` of the page it ended on.
    pub code: Option<&'a str>,
    /// The client.
    pub client: Option<&'a str>,
    /// The request.
    pub request_id: Option<&'a str>,
}

/// A call that failed. It holds no secret, token, code, ticket, userid or text of WeCom's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WecomError {
    /// The call; [`Call::GetToken`] when the token needed for another call was not to be had.
    pub call: Call,
    /// Who must act.
    pub fault: Fault,
    /// WeCom's number, where there is one.
    pub errcode: Option<i64>,
    /// How it failed, where there is no errcode.
    pub cause: Option<Cause>,
    /// The hint id, by which WeCom's support and its error-query page find the call.
    pub hint: Option<String>,
    /// 60020 only: the address that WeCom saw, to be entered as 企业可信IP. For the operator alone.
    pub from_ip: Option<IpAddr>,
    /// The `Date` header of the answer, for WeCom's support.
    pub date: Option<String>,
}

impl WecomError {
    /// A failure with neither errcode nor cause.
    pub const fn new(call: Call, fault: Fault) -> Self {
        Self { call, fault, errcode: None, cause: None, hint: None, from_ip: None, date: None }
    }

    /// What an errcode other than 0 means for a call. Of `errmsg`, only the hint id and, for
    /// 60020, the address are kept.
    pub(super) fn from_errcode(call: Call, errcode: i64, errmsg: Option<&str>, date: Option<String>) -> Self {
        let errmsg = errmsg.unwrap_or_default();
        Self {
            call,
            fault: table::fault(call, errcode),
            errcode: Some(errcode),
            cause: None,
            hint: message::hint(errmsg),
            from_ip: (errcode == 60020).then(|| message::from_ip(errmsg)).flatten(),
            date,
        }
    }

    /// A failure without an errcode.
    pub(super) fn from_cause(call: Call, cause: Cause) -> Self {
        let fault = match cause {
            Cause::TooLarge | Cause::NotJson | Cause::WrongShape => Fault::BrokenAnswer,
            Cause::NotReached => Fault::Operator,
            _ => Fault::Transient,
        };
        Self { cause: Some(cause), ..Self::new(call, fault) }
    }

    /// What to do about it, for the operator: one sentence that names the page of WeCom's console.
    pub fn cure(&self) -> &'static str {
        match (self.errcode, self.cause) {
            (Some(errcode), _) => table::cure(errcode),
            (None, Some(cause)) => cause.cure(),
            (None, None) => "See the documentation of this program.",
        }
    }

    /// The operator's one line (law 12): what failed, who must act, the hint id for WeCom's support, for
    /// 60020 the address, and the cure. Written where the failure is handled, once.
    pub fn warn(&self, during: &During<'_>, what: &'static str) {
        tracing::warn!(
            event = "wecom.failed",
            connection = during.connection,
            code = during.code,
            client = during.client,
            request_id = during.request_id,
            call = self.call.as_str(),
            fault = ?self.fault,
            cause = self.cause.map(tracing::field::display),
            errcode = self.errcode,
            hint = self.hint,
            from_ip = self.from_ip.map(tracing::field::display),
            date = self.date,
            cure = self.cure(),
            "{what}"
        );
    }

    /// Whether the same call may succeed later without anybody acting.
    pub fn retryable(&self) -> bool {
        match self.errcode {
            Some(errcode) => table::retryable(errcode),
            None => matches!(self.fault, Fault::Transient | Fault::BrokenAnswer),
        }
    }

    /// Whether WeCom refused the access token, so that a new one may help (page 91039).
    pub(super) fn refuses_token(&self) -> bool {
        self.call != Call::GetToken && matches!(self.errcode, Some(40014 | 42001 | 40001))
    }
}

impl fmt::Display for WecomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WeCom {}: ", self.call)?;
        match (self.errcode, self.cause) {
            (Some(errcode), _) => write!(f, "errcode {errcode}"),
            (None, Some(cause)) => cause.fmt(f),
            (None, None) => write!(f, "{:?}", self.fault),
        }
    }
}

impl std::error::Error for WecomError {}

impl Cause {
    const fn cure(self) -> &'static str {
        match self {
            Self::Connect => {
                "WeCom's API cannot be reached: check name resolution, the firewall and the route to api_url (by default qyapi.weixin.qq.com, port 443)."
            }
            Self::Tls => {
                "The certificate of api_url is not trusted: check the system's certificate store and clock, or name the authority in outbound.ca_file when a simulator or an inspecting firewall stands in between."
            }
            Self::Timeout | Self::Lost => {
                "WeCom's answer did not come in time or broke off: nothing to do unless it lasts, then check the network or raise lifetimes.upstream."
            }
            Self::Status(_) => {
                "api_url answered with an HTTP status that WeCom does not use: check that it is WeCom's API, and the proxies in between."
            }
            Self::Redirect(_) => {
                "api_url answered with a redirect, which is never followed: check that it is WeCom's API itself and begins with https."
            }
            Self::NotReached => {
                "WeCom reaches the member neither way: see 应用管理 (App Management) → the app → 可见范围 (Visible Range), and whether the app's members need a licence (接口许可) there."
            }
            Self::TooLarge | Self::NotJson | Self::WrongShape => {
                "The answer of api_url cannot be understood: check that it is WeCom's API, and the proxies in between."
            }
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect => f.write_str("no connection"),
            Self::Tls => f.write_str("TLS failed"),
            Self::Timeout => f.write_str("no answer in time"),
            Self::Lost => f.write_str("the connection broke"),
            Self::Status(status) => write!(f, "HTTP status {status}"),
            Self::Redirect(status) => write!(f, "unexpected redirect (HTTP status {status})"),
            Self::TooLarge => f.write_str("the answer is too long"),
            Self::NotJson => f.write_str("the answer is not JSON"),
            Self::NotReached => f.write_str("the message reached nobody"),
            Self::WrongShape => f.write_str("the answer lacks a field or has one of another type"),
        }
    }
}
