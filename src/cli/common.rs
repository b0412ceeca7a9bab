//! What commands beside a server have in common: their configuration, the form of their answer, their end.

use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::output;
use crate::config::{self, Config, SystemEnvironment};

/// Configuration and form of the answer.
#[derive(Debug, Args)]
pub struct Common {
    /// The configuration file.
    #[arg(long, default_value = "config.toml")]
    config: PathBuf,
    /// Print JSON lines instead of a table.
    #[arg(long)]
    pub json: bool,
}

impl Common {
    /// The configuration. One with problems is reported here, and the command ends with this status.
    pub fn load(&self) -> Result<Config, ExitCode> {
        let loaded = config::load(&self.config, &SystemEnvironment).map_err(|report| {
            output::complain(&report.render(output::colour_on_stderr(), &self.config));
            ExitCode::from(1)
        })?;
        Ok(loaded.config)
    }
}

/// One JSON object for each line.
pub fn json_lines<T: Serialize>(rows: &[T]) -> String {
    rows.iter().filter_map(|row| serde_json::to_string(row).ok()).fold(String::new(), |text, line| text + &line + "\n")
}

/// Prints what a command came to; trouble is status 1.
pub fn finish(done: Result<String, impl Display>) -> ExitCode {
    match done {
        Ok(text) => {
            output::print(&text);
            ExitCode::SUCCESS
        }
        Err(trouble) => {
            output::complain(&format!("wecom-oidc: {trouble}"));
            ExitCode::from(1)
        }
    }
}
