//! Whom a client trusts, and where it does not go.

use std::sync::Arc;

use base64::Engine as _;
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

fn options(roots: Option<&str>) -> Options {
    Options {
        connect: Duration::from_secs(2),
        whole: Duration::from_secs(5),
        extra_roots_pem: roots.map(|pem| pem.as_bytes().to_vec()),
    }
}

/// A server with a certificate of its own making for `localhost`; gives its port and the certificate.
async fn server(answer: &'static str) -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            _ = stream.read(&mut [0; 4096]).await;
            _ = stream.write_all(answer.as_bytes()).await;
            _ = stream.shutdown().await;
        }
    });
    let pem = base64::engine::general_purpose::STANDARD.encode(made.cert.der());
    (port, format!("-----BEGIN CERTIFICATE-----\n{pem}\n-----END CERTIFICATE-----\n"))
}

#[test]
fn extra_roots_must_be_certificates() {
    for wrong in ["", "not a certificate", "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n"] {
        assert_eq!(client(&options(Some(wrong))).err(), Some(OutboundError::Roots), "{wrong}");
    }
}

#[tokio::test]
async fn threat_44_a_certificate_is_verified_against_the_system_and_the_extra_roots() {
    let (port, pem) = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
    let address = format!("https://localhost:{port}/");
    assert!(client(&options(None)).unwrap().get(&address).send().await.unwrap_err().is_connect());
    let trusting = client(&options(Some(&pem))).unwrap();
    assert_eq!(trusting.get(&address).send().await.unwrap().status(), 200);
    // The name is held against the certificate too.
    assert!(trusting.get(format!("https://127.0.0.1:{port}/")).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn threat_44_a_redirect_is_an_answer_like_any_other() {
    let (port, pem) = server("HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n").await;
    let answer = client(&options(Some(&pem))).unwrap().get(format!("https://localhost:{port}/")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.url().path()), (302, "/"));
}

fn guarded(loopback: bool, roots: Option<&str>) -> Guarded {
    Guarded::new(&Options { whole: Duration::from_millis(500), ..options(roots) }, Networks::new(Vec::new(), loopback))
        .unwrap()
}

/// A plain server that answers each connection with these bytes and then stays silent.
async fn plain(answer: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            _ = stream.read(&mut [0; 4096]).await;
            _ = stream.write_all(answer.as_bytes()).await;
            kept.push(stream);
        }
    });
    port
}

fn url(text: &str) -> url::Url {
    url::Url::parse(text).unwrap()
}

#[tokio::test]
async fn threat_35_an_address_inside_is_refused_in_figures_and_by_its_name() {
    let port = plain("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi".to_owned()).await;
    let (strict, open) = (guarded(false, None), guarded(true, None));
    for host in ["127.0.0.1", "[::1]", "0x7f.1", "2130706433", "localhost", "[::ffff:127.0.0.1]"] {
        let address = url(&format!("http://{host}:{port}/"));
        assert!(matches!(strict.get(&address, "*/*", 64).await, Err(Unreachable::Refused(_))), "{host}");
        assert!(matches!(strict.post(&address, "a=b".to_owned()).await, Err(Unreachable::Refused(_))), "{host}");
        assert!(matches!(strict.check(&address).await, Err(Unreachable::Refused(_))), "{host}");
    }
    let address = url(&format!("http://localhost:{port}/"));
    assert_eq!(open.check(&address).await, Ok(()));
    assert_eq!(open.get(&address, "*/*", 64).await.map(|answer| answer.body), Ok(b"hi".to_vec()));
    assert_eq!(open.get(&address, "*/*", 1).await, Err(Unreachable::Large));
    assert_eq!(strict.check(&url("http://no-such-name.invalid/")).await, Err(Unreachable::Unresolved));
}

#[tokio::test]
async fn threat_35_a_call_of_an_interface_is_as_bounded_as_any_visit() {
    let key = secrecy::SecretString::from("key-of-this-test");
    let call = |json: Option<&str>| Call { bearer: &key, json: json.map(str::to_owned), largest: 4 };
    let (strict, open) = (guarded(false, None), guarded(true, None));
    let head = "HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Type: application/json\r\nConnection: close\r\n";
    let port = plain(format!("{head}Content-Length: 4\r\n\r\nnull")).await;
    let address = url(&format!("http://127.0.0.1:{port}/"));
    assert!(matches!(strict.call(&address, call(None)).await, Err(Unreachable::Refused(_))));
    for json in [None, Some("{}")] {
        let answer = open.call(&address, call(json)).await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (307, &b"null"[..]));
    }
    let port = plain(format!("{head}Content-Length: 5\r\n\r\nfalse")).await;
    assert_eq!(open.call(&url(&format!("http://127.0.0.1:{port}/")), call(None)).await, Err(Unreachable::Large));
    assert!(!format!("{:?}", call(None)).contains("key-of-this-test"));
}

#[tokio::test]
async fn a_visit_reports_what_it_was_told_and_ends_in_time() {
    let open = guarded(true, None);
    let head = "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Type: Application/JSON; charset=utf-8\r\nCache-Control: max-age=9";
    let port = plain(format!("{head}\r\nContent-Length: 0\r\n\r\n")).await;
    let answer = open.get(&url(&format!("http://127.0.0.1:{port}/")), "*/*", 64).await.unwrap();
    assert_eq!((answer.status, answer.media_type.as_str()), (302, "application/json"));
    assert_eq!(answer.cache_control, "max-age=9");
    for (told, reason) in [("", Unreachable::Slow), ("nonsense\r\n\r\n", Unreachable::Broken)] {
        let port = plain(told.to_owned()).await;
        assert_eq!(open.get(&url(&format!("http://127.0.0.1:{port}/")), "*/*", 64).await, Err(reason), "{told}");
    }
    let endless = plain(format!("{head}\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n")).await;
    assert_eq!(open.get(&url(&format!("http://127.0.0.1:{endless}/")), "*/*", 64).await, Err(Unreachable::Slow));
    // Of a form that was handed over the status counts, whatever follows it.
    assert_eq!(open.post(&url(&format!("http://127.0.0.1:{endless}/")), "a=b".to_owned()).await, Ok(302));
    let (tls, _) = server("").await;
    assert_eq!(open.get(&url(&format!("https://localhost:{tls}/")), "*/*", 64).await, Err(Unreachable::Connect));
}
