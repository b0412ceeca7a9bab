//! The two WeCom pages that a browser is sent to (pages 91022 and 98152).

use url::Url;
use url::form_urlencoded::byte_serialize;

use super::Settings;
use super::values::OauthScope;
use crate::domain::language::Language;

/// The in-client page. The order of the parameters is the documented one (the sister product
/// checks it), and the fragment tells the client to attach the identity.
pub(super) fn in_client(settings: &Settings, redirect_uri: &str, state: &str, scope: OauthScope) -> String {
    let agent = settings.agent_id.to_string();
    let mut address = with_query(
        &settings.authorize_url,
        &[
            ("appid", settings.corp_id.as_str()),
            ("redirect_uri", redirect_uri),
            ("response_type", "code"),
            ("scope", scope.as_str()),
            ("state", state),
            ("agentid", &agent),
        ],
    );
    address.push_str("#wechat_redirect");
    address
}

/// The browser page: a QR code, and one click where the desktop client runs. Its code never
/// yields a ticket.
pub(super) fn browser(settings: &Settings, redirect_uri: &str, state: &str, language: Language) -> String {
    let agent = settings.agent_id.to_string();
    with_query(
        &settings.login_url,
        &[
            ("login_type", "CorpApp"),
            ("appid", settings.corp_id.as_str()),
            ("agentid", &agent),
            ("redirect_uri", redirect_uri),
            ("state", state),
            ("lang", language.wecom()),
        ],
    )
}

fn with_query(page: &Url, parameters: &[(&str, &str)]) -> String {
    let mut page = page.clone();
    page.set_fragment(None);
    let mut address = String::from(page);
    let mut joint = if address.contains('?') { '&' } else { '?' };
    for (name, value) in parameters {
        address.push(joint);
        address.push_str(name);
        address.push('=');
        // A form's `+` for a blank is not understood by everybody who reads an address.
        byte_serialize(value.as_bytes()).for_each(|piece| address.push_str(if piece == "+" { "%20" } else { piece }));
        joint = '&';
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wecom::tests::settings;

    #[test]
    fn the_in_client_address_is_the_documented_one() {
        let mut settings = settings("https://qyapi.weixin.qq.com");
        settings.corp_id = crate::domain::ids::CorpId::parse("ww0123456789abcdef").unwrap();
        assert_eq!(
            in_client(&settings, "https://login.example.com/wecom/cb", "q3Jt0Zb7LrX9m2Va", OauthScope::PrivateInfo),
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww0123456789abcdef\
             &redirect_uri=https%3A%2F%2Flogin.example.com%2Fwecom%2Fcb&response_type=code&scope=snsapi_privateinfo\
             &state=q3Jt0Zb7LrX9m2Va&agentid=1000002#wechat_redirect"
        );
    }

    #[test]
    fn the_browser_address_is_the_documented_one() {
        assert_eq!(
            browser(&settings("https://x.example"), "https://a.example/cb?x=1&y=a b+c", "S1", Language::English),
            "https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=CorpApp&appid=wwsimcorp00000001\
             &agentid=1000002&redirect_uri=https%3A%2F%2Fa.example%2Fcb%3Fx%3D1%26y%3Da%20b%2Bc&state=S1&lang=en"
        );
    }

    #[test]
    fn a_page_address_may_have_a_query_of_its_own() {
        let mut settings = settings("https://x.example");
        settings.login_url = "http://127.0.0.1:9/login?corp=1#x".parse().unwrap();
        assert!(
            browser(&settings, "u", "s", Language::Chinese)
                .starts_with("http://127.0.0.1:9/login?corp=1&login_type=CorpApp&")
        );
    }
}
