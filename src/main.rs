//! `wecom-oidc`: the program.

use std::process::ExitCode;

use clap::Parser as _;
use wecom_oidc::cli;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    actix_web::rt::System::new().block_on(cli::run(arguments))
}
