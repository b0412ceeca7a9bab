//! Layer 2, the login: one browser's way from a request, through WeCom, to its end.
//!
//! A pending transaction lives in two cookies and nowhere else ([`transaction`], law 1). The browser
//! that began is the browser that ends (law 2). The callback is idempotent ([`callback`], law 4).
//! The other files are the stations of the way: [`errand`] (what it is for), [`enter`] (where
//! requests come in), [`way`] (in-client or browser), [`guide`] (the phone on a computer; [`watch`] and [`waiting`]: it waits),
//! [`account`] (which one), [`consent`], [`leave`] (sign-out), [`own`] (the member's own page).

pub mod account;
pub mod attempts;
pub mod callback;
pub mod cards;
pub mod consent;
pub mod enter;
pub mod errand;
pub mod flights;
pub mod guide;
pub mod leave;
pub mod own;
pub mod proceed;
pub mod record;
pub mod session;
pub mod transaction;
mod visit;
pub mod waiting;
pub mod watch;
pub mod way;

use std::net::IpAddr;
use std::sync::Arc;

use crate::config::Client;
use crate::directory::Turned;
use crate::domain::digest::Digest;
use crate::domain::ids::{ClientId, TransactionId};
use crate::oidc::answer::Answer;
use crate::oidc::authorize::AuthorizationRequest;
use crate::oidc::authorize::redirect_uri::is_registered;
use crate::oidc::error::OauthError;
use crate::oidc::provider::Provider;
use crate::store::records::SessionRecord;
use errand::Farewell;

/// The login: the provider, and bounded tables in memory.
pub struct Login {
    /// The provider.
    pub provider: Arc<Provider>,
    /// Exchanges that failed; they outlive a reload.
    pub attempts: Arc<attempts::Attempts>,
    /// Callbacks that are under way; two of one transaction take turns also across a reload.
    pub flights: Arc<flights::Flights>,
    /// The computers that wait for a number.
    pub waiting: Arc<waiting::Waiting>,
    /// The cards that members were sent.
    pub cards: Arc<cards::Cards>,
}

impl Login {
    /// The client of a request that may have begun under an earlier configuration: when client or redirection address
    /// were taken out meanwhile, the sign-in ends on a page instead of leading to whoever holds that address now.
    fn client_of(&self, request: &AuthorizationRequest) -> Result<&Arc<Client>, Stop> {
        let client = self.provider.config.clients.get(&request.client);
        client.filter(|client| is_registered(client, &request.to.redirect_uri)).ok_or(Stop::StartAgain)
    }
}

/// The browser in front of us.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// Its `User-Agent`, for routing only, never for security.
    pub user_agent: String,
    /// Where it comes from, for the member's own list.
    pub address: Option<IpAddr>,
    /// The living session that its cookie names.
    pub session: Option<(Digest, SessionRecord)>,
    /// The transactions whose first cookie it holds.
    pub pending: Vec<TransactionId>,
    /// It signed out a moment ago and nobody has signed in since.
    pub signed_out: bool,
}

/// What the browser is told next, and which cookies it is given.
#[derive(Debug)]
pub struct Outcome {
    /// Where it goes.
    pub next: Next,
    /// What it is to keep.
    pub cookies: Vec<CookieChange>,
}

/// Where a browser goes next.
#[derive(Debug)]
pub enum Next {
    /// To WeCom: a whole address.
    Wecom(String),
    /// To a station of the transaction.
    Station(TransactionId, Station),
    /// Back to the relying party.
    Answer(Answer),
    /// To a registered address of a client that is no protocol answer.
    Address(String),
    /// A page that says why it ends here.
    Refused(Box<Refused>),
    /// The member is signed out, and there is nowhere to go on to.
    SignedOut,
    /// The member is signed out, and the page tells applications so.
    Farewell(Farewell),
}

/// A page of ours below `/login/ID/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Station {
    /// The sign-in page.
    SignIn,
    /// The first-login guide.
    Guide,
    /// Where its page waits for word.
    Waiting,
    /// The choice of the account.
    Account,
    /// The consent page.
    Consent,
    /// The answer by form post.
    Answer,
    /// What the phone shows when it is done.
    Done,
    /// Begins the same errand once more, with a sign-in of its own.
    Anew,
    /// Decides anew, now that the browser's own cookies are there.
    Continue,
    /// Asks whether to sign out.
    Logout,
    /// Tells applications of the sign-out.
    SignedOut,
}

impl Station {
    /// The last part of its path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::SignIn => "",
            Self::Guide => "guide",
            Self::Waiting => "waiting",
            Self::Account => "account",
            Self::Consent => "consent",
            Self::Answer => "answer",
            Self::Done => "done",
            Self::Anew => "anew",
            Self::Continue => "continue",
            Self::Logout => "logout",
            Self::SignedOut => "signed-out",
        }
    }
}

/// Why it ends here, for the page and for the operator.
#[derive(Debug)]
pub struct Refused {
    /// The reason.
    pub turned: Turned,
    /// The application it was for.
    pub client: Option<ClientId>,
    /// What the "back to the application" link carries.
    pub back: Option<Answer>,
    /// Where the member can try again: the transaction it happened in, and the last part of the path.
    pub again: Option<(TransactionId, &'static str)>,
    /// What is to be opened inside WeCom, where that is another address than the application's own.
    pub open: Option<String>,
}

/// A change of the browser's cookies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CookieChange {
    /// The first cookie of a transaction: its value, and how many seconds it lives.
    Binding(TransactionId, String, u64),
    /// The second one.
    Sealed(TransactionId, String, u64),
    /// The first cookie of an old transaction goes.
    Drop(TransactionId),
    /// The session cookie: its value, and how many seconds it lives.
    Session(String, u64),
    /// The session cookie goes.
    DropSession,
    /// The browser has signed out, and remembers it for so many seconds.
    SignedOut(u64),
    /// Somebody has signed in since.
    SignedInAgain,
}

/// What stops a login without an answer of its own.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// This browser does not hold what the transaction began with: the friendly "start again" page.
    StartAgain,
    /// Something of ours failed.
    Failed(OauthError),
}

impl From<OauthError> for Stop {
    fn from(error: OauthError) -> Self {
        Self::Failed(error)
    }
}

impl From<crate::store::StoreError> for Stop {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl Outcome {
    fn to(next: Next) -> Self {
        Self { next, cookies: Vec::new() }
    }
}
