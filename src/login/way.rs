//! The way to WeCom: inside its client, or its page for browsers (`wecom-api.md` §7).

use super::transaction::{Held, Sent};
use super::{Browser, Login, Stop};
use crate::domain::client::PhonePolicy;
use crate::domain::ids::ConnectionName;
use crate::domain::language::Language;
use crate::oidc::claims::may_have_phone;
use crate::wecom::OauthScope;

use super::errand::Errand;

/// What kind of browser a User-Agent says it is. A hint for the route, never for security.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surroundings {
    /// The WeCom client.
    Wecom,
    /// Plain WeChat: it can neither sign in by itself nor scan its own screen.
    Wechat,
    /// Any other browser.
    Browser,
}

impl Surroundings {
    /// Every WeCom client also calls itself `MicroMessenger`, so `wxwork` is looked for first.
    pub fn of(user_agent: &str) -> Self {
        let agent = user_agent.to_ascii_lowercase();
        if agent.contains("wxwork/") {
            Self::Wecom
        } else if agent.contains("micromessenger") {
            Self::Wechat
        } else {
            Self::Browser
        }
    }
}

/// A device in few words for the member's own list of sessions, such as `Chrome, Windows`.
pub fn device(user_agent: &str) -> String {
    let known = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| user_agent.contains(mark)).map_or("", |(_, name)| *name)
    };
    let browser = known(&[
        ("wxwork/", "WeCom"),
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = known(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

impl Login {
    /// The connections that the errand may use, in the order of their names.
    pub fn choices(&self, errand: &Errand) -> Vec<ConnectionName> {
        if let Errand::Open(open) = errand
            && let Some(name) = &open.connection
        {
            return vec![name.clone()];
        }
        // Whoever is a member anywhere has a page.
        if *errand == Errand::Account {
            return self.provider.directory.branches.keys().cloned().collect();
        }
        let client = errand.client().and_then(|id| self.provider.config.clients.get(id));
        client.map(|client| client.connections.iter().cloned().collect()).unwrap_or_default()
    }

    /// How this browser is sent to WeCom. `other` asks for the way that the User-Agent does not suggest.
    pub(super) async fn way(&self, held: &Held, browser: &Browser, other: bool) -> Result<Sent, Stop> {
        let in_client = (Surroundings::of(&browser.user_agent) == Surroundings::Wecom) != other;
        if !in_client {
            return Ok(Sent::Browser);
        }
        let asks = !held.transaction.declined && self.asks_for_phone(&held.transaction.errand, browser).await?;
        Ok(if asks { Sent::PrivateInfo } else { Sent::Base })
    }

    /// The address at WeCom for a transaction that was told its connection and its way.
    pub(super) fn address(&self, held: &Held, language: Language) -> Result<String, Stop> {
        let connection = held.transaction.connection.as_ref().ok_or(Stop::StartAgain)?;
        let branch = self.provider.directory.branches.get(connection).ok_or(Stop::StartAgain)?;
        let callback = self.provider.config.issuer.address(&format!("/login/{}/callback", held.id));
        let state = &held.transaction.state;
        Ok(match held.transaction.sent {
            None | Some(Sent::Browser) => branch.wecom.browser_address(&callback, state, language),
            Some(Sent::Base) => branch.wecom.in_client_address(&callback, state, OauthScope::Base),
            Some(Sent::PrivateInfo) => branch.wecom.in_client_address(&callback, state, OauthScope::PrivateInfo),
        })
    }

    /// `snsapi_privateinfo` is asked for when the client may have the number and no fresh one is remembered of a known member.
    async fn asks_for_phone(&self, errand: &Errand, browser: &Browser) -> Result<bool, Stop> {
        let scopes = match errand {
            Errand::Phone { .. } => return Ok(true),
            Errand::Logout(_) | Errand::Farewell(_) | Errand::Account => return Ok(false),
            Errand::Authorize(request) => Some(request.scopes),
            Errand::Open(_) => None,
        };
        let Some(client) = errand.client().and_then(|id| self.provider.config.clients.get(id)) else {
            return Ok(false);
        };
        let may = client.phone == PhonePolicy::Required || may_have_phone(client, scopes.unwrap_or(client.scopes));
        let Some((_, session)) = browser.session.as_ref().filter(|_| may) else { return Ok(may) };
        let contact = self.provider.directory.contact(&session.member).await?;
        let now = self.provider.now();
        let fresh = contact.is_some_and(|c| c.phone.is_some() && now.since(c.read_at) < client.lifetimes.phone);
        Ok(!fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wecom_is_told_from_wechat_and_from_other_browsers() {
        let of = Surroundings::of;
        assert_eq!(of("Mobile/15E148 wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh"), Surroundings::Wecom);
        assert_eq!(of("NetType/WIFI MicroMessenger/7.0.5 WindowsWechat"), Surroundings::Wechat);
        assert_eq!(of("Mozilla/5.0 Chrome/130.0 Safari/537.36"), Surroundings::Browser);
        assert_eq!(of(""), Surroundings::Browser);
    }

    #[test]
    fn a_device_is_named_in_few_words() {
        assert_eq!(device("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/130.0 Safari/537.36"), "Chrome, Windows");
        assert_eq!(device("Mozilla/5.0 (iPhone; CPU iPhone OS) wxwork/4.1.30 MicroMessenger/7.0.1"), "WeCom, iPhone");
        assert_eq!(device("curl/8"), "");
    }
}
