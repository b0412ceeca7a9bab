//! RP-Initiated Logout 1.0: who asks, whether the member must confirm, and where the browser goes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::hint::{self, Hint};
use super::params::Params;
use super::provider::Provider;
use crate::config::Client;
use crate::domain::ids::{ClientId, Sid, Subject};
use crate::domain::language::Language;
use crate::domain::redirect::RedirectUri;

/// A checked sign-out request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// The client that asks, as far as it can be known.
    pub client: Option<ClientId>,
    /// Where the browser goes afterwards: only an address registered for that client.
    pub to: Option<RedirectUri>,
    /// `state`, returned with it.
    pub state: Option<String>,
    /// The subject and session of a genuine hint: without one the member is asked (§2, §6).
    hinted: Option<(Subject, Option<Sid>)>,
    /// `ui_locales`: the language of the pages.
    pub language: Option<Language>,
    /// The request named an address that may not be used: the member is told on our own page.
    pub refused_address: bool,
}

/// Reads a sign-out request. Nothing about it is an error for the member: what cannot be trusted only means a question.
pub fn read(provider: &Provider, params: &Params) -> LogoutRequest {
    let single = |name: &str| params.get(name).filter(|_| !params.is_doubled(name));
    let named = single("client_id").and_then(|id| provider.client(id)).cloned();
    let hint = single("id_token_hint").and_then(|text| hint::read(provider, text));
    // §2: when both are there, they must name the same client; otherwise neither is believed.
    let contradicts = matches!((&named, &hint), (Some(n), Some(h)) if n.client_id != h.client);
    let bad_hint = params.has("id_token_hint") && (hint.is_none() || contradicts);
    let hint = hint.filter(|_| !contradicts);
    let client = match bad_hint {
        true => None,
        false => named.or_else(|| hint.as_ref().and_then(|h| provider.config.clients.get(&h.client).cloned())),
    };
    let asked = params.get("post_logout_redirect_uri");
    let to = asked
        .filter(|_| !params.is_doubled("post_logout_redirect_uri"))
        .and_then(|uri| registered(client.as_ref(), uri));
    LogoutRequest {
        client: client.map(|c| c.client_id.clone()),
        refused_address: asked.is_some() && to.is_none(),
        state: single("state")
            .filter(|s| to.is_some() && s.len() <= 2_048 && !s.chars().any(char::is_control))
            .map(str::to_owned),
        to,
        // `logout_hint` is taken and proves nothing: whoever is signed in stands on the page that asks.
        language: single("ui_locales").and_then(Language::from_ui_locales),
        hinted: hint.map(|Hint { subject, sid, .. }| (subject, sid)),
    }
}

/// Exact text, as for redirection addresses (§3.1).
fn registered(client: Option<&Arc<Client>>, uri: &str) -> Option<RedirectUri> {
    client?.post_logout_redirect_uris.iter().find(|known| known.as_str() == uri).cloned()
}

impl LogoutRequest {
    /// Whether the member must be asked: unless a genuine hint names the very member or session that is
    /// signed in, anybody's link could sign people out (§6; threats 33 and 34).
    ///
    /// Both are given by the names that the client knows.
    pub fn must_ask(&self, member: Option<&Subject>, session: &Sid) -> bool {
        let Some((subject, sid)) = &self.hinted else { return true };
        member != Some(subject) && sid.as_ref() != Some(session)
    }

    /// The whole address to go to.
    pub fn location(&self) -> Option<String> {
        let base = self.to.as_ref()?.as_str();
        let Some(state) = &self.state else { return Some(base.to_owned()) };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("state", state);
        let joint = if base.contains('?') { '&' } else { '?' };
        Some(format!("{base}{joint}{}", query.finish().replace('+', "%20")))
    }
}
