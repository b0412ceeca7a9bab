//! An app (agent) of a corp: its secret, its domains, its visible range, the fields its administrator enabled.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The trusted-domain entry that stands for every loopback host and port.
pub const ANY_LOOPBACK: &str = "loopback:*";

/// What the secret belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppKind {
    /// A self-built app.
    #[default]
    SelfBuilt,
    /// The contact-sync assistant (通讯录同步).
    ContactSync,
}

/// Which side of 2022-06-20 20:00 (China time) the app was made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Created {
    /// Before: `user/get` still shows the sensitive fields.
    BeforePrivacyRule,
    /// After: they come only through a ticket.
    #[default]
    AfterPrivacyRule,
}

/// A field that needs the administrator's switch and the member's consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensitiveField {
    /// Avatar.
    Avatar,
    /// Gender.
    Gender,
    /// Mobile number.
    Mobile,
    /// Personal e-mail.
    Email,
    /// Corp e-mail.
    BizMail,
    /// Personal QR code.
    QrCode,
    /// Address.
    Address,
}

impl SensitiveField {
    /// All of them, in the order of the console.
    pub const ALL: [Self; 7] =
        [Self::Avatar, Self::Gender, Self::Mobile, Self::Email, Self::BizMail, Self::QrCode, Self::Address];

    /// The name of the field in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Avatar => "avatar",
            Self::Gender => "gender",
            Self::Mobile => "mobile",
            Self::Email => "email",
            Self::BizMail => "biz_mail",
            Self::QrCode => "qr_code",
            Self::Address => "address",
        }
    }

    /// The field of that API name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The label on the consent page.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Avatar => "头像",
            Self::Gender => "性别",
            Self::Mobile => "手机号",
            Self::Email => "个人邮箱",
            Self::BizMail => "企业邮箱",
            Self::QrCode => "个人二维码",
            Self::Address => "地址",
        }
    }
}

/// 可见范围: the members, departments and tags an app may see.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Range {
    /// Userids named directly.
    pub users: Vec<String>,
    /// Departments, each with everything below it.
    pub departments: Vec<u64>,
    /// Tags.
    pub tags: Vec<u64>,
}

/// One app.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct App {
    /// Id.
    pub agent_id: u64,
    /// Name.
    pub name: String,
    /// Secret.
    pub secret: String,
    /// What the secret belongs to.
    pub kind: AppKind,
    /// When the app was made.
    pub created: Created,
    /// 可信域名, `host[:port]` each; [`ANY_LOOPBACK`] is every loopback address.
    pub trusted_domains: Vec<String>,
    /// 授权回调域 of the browser login, `host[:port]`.
    pub login_domain: Option<String>,
    /// Visible range.
    pub visible: Range,
    /// Sensitive fields the administrator enabled.
    pub sensitive_fields: Vec<SensitiveField>,
    /// Whether the app is disabled.
    pub closed: bool,
    /// 企业可信IP; without a list every address may call.
    pub trusted_ips: Option<Vec<String>>,
    /// Description.
    pub description: String,
    /// 应用主页.
    pub home_url: String,
}

impl App {
    /// Whether the in-client page may redirect to this address.
    pub(crate) fn trusts(&self, uri: &Url, compare_port: bool) -> bool {
        self.trusted_domains.iter().any(|domain| domain_matches(domain, uri, compare_port))
    }

    /// Whether the browser page may redirect to this address.
    pub(crate) fn trusts_for_login(&self, uri: &Url) -> bool {
        self.trusts(uri, true) || self.login_domain.as_deref().is_some_and(|domain| domain_matches(domain, uri, true))
    }

    /// The domain `agent/get` reports.
    pub(crate) fn redirect_domain(&self) -> &str {
        self.trusted_domains.iter().find(|domain| *domain != ANY_LOOPBACK).map_or("", String::as_str)
    }
}

/// `host[:port]` of an address; the scheme's default port is not written.
pub(crate) fn authority(uri: &Url) -> Option<String> {
    let host = uri.host_str()?;
    Some(match uri.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

fn domain_matches(domain: &str, uri: &Url, compare_port: bool) -> bool {
    if domain == ANY_LOOPBACK {
        return is_loopback(uri);
    }
    if compare_port {
        return authority(uri).is_some_and(|it| it.eq_ignore_ascii_case(domain));
    }
    let host_only = domain
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(domain, |(host, _)| host);
    uri.host_str().is_some_and(|host| host.eq_ignore_ascii_case(host_only))
}

fn is_loopback(uri: &Url) -> bool {
    match uri.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
