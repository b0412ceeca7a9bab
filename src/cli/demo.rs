//! `wecom-oidc demo`: bridge, simulated WeCom and sample application.

use std::net::SocketAddr;
use std::process::ExitCode;

/// Runs the demo.
pub async fn run(_listen: SocketAddr) -> ExitCode {
    ExitCode::from(1)
}
