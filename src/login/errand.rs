//! What a transaction is for.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{ClientId, ConnectionName};
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

impl Errand {
    /// The client it is for, where that is known from the errand alone.
    pub fn client(&self) -> Option<&ClientId> {
        match self {
            Self::Authorize(request) => Some(&request.client),
            Self::Open(open) => Some(&open.client),
            Self::Logout(logout) => logout.client.as_ref(),
            Self::Phone { .. } => None,
        }
    }
}
