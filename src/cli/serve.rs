//! `wecom-oidc serve`: runs the bridge until it is told to stop.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{log, output};
use crate::config::{self, Report, SystemEnvironment};
use crate::serve::Bridge;
use crate::serve::clock::SystemClock;
use crate::serve::entropy::SystemEntropy;

/// Starts with the report of `check-config` when the configuration has problems; SIGTERM and SIGINT
/// let requests under way end first.
pub async fn run(path: &Path, level: tracing::Level) -> ExitCode {
    let colour = output::colour_on_stderr();
    let loaded = match config::load(path, &SystemEnvironment) {
        Ok(loaded) => loaded,
        Err(report) => {
            output::complain(&report.render(colour, path));
            return ExitCode::from(1);
        }
    };
    if !loaded.warnings.is_empty() {
        output::complain(&Report::new(loaded.warnings).render(colour, path));
    }
    log::begin(level);
    // Before the start, so that a SIGHUP that comes early ends nothing.
    let hangups = signal(SignalKind::hangup()).ok();
    let issuer = loaded.config.issuer.to_string();
    let bridge = match Bridge::start(loaded.config, Arc::new(SystemClock), Arc::new(SystemEntropy)).await {
        Ok(bridge) => bridge,
        Err(error) => {
            output::complain(&format!("wecom-oidc: {error}"));
            return ExitCode::from(1);
        }
    };
    tracing::info!(event = "server.ready", issuer, listen = %bridge.public, admin_listen = %bridge.administration, "the bridge is ready");
    tokio::select! {
        () = until_told() => {}
        () = reload_at(hangups, &bridge, path) => {}
    }
    tracing::info!(event = "server.stopping", "requests under way are let to end");
    bridge.stop().await;
    ExitCode::SUCCESS
}

/// Reads the configuration anew at each SIGHUP. One that comes during a reload is answered after it, with the file as it is then.
async fn reload_at(hangups: Option<Signal>, bridge: &Bridge, path: &Path) {
    let Some(mut hangups) = hangups else { return std::future::pending().await };
    while hangups.recv().await.is_some() {
        let path = path.to_owned();
        // What became of it stands in the log.
        let _ = bridge.reload(move |running| config::reload(&path, &SystemEnvironment, running)).await;
    }
    std::future::pending::<()>().await;
}

/// Waits for SIGTERM or SIGINT. Where signals cannot be had, it waits for ever.
pub async fn until_told() {
    let (Ok(mut term), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
}
