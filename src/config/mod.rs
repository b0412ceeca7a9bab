//! Layer 1, the configuration: the checked form that the rest of the program reads.
//!
//! [`load`] reads the file, replaces `${ENV}`, reads `*_file`, checks everything and reports every
//! problem at once ([`report::Problem`]: key, line, what to write instead). What comes out is
//! whole: no other module ever looks at the raw file or at an environment variable.
//! The keys and their meaning stand in `config.toml`.
//!
//! A new key goes into the table of `schema`, into `config.toml` (a test asks for it), and into the
//! reader of its section: `server`, `wecom`, `clients*`, `lifetimes`, `surroundings`. What the file can
//! name and this version cannot do is one table in `unavailable`; what only a restart can change is `fixed`.

mod address;
mod admins;
mod changes;
pub mod client;
mod client_claims;
mod client_keys;
mod client_logout;
mod client_protocol;
mod client_secret;
mod client_tokens;
mod clients;
mod environment;
#[cfg(test)]
mod example;
mod files;
mod fixed;
mod lifetimes;
mod load;
pub mod model;
pub mod nocobase;
mod reading;
pub mod report;
mod schema;
mod section;
mod server;
mod surroundings;
#[cfg(test)]
mod testing;
mod unavailable;
mod values;
mod wecom;

pub use changes::changes;
pub use client::{Allow, Client, ClientKeys, ClientSecret, Groups, OwnClaim};
pub use environment::{Environment, SystemEnvironment};
pub use load::{Loaded, load, load_text, reload, reload_text};
pub use model::{
    Brand, Config, Connection, KeyRing, Keys, Lifetimes, Limits, Outbound, Server, StoreBackend, TlsFiles,
};
pub use nocobase::{ApiKey, Nocobase, OnTrouble, Unmatched};
pub use report::{Problem, Report, Severity};
