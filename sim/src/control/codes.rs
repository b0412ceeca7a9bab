//! Making a code without a page, for tests of the API alone.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Control, ControlError, app_id};
use crate::directory::SensitiveField;
use crate::world::Scope;
use crate::world::codes::Code;

/// The code that is wanted.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CodeRequest {
    /// The corp; the first one without a name.
    pub corp: Option<String>,
    /// The app.
    pub agent_id: u64,
    /// Who signs in: a userid, a key, an openid.
    pub member: String,
    /// The scope.
    pub scope: Scope,
    /// What is granted with `snsapi_privateinfo`; every field without a list.
    pub granted: Option<BTreeSet<SensitiveField>>,
    /// The `host[:port]` the code was sent to; without one it is not checked at the exchange.
    pub redirect_host: Option<String>,
}

impl Control {
    /// Makes a code.
    pub fn make_code(&self, request: &CodeRequest) -> Result<String, ControlError> {
        let mut world = self.shared.world();
        let app = app_id(&world, request.corp.as_deref(), request.agent_id)?;
        let visitor = world
            .directory
            .corp(&app.corp_id)
            .and_then(|corp| corp.visitor(&request.member))
            .ok_or_else(|| ControlError::NotFound(format!("member {}", request.member)))?;
        let redirect = match &request.redirect_host {
            None => None,
            Some(host) => Some(
                Url::parse(&format!("http://{host}/"))
                    .map_err(|error| ControlError::Invalid(format!("redirect_host: {error}")))?,
            ),
        };
        let all = || SensitiveField::ALL.into_iter().collect();
        let granted = (request.scope == Scope::Privateinfo).then(|| request.granted.clone().unwrap_or_else(all));
        let issued_at = self.now();
        Ok(world.codes.issue(Code { app, visitor, granted, redirect, issued_at, used: false }))
    }
}
