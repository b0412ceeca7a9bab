//! The pages that say why it does not go on.

use askama::Template;

/// A page with one sentence; `kind` is in the page as `data-kind` of `#notice`.
#[derive(Debug, Clone, Template)]
#[template(path = "notice.html")]
pub(crate) struct Notice {
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) english: &'static str,
    /// Where an ordinary browser may go on as if it were the client.
    pub(crate) open_in_client: Option<String>,
}

impl Notice {
    pub(crate) fn new(kind: &'static str, text: impl Into<String>, english: &'static str) -> Self {
        Self { kind, text: text.into(), english, open_in_client: None }
    }

    /// The in-client page in an ordinary browser.
    pub(crate) fn open_in_client(address: &str) -> Self {
        Self {
            open_in_client: Some(address.to_owned()),
            ..Self::new("open_in_client", "请在企业微信客户端打开链接", "Please open this link in the WeCom client.")
        }
    }

    /// The in-client page with a redirect address that is not trusted.
    pub(crate) fn untrusted_domain() -> Self {
        Self::new(
            "domain_err",
            "redirect_uri参数错误：redirect_uri需使用应用可信域名",
            "The host of redirect_uri is not a trusted domain of the app.",
        )
    }

    /// The browser page with a redirect address that is not its own.
    pub(crate) fn login_domain() -> Self {
        Self::new(
            "login_domain_err",
            "redirect_uri 与配置的授权完成回调域名不一致",
            "The host of redirect_uri is not the configured callback domain.",
        )
    }

    /// The browser page with bad parameters.
    pub(crate) fn bad_link(what: &str) -> Self {
        Self::new("bad_link", format!("该链接无法访问（{what}）"), "This link cannot be opened.")
    }

    /// The in-client page with a bad parameter.
    pub(crate) fn bad_parameter(name: &str) -> Self {
        Self::new("bad_parameter", format!("{name}参数错误"), "A parameter of this link is wrong.")
    }

    /// A member outside the visible range.
    pub(crate) fn out_of_range() -> Self {
        Self::new(
            "no_permission",
            "无权限访问：你不在该应用的可见范围内",
            "No permission: you are not in the visible range of this app.",
        )
    }

    /// A member who cannot use the client.
    pub(crate) fn inactive() -> Self {
        Self::new("inactive", "该账号已停用或未激活", "This account is disabled or not activated.")
    }

    /// A refusal that the application is not told of.
    pub(crate) fn cancelled() -> Self {
        Self::new("cancelled", "已取消登录", "The sign-in was cancelled.")
    }

    /// A refusal answered with an error.
    pub(crate) fn refused() -> Self {
        Self::new("refused", "授权失败", "The authorisation failed.")
    }

    /// A test named somebody who does not exist.
    pub(crate) fn unknown_person(key: &str) -> Self {
        Self::new("unknown_person", format!("模拟器里没有“{key}”"), "The simulation knows nobody of this name.")
    }
}
