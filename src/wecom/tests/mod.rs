//! The client against a scripted server.

use std::time::Duration;

use secrecy::SecretString;

use super::Settings;
use crate::domain::ids::CorpId;

pub(in crate::wecom) fn settings(api: &str) -> Settings {
    Settings {
        corp_id: CorpId::parse("wwsimcorp00000001").unwrap(),
        agent_id: 1_000_002,
        secret: SecretString::from("SECRET-of-the-app"),
        api_url: api.parse().unwrap(),
        authorize_url: "https://open.weixin.qq.com/connect/oauth2/authorize".parse().unwrap(),
        login_url: "https://login.work.weixin.qq.com/wwlogin/sso/login".parse().unwrap(),
        timeout: Duration::from_secs(5),
    }
}
