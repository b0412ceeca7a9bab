//! What goes into WeCom's calls and what comes out of them, as values that cannot be mistaken.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::domain::ids::{InvalidId, UserId};

macro_rules! secret_text {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            /// Takes the text when it keeps the rule.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                if (1..=$max).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
                    Ok(Self(SecretString::from(text)))
                } else {
                    Err(InvalidId { what: $what, rule: $rule })
                }
            }

            /// The text itself.
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    };
}

secret_text! {
    /// The `code` that WeCom hands to the callback: single use, five minutes (page 91022).
    WecomCode, "code", "1 to 512 visible ASCII characters", 512
}

secret_text! {
    /// A `user_ticket`: the member's consent as a thing to show, 1800 seconds (page 91023). The
    /// page says at most 512 bytes; more is tolerated, for the limit guards nothing.
    UserTicket, "user_ticket", "1 to 2048 visible ASCII characters", 2048
}

/// Who stands behind a code (pages 91023, 98177).
#[derive(Clone)]
pub enum Visitor {
    /// A member of the corp, whether visible to the app or not.
    Member {
        /// The userid in WeCom's own spelling.
        userid: UserId,
        /// Only after `snsapi_privateinfo`, and only for members in the visible range.
        ticket: Option<UserTicket>,
    },
    /// A member of a linked corp (互联企业, 上下游): the userid came as `Corp/userid`.
    LinkedCorp,
    /// Anybody else: an `openid`, an `external_userid`, or nothing at all, with errcode 0.
    Outsider,
    /// A userid outside the documented alphabet, which is never an identity here.
    UnusableUserid,
}

impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member { ticket, .. } => {
                f.debug_struct("Member").field("ticket", &ticket.is_some()).finish_non_exhaustive()
            }
            Self::LinkedCorp => f.write_str("LinkedCorp"),
            Self::Outsider => f.write_str("Outsider"),
            Self::UnusableUserid => f.write_str("UnusableUserid"),
        }
    }
}

/// A phone number in whatever spelling WeCom keeps it; `domain::phone` reads it.
pub type PhoneText = String;

/// A field that comes only when the administrator and the member both allow it.
#[derive(Clone, PartialEq, Eq)]
pub enum Granted<T = PhoneText> {
    /// The field is absent: not allowed, by the one or the other.
    Withheld,
    /// The field is there and empty: allowed, and the profile holds nothing; or not allowed
    /// (the documentation leaves both open).
    Empty,
    /// The value.
    Value(T),
}

impl<T> fmt::Debug for Granted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Withheld => "Withheld",
            Self::Empty => "Empty",
            Self::Value(_) => "Value([redacted])",
        })
    }
}

/// What a member agreed to show (page 95833).
#[derive(Clone, PartialEq, Eq)]
pub struct Detail {
    /// Whose details these are; the caller holds it against the member of its transaction.
    pub userid: UserId,
    /// `mobile`.
    pub mobile: Granted<PhoneText>,
    /// `email`: typed by the member or the administrator, verified by nobody.
    pub email: Option<String>,
    /// `biz_mail`: the mailbox that the corp issued.
    pub biz_mail: Option<String>,
}

impl fmt::Debug for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detail").field("mobile", &self.mobile).finish_non_exhaustive()
    }
}

/// A department in the app's visible range (page 90208).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// `id`; 1 is the root.
    pub id: u64,
    /// `name`; third-party apps get none.
    pub name: Option<String>,
    /// `name_en`.
    pub english_name: Option<String>,
    /// `parentid`; 0 above the root.
    pub parent: u64,
    /// `order`: larger stands before smaller.
    pub order: i64,
    /// `department_leader`.
    pub leaders: Vec<UserId>,
}

/// A tag of the corp (page 90216).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// `tagid`.
    pub id: u64,
    /// `tagname`.
    pub name: Option<String>,
}

/// Who has a tag, as far as the app may see them (page 90213).
#[derive(Clone, PartialEq, Eq)]
pub struct Tagged {
    /// `tagname`.
    pub name: Option<String>,
    /// `userlist`: members named one by one.
    pub members: Vec<UserId>,
    /// `partylist`: departments, whose every member has the tag, those of the departments below too.
    pub departments: Vec<u64>,
}

impl fmt::Debug for Tagged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tagged").field("members", &self.members.len()).finish_non_exhaustive()
    }
}

/// The app itself (page 90227): the best probe, for it proves secret, agent and trusted address at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// `name`.
    pub name: Option<String>,
    /// `close`: the administrator switched the app off.
    pub close: bool,
    /// `redirect_domain`: the 可信域名, host and perhaps port.
    pub redirect_domain: Option<String>,
    /// `allow_userinfos`: members named one by one in the visible range.
    pub visible_users: Vec<UserId>,
    /// `allow_partys`: departments in the visible range.
    pub visible_departments: Vec<u64>,
    /// `allow_tags`: tags in the visible range.
    pub visible_tags: Vec<u64>,
}

/// What the in-client page asks the member (page 91022).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OauthScope {
    /// `snsapi_base`: nothing; the userid comes silently.
    Base,
    /// `snsapi_privateinfo`: the member's consent to sensitive fields, asked again after 30 days.
    PrivateInfo,
}

impl OauthScope {
    /// The text in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Base => "snsapi_base",
            Self::PrivateInfo => "snsapi_privateinfo",
        }
    }
}
