//! `wecom-oidc`: the OpenID Provider that signs every WeCom (企业微信) member in to every application.
//!
//! The house has five layers; a module uses only what stands below it, and `tests/it/house/` holds
//! this table against the code.
//!
//! | layer | modules | knows |
//! |---|---|---|
//! | 0 words | [`domain`] | values and their rules; no I/O, no async |
//! | 1 hands | [`config`], [`keys`], [`store`], [`wecom`], [`nocobase`], [`outbound`] | `domain`, never each other (`wecom` and `nocobase` may use `outbound`) |
//! | 2 mind | [`directory`], [`login`], [`oidc`] | layers 0 and 1 by trait; no web framework, no database, no HTTP client |
//! | 3 face | [`web`] | layers 0–2 |
//! | 4 start | [`serve`], [`cli`] | everything |

pub mod cli;
pub mod config;
pub mod directory;
pub mod domain;
pub mod keys;
pub mod login;
pub mod nocobase;
pub mod oidc;
pub mod outbound;
pub mod serve;
pub mod store;
pub mod web;
pub mod wecom;
