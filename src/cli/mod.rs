//! Layer 4, the command line: one file for each command.
//!
//! Exit status: 0 good, 1 a problem was found, 2 wrong usage.

pub mod administration;
pub mod check_config;
pub mod claims;
pub mod common;
pub mod demo;
pub mod hash_secret;
pub mod keys;
pub mod log;
pub mod output;
pub mod phones;
pub mod reach;
pub mod serve;
pub mod simulate_wecom;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::SystemEnvironment;

/// The OpenID Provider that signs every WeCom (企业微信) member in to every application.
#[derive(Debug, Parser)]
#[command(name = "wecom-oidc", version, about, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bridge.
    Serve {
        /// The configuration file.
        #[arg(long, default_value = "config.toml")]
        config: PathBuf,
        /// How much to log: error, warn, info, debug or trace.
        #[arg(long, default_value = "info")]
        log: tracing::Level,
    },
    /// Run the bridge with a simulated WeCom and a sample application: nothing to configure.
    Demo {
        /// Where the sample application listens; the bridge and the simulator take free ports.
        #[arg(long, default_value = "127.0.0.1:8090")]
        listen: SocketAddr,
    },
    /// Run the WeCom simulator alone, for anybody's tests.
    SimulateWecom {
        /// Where the API and the sign-in pages listen.
        #[arg(long, default_value = "127.0.0.1:8100")]
        listen: SocketAddr,
        /// Where the control API listens.
        #[arg(long, default_value = "127.0.0.1:8101")]
        control: SocketAddr,
        /// A members file instead of the built-in sample.
        #[arg(long)]
        members: Option<PathBuf>,
    },
    /// Check the configuration as `serve` would and report every problem at once.
    CheckConfig {
        /// The configuration file.
        #[arg(long, default_value = "config.toml")]
        config: PathBuf,
    },
    /// Show exactly what an application would get of a member, and whether the member may enter it.
    Claims(claims::Arguments),
    /// Show or rotate the signing keys, of the running server or of a stopped one.
    Keys {
        #[command(subcommand)]
        action: keys::Action,
    },
    /// Show or forget the phone numbers that members let us read.
    Phones {
        #[command(subcommand)]
        action: phones::Action,
    },
    /// Read a client secret from standard input and print what `client_secret_hash` takes.
    HashSecret {
        /// The configuration file; not needed, taken for symmetry with the other commands.
        #[arg(long, hide = true)]
        config: Option<PathBuf>,
    },
}

/// Runs the command of this process.
pub async fn run(arguments: Arguments) -> ExitCode {
    match arguments.command {
        Command::Serve { config, log } => serve::run(&config, log).await,
        Command::Demo { listen } => demo::run(listen).await,
        Command::SimulateWecom { listen, control, members } => simulate_wecom::run(listen, control, members).await,
        Command::CheckConfig { config } => {
            let checked = check_config::check_config(&config, &SystemEnvironment, output::colour_on_stdout());
            let (text, status) = checked.await;
            output::print(&text);
            output::status(status)
        }
        Command::Claims(arguments) => claims::run(arguments).await,
        Command::Keys { action } => keys::run(action).await,
        Command::Phones { action } => phones::run(action).await,
        Command::HashSecret { .. } => hash_secret::run(),
    }
}
