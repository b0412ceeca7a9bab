//! Why a person cannot go on: the codes shown as `#error-code` on our own pages.

use serde::{Deserialize, Serialize};

/// A reason that ends or halts a sign-in on a page of ours (`design.md` §5, *Refusals*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// WeCom knows the person, the corp does not: an outsider, a customer, a linked corp's member.
    NotAMember,
    /// The corp disabled the account (status 2), or the person quit (status 5).
    MemberDisabled,
    /// The account was never activated (status 4).
    MemberNotActivated,
    /// The app's visible range does not hold the member (60011 and its kin).
    NotVisible,
    /// The client's `allow` does not hold the member, or the connection is not one it accepts.
    NotAllowed,
    /// WeCom gave an empty phone number: the profile holds none.
    PhoneMissing,
    /// The member said no on WeCom's consent page.
    PhoneRefused,
    /// WeCom left the number out: the member's switch or the administrator's is off, and WeCom does not tell which.
    PhoneWithheld,
    /// Another member opened the link than the one who must.
    WrongMember,
    /// The link was used, or is too old.
    LinkExpired,
    /// The browser does not hold what the sign-in began with.
    StartAgain,
    /// This page works only inside the WeCom client.
    OpenInWecom,
    /// The member said no at WeCom, or here.
    Denied,
    /// WeCom does not answer, or is too busy.
    WecomUnavailable,
    /// WeCom refuses us because of a setting that an administrator must change.
    WecomMisconfigured,
    /// Too many requests from this address.
    TooManyRequests,
    /// The application has no account with the member's number.
    AccountMissing,
    /// The application has several accounts that could be the member's.
    AccountAmbiguous,
    /// The account with the member's number is linked to somebody else.
    AccountTaken,
    /// The account with the member's number is one that is never linked by itself.
    AccountProtected,
    /// The member's number is not known, or was read too long ago to open an account by it.
    NumberUnproven,
    /// Another member holds the member's number as well.
    NumberShared,
    /// The application cannot be asked for the member's account.
    AccountsUnavailable,
}

impl Refusal {
    /// All of them, for tests and for rendering every page once.
    pub const ALL: [Self; 23] = [
        Self::NotAMember,
        Self::MemberDisabled,
        Self::MemberNotActivated,
        Self::NotVisible,
        Self::NotAllowed,
        Self::PhoneMissing,
        Self::PhoneRefused,
        Self::PhoneWithheld,
        Self::WrongMember,
        Self::LinkExpired,
        Self::StartAgain,
        Self::OpenInWecom,
        Self::Denied,
        Self::WecomUnavailable,
        Self::WecomMisconfigured,
        Self::TooManyRequests,
        Self::AccountMissing,
        Self::AccountAmbiguous,
        Self::AccountTaken,
        Self::AccountProtected,
        Self::NumberUnproven,
        Self::NumberShared,
        Self::AccountsUnavailable,
    ];

    /// What `#error-code` holds. Two reasons share one where only the words differ.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAMember => "not_a_member",
            Self::MemberDisabled => "member_disabled",
            Self::MemberNotActivated => "member_not_activated",
            Self::NotVisible => "not_visible",
            Self::NotAllowed => "not_allowed",
            Self::PhoneMissing => "phone_missing",
            Self::PhoneRefused | Self::PhoneWithheld => "phone_refused",
            Self::WrongMember => "wrong_member",
            Self::LinkExpired => "link_expired",
            Self::StartAgain => "start_again",
            Self::OpenInWecom => "open_in_wecom",
            Self::Denied => "denied",
            Self::WecomUnavailable => "wecom_unavailable",
            Self::WecomMisconfigured => "wecom_misconfigured",
            Self::TooManyRequests => "too_many_requests",
            Self::AccountMissing
            | Self::AccountAmbiguous
            | Self::AccountTaken
            | Self::AccountProtected
            | Self::NumberUnproven
            | Self::NumberShared => Self::NotAllowed.code(),
            Self::AccountsUnavailable => "temporarily_unavailable",
        }
    }

    /// What tells it from others of the same code, for the operator; most need nothing.
    pub const fn detail(self) -> Option<&'static str> {
        match self {
            Self::AccountMissing => Some("account_missing"),
            Self::AccountAmbiguous => Some("account_ambiguous"),
            Self::AccountTaken => Some("account_taken"),
            Self::AccountProtected => Some("account_protected"),
            Self::NumberUnproven => Some("number_unproven"),
            Self::NumberShared => Some("number_shared"),
            Self::PhoneWithheld => Some("phone_withheld"),
            Self::AccountsUnavailable => Some("accounts_unavailable"),
            _ => None,
        }
    }

    /// The HTTP status of the page.
    pub const fn status(self) -> u16 {
        match self {
            Self::StartAgain => 400,
            Self::LinkExpired => 410,
            Self::TooManyRequests => 429,
            Self::WecomMisconfigured => 502,
            Self::WecomUnavailable | Self::AccountsUnavailable => 503,
            _ => 403,
        }
    }

    /// What the relying party is told by the "back to the application" link (RFC 6749 §4.1.2.1);
    /// `None` where nothing may be said to it.
    pub const fn oauth_error(self) -> Option<&'static str> {
        match self {
            Self::StartAgain | Self::LinkExpired | Self::TooManyRequests => None,
            Self::WecomUnavailable | Self::AccountsUnavailable => Some("temporarily_unavailable"),
            Self::WecomMisconfigured => Some("server_error"),
            _ => Some("access_denied"),
        }
    }
}
