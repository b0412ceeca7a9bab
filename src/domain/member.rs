//! A member as WeCom describes one to an app, and the contact details a member let us read.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ids::UserId;
use super::phone::PhoneNumber;
use super::time::Timestamp;

/// The standing of a member in the corp (`status` of `wecom-api.md` §6.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// 1: may enter.
    Active,
    /// 2: disabled by the corp.
    Disabled,
    /// 4: never activated.
    NotActivated,
    /// 5: has quit.
    Quit,
    /// A value the documentation does not name; nobody enters on it.
    Unknown(i64),
    /// WeCom no longer knows the member, or no longer shows the member to the app.
    Gone,
}

impl Standing {
    /// Reads WeCom's number.
    pub const fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Active,
            2 => Self::Disabled,
            4 => Self::NotActivated,
            5 => Self::Quit,
            other => Self::Unknown(other),
        }
    }

    /// WeCom's number; whoever WeCom no longer knows has none.
    pub const fn number(self) -> Option<i64> {
        match self {
            Self::Active => Some(1),
            Self::Disabled => Some(2),
            Self::NotActivated => Some(4),
            Self::Quit => Some(5),
            Self::Unknown(other) => Some(other),
            Self::Gone => None,
        }
    }
}

/// What `user/get` tells about a member. Empty texts of WeCom are `None` here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The userid in WeCom's own spelling.
    pub userid: UserId,
    /// `name`.
    pub name: Option<String>,
    /// `alias`.
    pub alias: Option<String>,
    /// `position`.
    pub position: Option<String>,
    /// `department`: ids, only those in the app's visible range.
    pub departments: Vec<u64>,
    /// `main_department`.
    pub main_department: Option<u64>,
    /// `status`.
    pub standing: Standing,
    /// `extattr.attrs[]` of type text: name and value.
    pub attributes: BTreeMap<String, String>,
    /// What only claim expressions ask for.
    pub further: Further,
}

/// Fields of a member that nothing but a claim expression reads.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Further {
    /// `order`, one for each of `department`.
    pub order: Vec<u64>,
    /// `is_leader_in_dept`, one for each of `department`: 0 or 1.
    pub is_leader_in_dept: Vec<u64>,
    /// `direct_leader`: userids.
    pub direct_leader: Vec<String>,
    /// `telephone`: the landline.
    pub telephone: Option<String>,
    /// `gender`: "1" male, "2" female, "0" withheld.
    pub gender: Option<String>,
    /// `avatar`: an address; withheld from newer apps.
    pub avatar: Option<String>,
    /// `external_position`.
    pub external_position: Option<String>,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").field("standing", &self.standing).finish_non_exhaustive()
    }
}

/// What `getuserdetail` gave after the member's consent, for that very member (law 7).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// `mobile`.
    pub phone: Option<PhoneNumber>,
    /// `biz_mail`: the address that the corp issued.
    pub biz_mail: Option<String>,
    /// `email`: an address that the member may have typed.
    pub email: Option<String>,
    /// When it was read.
    pub read_at: Timestamp,
    /// How it was read.
    pub source: ContactSource,
}

/// The way on which contact details came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactSource {
    /// A sign-in inside the WeCom client.
    InClientSignIn,
    /// The link of the first-login guide, opened in the WeCom client.
    GuideLink,
}

impl fmt::Debug for Further {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Further([redacted])")
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").field("read_at", &self.read_at).field("source", &self.source).finish_non_exhaustive()
    }
}
