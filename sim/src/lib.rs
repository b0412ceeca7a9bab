//! A simulator of WeCom (企业微信): the server API, the two sign-in pages and the event sender, faults included.
//!
//! [`start`] runs it on two listeners: one that plays WeCom, one for control. Every control request has a
//! method of the same meaning on [`Control`], which a [`Simulator`] also offers directly.
//!
//! | module | owns |
//! |---|---|
//! | `api` | the server API, one file per call |
//! | `pages` | the sign-in pages |
//! | `control` | the control methods and their HTTP face |
//! | `directory` | corps, apps, members, departments, tags |
//! | `world` | what changes: tokens, codes, tickets, consents, faults, counters, messages |
//! | `quirks` | a setting for every point the documentation leaves open |
//! | `events`, `crypt` | events and their envelope |

mod api;
mod clock;
mod connection;
mod control;
pub mod crypt;
mod directory;
mod events;
mod intercept;
mod options;
mod pages;
mod quirks;
mod simulator;
mod world;

pub use control::{CodeRequest, Control, ControlError};
pub use directory::{
    ANY_LOOPBACK, App, AppKind, Attribute, Corp, Created, Customer, Department, Directory, DirectoryError, LinkedUser,
    Member, Outsider, Range, SensitiveField, Status, Tag,
};
pub use events::{Attempt, Check, Delivery, Event, Manner, Receiver};
pub use options::{Members, Options};
pub use quirks::{
    CallbackExtras, ConsentRefusal, ContactSyncAgentId, DenyOnLoginPage, ForeignTag, InactiveSignIn, InvalidTokenText,
    IpCheck, LoginPageState, ParameterOrder, PrivateinfoWithoutAgentid, Quirks, QuitMember, RepeatedGettoken,
    TicketReuse, TrustedPort, UngrantedField,
};
pub use simulator::{Simulator, run_cli, start};
pub use world::{AutoConsent, AutoScan, Counter, Effect, Fault, Limit, Scope, SentMessage, Settings};
