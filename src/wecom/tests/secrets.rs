//! Threat 31: nothing secret shows, whatever fails and whatever is logged by whom.

use std::io;
use std::sync::Mutex;

use tracing_subscriber::util::SubscriberInitExt as _;

use super::*;
use crate::wecom::{OauthScope, WeCom as _};

const SECRETS: [&str; 8] = [
    "SECRET-of-the-app",
    "TOKEN-0",
    "TOKEN-1",
    "CODE-of-a-visitor",
    "TICKET-of-a-visitor",
    "wenli",
    "13800000001",
    "203.0.113.9",
];

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Calls everything there is and gives what can be seen of it.
async fn show(stage: &Stage) -> String {
    // A span that another test met first, while this one began to listen, may have been taken for one nobody wants.
    tracing::callsite::rebuild_interest_cache();
    let client = &stage.client;
    let mut shown = String::new();
    macro_rules! see {
        ($($outcome:expr),*) => {$(
            let outcome = $outcome.await;
            shown += &format!("{outcome:?}\n");
            if let Err(error) = outcome {
                shown += &format!("{error} {} {:#?}\n", error.cure(), sources(&error));
            }
        )*};
    }
    see!(client.identify(&code()), client.detail(&ticket()), client.departments(), client.agent());
    see!(client.member(&wenli()));
    shown + &format!("{:?} {:?} {:?}", code(), ticket(), settings(&stage.server.url))
}

/// The chain of sources, which holds nothing of the HTTP library's.
fn sources(error: &dyn std::error::Error) -> Vec<String> {
    std::iter::successors(error.source(), |error| error.source()).map(|error| format!("{error:?}")).collect()
}

#[tokio::test]
async fn threat_31_no_failure_shows_a_secret() {
    // Every line of the log is met once before: one that another test's thread meets first, while this is the only
    // subscriber, would count as wanted by nobody.
    show(&Stage::new(|_| Reply::json(r#"{"errcode":60011}"#)).await).await;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(move || writer.clone());
    let guard = subscriber.finish().set_default();

    let echo = "userid wenli code CODE-of-a-visitor token TOKEN-0 203.0.113.9";
    let said = |body: String| move |_: &Request| Reply::json(&body);
    let mut shown = String::new();
    let cut = Reply::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"userid\":\"wenli\"".to_vec());
    for reply in [
        Reply::json(format!(r#"{{"errcode":60011,"errmsg":"{echo}"}}"#)),
        Reply::json(format!(r#"{{"errcode":40014,"errmsg":"{echo}"}}"#)),
        Reply::json(format!(r#"{{"userid":["{echo}"]}}"#)),
        Reply::json(r#"{"userid":"wenli","user_ticket":"TICKET-of-a-visitor","mobile":"13800000001"}"#),
        Reply::http("500 X", &format!("Error-Msg: {echo}\r\n"), echo.as_bytes()),
        Reply::http("302 X", "Location: /TOKEN-0\r\n", b""),
        Reply::http("302 X", "Location: http://[bad\r\n", b""),
        Reply::Bytes(echo.as_bytes().to_vec()),
        Reply::Bytes(Vec::new()),
        cut,
    ] {
        shown += &show(&Stage::new(move |_| reply.clone()).await).await;
    }
    shown +=
        &show(&Stage::with_tokens(said(format!(r#"{{"errcode":40001,"errmsg":"{echo}"}}"#)), |_| Reply::Hang).await)
            .await;
    shown +=
        &show(&Stage::with_tokens(said(r#"{"access_token":["TOKEN-0"]}"#.to_owned()), |_| Reply::Hang).await).await;
    let hanging = Server::start(|request| if request.path == GETTOKEN { token(0) } else { Reply::Hang }).await;
    shown += &show(&Stage::build(hanging, Duration::from_millis(100), Arc::new(NoCache))).await;
    let mut gone = Stage::new(|_| Reply::Hang).await;
    for api in ["http://127.0.0.1:1", "https://no-such-host.invalid", &gone.server.url.replace("http", "https")] {
        let settings = Settings { timeout: Duration::from_millis(300), ..settings(api) };
        gone.client = Arc::new(client(settings, &gone.clock, Arc::new(NoCache)));
        shown += &show(&gone).await;
    }
    drop(guard);

    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for name in ["gettoken", "getuserinfo", "getuserdetail", "user_get", "department_list", "agent_get"] {
        assert!(logged.contains(&format!("wecom.{name}")), "no span of {name}");
    }
    assert!(logged.contains("errcode=60011") && logged.contains("ms="));
    for secret in SECRETS {
        for text in [&shown, &logged] {
            let at = text.lines().find(|line| line.contains(secret));
            assert_eq!(at, None, "{secret} shows");
        }
    }
}

#[tokio::test]
async fn addresses_for_the_browser_hold_no_secret() {
    let stage = Stage::new(|_| Reply::Hang).await;
    let address = stage.client.in_client_address("https://a.example/cb", "S", OauthScope::Base);
    assert!(!address.contains("SECRET") && stage.server.seen().is_empty());
}
