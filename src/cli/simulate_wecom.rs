//! `wecom-oidc simulate-wecom`: WeCom for anybody's tests, on loopback.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use super::{log, output, serve};

/// Runs the simulator and prints its addresses.
pub async fn run(listen: SocketAddr, control: SocketAddr, members: Option<PathBuf>) -> ExitCode {
    log::begin(tracing::Level::INFO);
    match wecom_sim::run_cli(listen, control, members).await {
        Ok(simulator) => {
            output::print(&format!(
                "api_url       = \"{}\"\nauthorize_url = \"{}\"\nlogin_url     = \"{}\"\ncontrol       = \"{}\"\n",
                simulator.api_url(),
                simulator.authorize_url(),
                simulator.login_url(),
                simulator.control_url(),
            ));
            serve::until_told().await;
            simulator.stop().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            output::complain(&format!("wecom-oidc: the simulator cannot start: {error}"));
            ExitCode::from(1)
        }
    }
}
