//! The guide's open line: server-sent events, so that the computer goes on the moment the phone is done.

use bytes::Bytes;
use tokio::sync::mpsc;

use super::Guest;
use crate::login::watch::{News, Watch};
use crate::web::current::Snapshot;
use crate::web::render;
use crate::web::reply::Reply;

/// Events that may lie unread before a page that does not read is let go.
const UNREAD: usize = 8;

/// Tells the waiting page when the number is there. Too many of them: 503, and the page asks now and then instead.
pub async fn events(Guest { visitor, held, .. }: Guest, app: Snapshot) -> Reply {
    match app.login.watch(&held, &visitor.browser) {
        Ok(Some(watch)) => {
            let (line, lines) = mpsc::channel(UNREAD);
            tokio::spawn(tell(watch, line));
            Reply::events(lines)
        }
        Ok(None) => Reply::empty(503).header("retry-after", "5"),
        Err(stop) => render::stopped(&app, &visitor, stop),
    }
}

async fn tell(mut watch: Watch, line: mpsc::Sender<Bytes>) {
    // A page that does not get this one at once stands behind a proxy that holds answers back.
    let mut event = Bytes::from_static(b"retry: 2000\nevent: waiting\ndata: {}\n\n");
    while line.try_send(event).is_ok() {
        let news = tokio::select! {
            news = watch.news() => news,
            () = line.closed() => return,
        };
        // A store that fails was logged where it failed; the page comes again by itself.
        let Ok(Some(news)) = news else { return };
        event = Bytes::from_static(match news {
            News::Ready => b"event: ready\ndata: {}\n\n",
            News::GiveWay => b"event: full\ndata: {}\n\n",
            News::Waiting => b":\n\n",
        });
        if news != News::Waiting {
            let _ = line.try_send(event);
            return;
        }
    }
}
