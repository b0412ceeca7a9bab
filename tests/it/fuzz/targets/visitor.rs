//! Where a request comes from: on the first line the peer, on each further one an `X-Forwarded-For` (threat 32).

use std::net::{IpAddr, SocketAddr};

use actix_web::http::header::HeaderValue;
use actix_web::test::TestRequest;
use wecom_oidc::web::visitor::client_address;

use super::house::house;

pub fn visitor(data: &[u8]) {
    let mut lines = data.split(|b| *b == b'\n');
    let peer =
        lines.next().and_then(|line| std::str::from_utf8(line).ok()).and_then(|line| line.parse::<IpAddr>().ok());
    let peer = peer.unwrap_or(IpAddr::from([127, 0, 0, 1]));
    let mut request = TestRequest::default().peer_addr(SocketAddr::new(peer, 40_000));
    let mut headers = Vec::new();
    for line in lines {
        let Ok(value) = HeaderValue::from_bytes(line) else { continue };
        headers.push(String::from_utf8_lossy(line).into_owned());
        request = request.append_header(("x-forwarded-for", value));
    }
    let app = &house().app;
    let address = client_address(&request.to_http_request(), app);
    assert_eq!(address, address.to_canonical());
    let peer = peer.to_canonical();
    if address == peer {
        return;
    }
    assert!(app.is_trusted_proxy(peer), "a stranger may not say who one is");
    assert!(!app.is_trusted_proxy(address));
    // Only proxies that we trust stand to the right of it.
    let entries: Vec<Option<IpAddr>> = headers.iter().flat_map(|header| header.split(',')).map(entry).collect();
    let place = entries.iter().rposition(|entry| *entry == Some(address)).expect("somebody wrote it");
    assert!(entries[place + 1..].iter().all(|entry| entry.is_some_and(|ip| app.is_trusted_proxy(ip))));
}

fn entry(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let ip = text.parse().ok().or_else(|| bare?.parse().ok()).or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    ip.map(|ip: IpAddr| ip.to_canonical())
}
