//! The address a sign-in page redirects to: `redirect_uri` with `code` and `state` appended as text.

use url::form_urlencoded::byte_serialize;

use crate::directory::authority;
use url::Url;

/// A redirect address as it was given, and as it was understood.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    text: String,
    pub(crate) url: Url,
}

impl Target {
    /// Reads a redirect address: absolute, http or https, with a host.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_web = matches!(url.scheme(), "http" | "https") && authority(&url).is_some();
        let is_header_safe = text.bytes().all(|byte| byte.is_ascii_graphic());
        let text = if is_header_safe { text.to_owned() } else { url.to_string() };
        is_web.then_some(Self { text, url })
    }

    /// The address with `code`, if there is one, and `state`, empty if there is none.
    /// An existing query is kept; a fragment swallows what is appended, as it does with WeCom.
    pub(crate) fn with(&self, code: Option<&str>, state: Option<&str>, appid: Option<&str>) -> String {
        let mut address = self.text.clone();
        let mut separator = if self.text.contains('?') { '&' } else { '?' };
        let parameters = [("code", code), ("state", Some(state.unwrap_or_default())), ("appid", appid)];
        for (name, value) in parameters {
            let Some(value) = value else { continue };
            address.push(separator);
            address.push_str(name);
            address.push('=');
            address.extend(byte_serialize(value.as_bytes()));
            separator = '&';
        }
        address
    }
}
