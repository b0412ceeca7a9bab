//! What WeCom's documentation leaves open: one setting per open point, so that a caller can be tried against every reading.

use serde::{Deserialize, Serialize};

/// What happens when the member refuses on the browser sign-in page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DenyOnLoginPage {
    /// Back to `redirect_uri` with `state` and without `code`, as the older page documents.
    #[default]
    StateOnly,
    /// A page that says it was cancelled; the application hears nothing.
    NoRedirect,
}

/// What happens when the member refuses on the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentRefusal {
    /// Back to `redirect_uri` with `state` and without `code`.
    #[default]
    RedirectWithoutCode,
    /// A page that says it was cancelled; the application hears nothing.
    NoRedirect,
    /// An error page.
    ErrorPage,
}

/// How `getuserdetail` shows a field that was not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UngrantedField {
    /// The field is missing.
    #[default]
    Absent,
    /// The field is there and holds the empty string.
    Empty,
}

/// What a second `gettoken` inside the validity window answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedGettoken {
    /// The same token, `expires_in` is what remains.
    #[default]
    Remaining,
    /// The same token, `expires_in` is 7200 again.
    Full,
    /// Another token with its own 7200 seconds; the earlier one stays good.
    NewToken,
}

/// Whether a `user_ticket` may be used more than once in its 1800 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketReuse {
    /// As often as wanted.
    #[default]
    Reusable,
    /// Once; then it is invalid (84015).
    Once,
}

/// Where the caller's IP is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IpCheck {
    /// After the token was found good.
    #[default]
    AfterToken,
    /// Before the token's validity is told; a bad token from a wrong address gets 60020.
    BeforeToken,
}

/// What `snsapi_privateinfo` without `agentid` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateinfoWithoutAgentid {
    /// Treated like `snsapi_base`: a code, and no ticket for it.
    #[default]
    NoTicket,
    /// An error page.
    ErrorPage,
}

/// The text of 40014 and 42001.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvalidTokenText {
    /// With hint id, address and link.
    #[default]
    WithHint,
    /// The bare text, as several logs show it.
    Plain,
}

/// Parameters of the callback besides `code` and `state`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallbackExtras {
    /// None.
    #[default]
    None,
    /// `appid=CORPID`, seen on callbacks of the older browser page.
    Appid,
}

/// Which `state` the browser sign-in page takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginPageState {
    /// Anything; it is echoed.
    #[default]
    Any,
    /// Only what the in-client page takes: letters and digits, at most 128.
    Alphanumeric,
}

/// Whether the in-client page holds the parameters to the documented order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterOrder {
    /// Any order.
    #[default]
    Any,
    /// The documented order, else an error page.
    Checked,
}

/// Whether the port takes part in the trusted-domain match of the in-client page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustedPort {
    /// It does.
    #[default]
    Compared,
    /// Only the host is compared.
    Ignored,
}

/// How a member who quit (status 5) is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuitMember {
    /// 60111, as for a deleted one.
    #[default]
    NotFound,
    /// Answered with status 5.
    Listed,
}

/// Whether members who are not activated can still come through the sign-in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InactiveSignIn {
    /// They can, so that an application's own check of the status is exercised.
    #[default]
    Allowed,
    /// The page turns them away.
    Refused,
}

/// Whether `tag/get` reads a tag that is not named in the app's visible range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForeignTag {
    /// It does; members out of range stay hidden.
    #[default]
    Readable,
    /// 60011.
    Refused,
}

/// The `AgentID` element around an event of the contact-sync receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactSyncAgentId {
    /// Present and empty.
    #[default]
    Empty,
    /// Missing.
    Absent,
}

/// Every open point with its setting; the defaults are the likeliest readings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quirks {
    /// Errcode of `user/get` for a member outside the visible range: 60011 or 60111.
    pub out_of_range_code: i64,
    /// Errcode for a code used before: 40029 or 42022.
    pub used_code: i64,
    /// Errcode for a code older than 300 seconds: 40029 or 42003.
    pub expired_code: i64,
    /// Errcode of `gettoken` for a disabled app: 40001 or 50003.
    pub closed_app_gettoken: i64,
    /// Failing `gettoken` calls in an hour after which the address is blocked for an hour.
    pub wrong_secret_limit: u32,
    /// Refusal on the browser sign-in page.
    pub deny_on_login_page: DenyOnLoginPage,
    /// Refusal on the consent page.
    pub consent_refusal: ConsentRefusal,
    /// Shape of a field that was not granted.
    pub ungranted_field: UngrantedField,
    /// `gettoken` inside the window.
    pub repeated_gettoken: RepeatedGettoken,
    /// Reuse of a `user_ticket`.
    pub ticket_reuse: TicketReuse,
    /// Place of the IP check.
    pub ip_check: IpCheck,
    /// `snsapi_privateinfo` without `agentid`.
    pub privateinfo_without_agentid: PrivateinfoWithoutAgentid,
    /// Text of token errors.
    pub invalid_token_text: InvalidTokenText,
    /// Further callback parameters.
    pub callback_extras: CallbackExtras,
    /// `state` rule of the browser page.
    pub login_page_state: LoginPageState,
    /// Parameter order of the in-client page.
    pub parameter_order: ParameterOrder,
    /// Port in the trusted domain.
    pub trusted_port: TrustedPort,
    /// Members who quit.
    pub quit_member: QuitMember,
    /// Members who are not activated, at the sign-in pages.
    pub inactive_sign_in: InactiveSignIn,
    /// Tags outside the range.
    pub foreign_tag: ForeignTag,
    /// `AgentID` around contact-sync events.
    pub contact_sync_agent_id: ContactSyncAgentId,
}

impl Default for Quirks {
    fn default() -> Self {
        Self {
            out_of_range_code: 60011,
            used_code: 40029,
            expired_code: 40029,
            closed_app_gettoken: 40001,
            wrong_secret_limit: 2000,
            deny_on_login_page: DenyOnLoginPage::default(),
            consent_refusal: ConsentRefusal::default(),
            ungranted_field: UngrantedField::default(),
            repeated_gettoken: RepeatedGettoken::default(),
            ticket_reuse: TicketReuse::default(),
            ip_check: IpCheck::default(),
            privateinfo_without_agentid: PrivateinfoWithoutAgentid::default(),
            invalid_token_text: InvalidTokenText::default(),
            callback_extras: CallbackExtras::default(),
            login_page_state: LoginPageState::default(),
            parameter_order: ParameterOrder::default(),
            trusted_port: TrustedPort::default(),
            quit_member: QuitMember::default(),
            inactive_sign_in: InactiveSignIn::default(),
            foreign_tag: ForeignTag::default(),
            contact_sync_agent_id: ContactSyncAgentId::default(),
        }
    }
}
