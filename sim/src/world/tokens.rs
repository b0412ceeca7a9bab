//! Access tokens: one per app and window, the same one again inside the window.

use std::collections::HashMap;

use super::AppId;
use super::random;

/// Lifetime of a token in seconds.
pub(crate) const LIFETIME: i64 = 7200;

/// A token that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) app: AppId,
    pub(crate) expires_at: i64,
}

/// What a presented token is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Presented {
    Good(AppId),
    Expired,
    Unknown,
}

/// All tokens.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tokens {
    by_value: HashMap<String, Token>,
    current: HashMap<AppId, String>,
}

impl Tokens {
    /// The app's token of the running window, with the time it ends.
    pub(crate) fn current(&self, app: &AppId, now: i64) -> Option<(String, i64)> {
        let value = self.current.get(app)?;
        let token = self.by_value.get(value)?;
        (token.expires_at > now).then(|| (value.clone(), token.expires_at))
    }

    /// Gives the app another token.
    pub(crate) fn issue(&mut self, app: &AppId, now: i64) -> String {
        self.by_value.retain(|_, token| token.expires_at + LIFETIME > now);
        let value = random::base64url(214);
        let token = Token { app: app.clone(), expires_at: now + LIFETIME };
        self.by_value.insert(value.clone(), token);
        self.current.insert(app.clone(), value.clone());
        value
    }

    /// Looks a presented token up.
    pub(crate) fn present(&self, value: &str, now: i64) -> Presented {
        match self.by_value.get(value) {
            None => Presented::Unknown,
            Some(token) if token.expires_at <= now => Presented::Expired,
            Some(token) => Presented::Good(token.app.clone()),
        }
    }

    /// Ends tokens as time would (42001 from now on); of one app, or of all. Returns how many.
    pub(crate) fn expire(&mut self, app: Option<&AppId>, now: i64) -> usize {
        let mut count = 0;
        for token in self.by_value.values_mut() {
            if app.is_none_or(|app| token.app == *app) && token.expires_at > now {
                token.expires_at = now;
                count += 1;
            }
        }
        count
    }

    /// Takes tokens back (40014 from now on); of one app, or of all. Returns how many.
    pub(crate) fn revoke(&mut self, app: Option<&AppId>) -> usize {
        let before = self.by_value.len();
        self.by_value.retain(|_, token| app.is_some_and(|app| token.app != *app));
        before - self.by_value.len()
    }

    /// How many tokens an app has that are good now.
    pub(crate) fn live(&self, app: &AppId, now: i64) -> usize {
        self.by_value.values().filter(|token| token.app == *app && token.expires_at > now).count()
    }
}
