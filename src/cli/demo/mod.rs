//! `wecom-oidc demo`: the bridge, a simulated WeCom and a sample application on loopback, nothing to configure.
//!
//! Everything lives in a temporary folder that goes with the end of the demo. The sample
//! application is an ordinary relying party and knows of the bridge only its address and a client
//! secret; the simulated phone is a browser that this process plays, because the bridge
//! rightly lets nobody into its in-client pages who is not the WeCom client.

mod pages;
mod parts;
mod phone;
mod relying_party;
mod reply;
mod sample;
mod settings;
mod shelf;
mod texts;
mod welcome;

use std::net::SocketAddr;
use std::process::ExitCode;

use super::{log, output, serve};
use parts::Parts;

/// Runs the demo until it is told to stop.
pub async fn run(listen: SocketAddr) -> ExitCode {
    if !listen.ip().is_loopback() {
        output::complain(
            "wecom-oidc: anybody can sign in to the demo as anybody, so --listen takes loopback addresses only, such as 127.0.0.1:8090",
        );
        return ExitCode::from(2);
    }
    log::begin(tracing::Level::WARN);
    let told = serve::until_told();
    tokio::pin!(told);
    let started = tokio::select! {
        started = Parts::start(listen) => started,
        () = &mut told => return ExitCode::SUCCESS,
    };
    match started {
        Ok(parts) => {
            output::print(&welcome::text(&parts.origin, output::colour_on_stdout()));
            told.await;
            parts.stop().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            output::complain(&format!("wecom-oidc: the demo cannot start: {error}"));
            ExitCode::from(1)
        }
    }
}
