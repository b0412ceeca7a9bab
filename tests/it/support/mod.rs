//! What the stories are told with: a bridge and a simulated WeCom of their own, browsers, relying parties.
//!
//! | file | owns |
//! |---|---|
//! | [`setup`] | the configuration as TOML text |
//! | [`stand`] | the bridge in this process, with a clock that stands still |
//! | [`clock`] | a clock of its own for the compiled program |
//! | [`program`] | the compiled program, which can be killed |
//! | [`browser`], [`page`], [`events`] | a browser without scripts, what it shows, and a line it keeps open |
//! | [`nocobase`] | the REST interface of a NocoBase, which can behave badly |
//! | [`receiver`] | the server of an application that is told of sign-outs |
//! | [`relying_party`] | OAuth steps in plain HTTP, for odd requests |
//! | [`openid`] | a relying party on the `openidconnect` crate, which verifies everything |
//! | [`signer`], [`publisher`] | an application's private key, and the server that publishes its public half |
//! | [`secrets`] | one set of keys for the whole run, because RSA keys are slow to make |
//! | [`held`] | folders that are held a moment longer than their store lives |
//! | [`http`] | the one HTTP client, and ports nobody else takes |
//! | [`cases`] | how many cases proptest tries, and which |

pub mod browser;
pub mod cases;
pub mod clock;
pub mod events;
pub mod held;
pub mod http;
pub mod nocobase;
pub mod openid;
pub mod page;
pub mod program;
pub mod publisher;
pub mod receiver;
pub mod relying_party;
pub mod secrets;
pub mod setup;
pub mod signer;
pub mod stand;

pub use browser::{Browser, Journey};
pub use events::Events;
pub use nocobase::Nocobase;
pub use page::Page;
pub use program::Program;
pub use receiver::{LogoutToken, Mood, Receiver};
pub use relying_party::{Answer, RelyingParty, TokenAnswer};
pub use setup::{Client, Setup};
pub use stand::Stand;

/// Where codes become members.
pub const GETUSERINFO: &str = "/cgi-bin/auth/getuserinfo";
/// Where tickets become phone numbers.
pub const GETUSERDETAIL: &str = "/cgi-bin/auth/getuserdetail";
/// Where members are read.
pub const USER_GET: &str = "/cgi-bin/user/get";
/// Where access tokens come from.
pub const GETTOKEN: &str = "/cgi-bin/gettoken";
