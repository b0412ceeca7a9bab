//! `prompt` (OpenID Connect Core §3.1.2.1).

use serde::{Deserialize, Serialize};

use super::{AuthorizationRequest, Context};
use crate::oidc::error::OauthError;

/// The values of `prompt` that were given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompts(u8);

impl Prompts {
    /// `none`: no page at all.
    pub const NONE: Self = Self(1);
    /// `login`: prove to be there again.
    pub const LOGIN: Self = Self(2);
    /// `consent`: ask what may be released.
    pub const CONSENT: Self = Self(4);
    /// `select_account`: let the member choose another account.
    pub const SELECT_ACCOUNT: Self = Self(8);

    /// Whether the value was given.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// `none` stands alone; unknown values are an error, since what they ask for cannot be done.
pub fn check(context: &Context<'_>, request: &mut AuthorizationRequest) -> Result<(), OauthError> {
    let Some(text) = context.params.get("prompt") else { return Ok(()) };
    let mut prompts = Prompts::default();
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        prompts = prompts.and(match word {
            "none" => Prompts::NONE,
            "login" => Prompts::LOGIN,
            "consent" => Prompts::CONSENT,
            "select_account" => Prompts::SELECT_ACCOUNT,
            _ => return Err(OauthError::invalid_request("prompt holds an unknown value")),
        });
    }
    if prompts.has(Prompts::NONE) && prompts != Prompts::NONE {
        return Err(OauthError::invalid_request("prompt none excludes every other value"));
    }
    request.prompt = prompts;
    Ok(())
}
