//! A member of a corp, and the people who are not members but may stand before the same pages.

use serde::{Deserialize, Serialize};

/// A member's state, numbered as the API numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Status {
    /// 1.
    #[default]
    Activated,
    /// 2.
    Disabled,
    /// 4.
    NotActivated,
    /// 5.
    Quit,
}

impl TryFrom<u8> for Status {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        match number {
            1 => Ok(Self::Activated),
            2 => Ok(Self::Disabled),
            4 => Ok(Self::NotActivated),
            5 => Ok(Self::Quit),
            other => Err(format!("status is 1, 2, 4 or 5, not {other}")),
        }
    }
}

impl From<Status> for u8 {
    fn from(status: Status) -> Self {
        match status {
            Status::Activated => 1,
            Status::Disabled => 2,
            Status::NotActivated => 4,
            Status::Quit => 5,
        }
    }
}

/// One extended attribute: a text (`value`) or a link (`url`, `title`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Attribute {
    /// Name, as the administrator called it.
    pub name: String,
    /// Text of a text attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Address of a link attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Title of a link attribute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A member with everything the directory holds; what an app sees of it is decided at each call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Member {
    /// Which person this is, whatever the userid becomes; given by the simulator, who overwrites what is here.
    #[serde(skip)]
    pub serial: u64,
    /// The id as the administrator wrote it.
    pub userid: String,
    /// Display name.
    pub name: String,
    /// Departments.
    pub department: Vec<u64>,
    /// Sort order, parallel to `department`; missing places are 0.
    pub order: Vec<u64>,
    /// 1 where the member leads, parallel to `department`; missing places are 0.
    pub is_leader_in_dept: Vec<u8>,
    /// The main department; the first one when not given.
    pub main_department: Option<u64>,
    /// Direct leaders' userids.
    pub direct_leader: Vec<String>,
    /// Position.
    pub position: String,
    /// Landline.
    pub telephone: String,
    /// Alias.
    pub alias: String,
    /// Status.
    pub status: Status,
    /// "0" unknown, "1" male, "2" female.
    pub gender: String,
    /// Mobile number exactly as stored.
    pub mobile: String,
    /// Personal e-mail.
    pub email: String,
    /// E-mail issued by the corp.
    pub biz_mail: String,
    /// Avatar's address.
    pub avatar: String,
    /// Address of the personal QR code.
    pub qr_code: String,
    /// Postal address.
    pub address: String,
    /// Extended attributes.
    pub extattr: Vec<Attribute>,
    /// Position shown to outsiders.
    pub external_position: String,
    /// Whether the member ever signed in with a WeChat account.
    pub wechat_bound: bool,
    /// The openid that the WeChat account gives for this corp; derived when empty.
    pub openid: String,
}

impl Default for Member {
    fn default() -> Self {
        Self {
            serial: 0,
            userid: String::new(),
            name: String::new(),
            department: Vec::new(),
            order: Vec::new(),
            is_leader_in_dept: Vec::new(),
            main_department: None,
            direct_leader: Vec::new(),
            position: String::new(),
            telephone: String::new(),
            alias: String::new(),
            status: Status::Activated,
            gender: "0".to_owned(),
            mobile: String::new(),
            email: String::new(),
            biz_mail: String::new(),
            avatar: String::new(),
            qr_code: String::new(),
            address: String::new(),
            extattr: Vec::new(),
            external_position: String::new(),
            wechat_bound: true,
            openid: String::new(),
        }
    }
}

impl Member {
    /// The main department, the first one when none is named.
    pub(crate) fn main_department(&self) -> Option<u64> {
        self.main_department.or_else(|| self.department.first().copied())
    }

    /// The member's openid for its corp.
    pub(crate) fn openid(&self) -> String {
        if self.openid.is_empty() { format!("oSimMember{:018}", self.serial) } else { self.openid.clone() }
    }

    /// Whether `userid` names this member; case never matters.
    pub(crate) fn is(&self, userid: &str) -> bool {
        self.userid.eq_ignore_ascii_case(userid)
    }
}

/// A user of a linked corp: identified as `corp_id/userid`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkedUser {
    /// Short name for pages and tests.
    pub key: String,
    /// Display name.
    pub name: String,
    /// The other corp.
    pub corp_id: String,
    /// The id there.
    pub userid: String,
}

/// A customer (外部联系人) of the corp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Short name for pages and tests.
    pub key: String,
    /// Display name.
    pub name: String,
    /// The visitor's openid.
    pub openid: String,
    /// The customer id.
    pub external_userid: String,
    /// The member who follows this customer.
    pub followed_by: String,
}

/// A complete outsider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outsider {
    /// Short name for pages and tests.
    pub key: String,
    /// Display name.
    pub name: String,
    /// The visitor's openid.
    pub openid: String,
}
