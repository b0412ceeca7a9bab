//! Runs the simulator with the sample members until it is interrupted: `cargo run -p wecom-sim --example simulate`.
#![expect(clippy::print_stdout, reason = "the addresses are what one wants to see")]

use std::net::SocketAddr;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut addresses = std::env::args().skip(1);
    let mut address = |usual: u16| -> Result<SocketAddr, std::io::Error> {
        match addresses.next() {
            Some(text) => text.parse().map_err(std::io::Error::other),
            None => Ok(SocketAddr::from(([127, 0, 0, 1], usual))),
        }
    };
    let simulator = wecom_sim::run_cli(address(9080)?, address(9081)?, None).await?;
    println!("api        {}", simulator.api_url());
    println!("authorize  {}", simulator.authorize_url());
    println!("login      {}", simulator.login_url());
    println!("control    {}", simulator.control_url());
    std::future::pending::<()>().await;
    Ok(())
}
