//! Too much at once (threat 36), mostly on the compiled program over raw connections: memory and descriptors stay
//! bounded, other people are served meanwhile, WeCom's quota is spared. Each test prints its figures.

mod abandoned;
mod limits;
mod shapes;
mod slow;
mod storms;

use std::fs;

use tokio::net::TcpStream;
use url::Url;

use crate::support::Program;

/// A raw connection to the program.
async fn connect(program: &Program) -> TcpStream {
    let issuer = Url::parse(&program.issuer).expect("an address");
    TcpStream::connect(issuer.socket_addrs(|| None).expect("an address")[0]).await.expect("a connection")
}

/// The memory that the process holds, in KiB.
fn resident(program: &Program) -> u64 {
    let statm = fs::read_to_string(format!("/proc/{}/statm", program.pid())).expect("its memory");
    4 * statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).expect("pages")
}
