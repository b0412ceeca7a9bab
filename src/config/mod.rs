//! Layer 1, the configuration: the checked form that the rest of the program reads.
//!
//! [`load`] reads the file, replaces `${ENV}`, reads `*_file`, checks everything and reports every
//! problem at once ([`report::Problem`]: key, line, what to write instead). What comes out is
//! whole: no other module ever looks at the raw file or at an environment variable.
//! The keys and their meaning stand in `config.toml`.

pub mod client;
pub mod model;

pub use client::{Allow, Client, ClientSecret};
pub use model::{
    Brand, Config, Connection, KeyRing, Keys, Lifetimes, Limits, Outbound, Server, StoreBackend, TlsFiles,
};
