//! What a transaction is for.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ClientId, ConnectionName, Sid};
use crate::domain::language::Language;
use crate::oidc::authorize::AuthorizationRequest;
use crate::oidc::logout::LogoutRequest;

/// The errand of a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Errand {
    /// An authorization request of a relying party.
    Authorize(Box<AuthorizationRequest>),
    /// The workbench entry, or a link in a message.
    Open(OpenRequest),
    /// The member's phone, on behalf of a sign-in that waits on a computer.
    Phone {
        /// The ticket of the link.
        ticket: String,
    },
    /// A sign-out that asks first.
    Logout(LogoutRequest),
    /// A sign-out that was done, and what is left of it.
    Farewell(Farewell),
    /// The member's own page.
    Account,
}

/// `/open/{client_id}`, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRequest {
    /// The client it ends at.
    pub client: ClientId,
    /// `wecom=NAME`.
    pub connection: Option<ConnectionName>,
    /// `to`: a path with its query on the client's own origin.
    pub to: Option<String>,
}

/// What the page after a sign-out tells applications through the browser (Front-Channel Logout 1.0 §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Farewell {
    /// The request that was fulfilled: it says where the browser goes on to.
    pub request: LogoutRequest,
    /// The session that ended.
    pub sid: Sid,
    /// The applications to tell; none once they were told.
    pub tell: Vec<ClientId>,
}

impl Errand {
    /// The language that the request asked for.
    pub fn language(&self) -> Option<Language> {
        match self {
            Self::Authorize(request) => request.language,
            Self::Logout(logout) => logout.language,
            Self::Farewell(farewell) => farewell.request.language,
            Self::Open(_) | Self::Phone { .. } | Self::Account => None,
        }
    }

    /// The client it is for, where that is known from the errand alone.
    pub fn client(&self) -> Option<&ClientId> {
        match self {
            Self::Authorize(request) => Some(&request.client),
            Self::Open(open) => Some(&open.client),
            Self::Logout(logout) => logout.client.as_ref(),
            Self::Farewell(farewell) => farewell.request.client.as_ref(),
            Self::Phone { .. } | Self::Account => None,
        }
    }
}
