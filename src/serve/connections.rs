//! The connections of the public listener, watched (threat 36): whoever holds one and neither asks nor reads loses it.
//!
//! The web server itself gives up a first head that does not come, a rest after an answer, and the endpoints a body
//! they wait for. It sets no time to a *second* head, to a chunked body that nobody wants, or to an answer that is not
//! taken: each of these would hold a descriptor for ever. So every connection is closed when no request has been under
//! way on it for [`QUIET`], whatever it is in the middle of. A stream is under way as long as it lasts.

use std::any::Any;
use std::cell::Cell;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::Error;
use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::rt::net::TcpStream as Stream;
use bytes::Bytes;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// The rest of five seconds that the web server allows after an answer, and ten for the next head.
const QUIET: Duration = Duration::from_secs(15);

/// One connection; it lives in the connection's own data and goes with it.
struct Connection {
    activity: Rc<Activity>,
    watch: JoinHandle<()>,
}

struct Activity {
    under_way: Cell<u32>,
    quiet_since: Cell<Instant>,
}

/// A request under way.
struct UnderWay(Rc<Activity>);

/// A stream with the note that it is under way.
struct Accompanied {
    body: BoxBody,
    _note: UnderWay,
}

/// Begins to watch a new connection.
pub fn watch(io: &dyn Any, data: &mut Extensions) {
    // Without a second handle there is no watch; `most_per_worker` keeps descriptors back so that there is one.
    let Some(handle) = stream(io).and_then(|stream| stream.as_fd().try_clone_to_owned().ok()) else { return };
    let activity = Rc::new(Activity { under_way: Cell::new(0), quiet_since: Cell::new(Instant::now()) });
    let watch = actix_web::rt::spawn(close_when_quiet(handle.into(), activity.clone()));
    data.insert(Connection { activity, watch });
}

fn stream(io: &dyn Any) -> Option<&Stream> {
    io.downcast_ref::<Stream>().or_else(|| io.downcast_ref::<TlsStream<Stream>>().map(|tls| tls.get_ref().0))
}

/// Notes each request for as long as it is under way. A stream is under way until its end: it ends by itself, however
/// quiet it is and whoever does not read it.
pub async fn note(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let under_way = request.conn_data::<Connection>().map(|connection| UnderWay::new(&connection.activity));
    let response = next.call(request).await?;
    Ok(response.map_body(|_, body| match (body.size(), under_way) {
        (BodySize::Stream, Some(under_way)) => EitherBody::right(Accompanied { body: body.boxed(), _note: under_way }),
        _ => EitherBody::left(body),
    }))
}

impl MessageBody for Accompanied {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

async fn close_when_quiet(handle: TcpStream, activity: Rc<Activity>) {
    while let Some(until) = activity.may_last_until() {
        tokio::time::sleep_until(until).await;
    }
    // The other side may have closed it a moment ago.
    let _ = handle.shutdown(Shutdown::Both);
}

impl Activity {
    /// When to look again; `None` when it was quiet for too long.
    fn may_last_until(&self) -> Option<Instant> {
        let now = Instant::now();
        let since = if self.under_way.get() > 0 { now } else { self.quiet_since.get() };
        Some(since + QUIET).filter(|until| now < *until)
    }
}

impl UnderWay {
    fn new(activity: &Rc<Activity>) -> Self {
        activity.under_way.set(activity.under_way.get() + 1);
        Self(activity.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.under_way.set(self.0.under_way.get().saturating_sub(1));
        self.0.quiet_since.set(Instant::now());
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

/// So many descriptors are asked for where the system gives them: 1024, the soft limit of most, is for programs of
/// another time, and the hard one above it is for those that ask.
const WANTED: u64 = 65_536;

/// How many connections a worker may hold. Each takes two descriptors; a quarter of all stays free for WeCom, the
/// store and the operator, who must be answered even while strangers hold everything else. Further connections wait.
pub fn most_per_worker() -> usize {
    share(usize::try_from(descriptors()).unwrap_or(usize::MAX), workers())
}

/// How many connections all workers hold together.
pub fn most() -> usize {
    most_per_worker() * workers()
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How many descriptors this process may have, once it has asked for more.
fn descriptors() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let (now, wanted) = (limit.current.unwrap_or(WANTED), limit.maximum.unwrap_or(WANTED).min(WANTED));
    if now >= wanted {
        return now;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum }) {
        Ok(()) => wanted,
        Err(_) => now,
    }
}

fn share(descriptors: usize, workers: usize) -> usize {
    let kept_back = (descriptors / 4).clamp(64, 1_024);
    (descriptors.saturating_sub(kept_back) / 2 / workers).clamp(8, 25_600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_never_take_the_last_descriptor() {
        assert_eq!((share(1_024, 2), share(1_024, 8), share(256, 2)), (192, 48, 48));
        assert_eq!((share(1_048_576, 2), share(16, 4)), (25_600, 8));
    }

    #[test]
    fn a_connection_lasts_while_something_is_under_way_and_a_quarter_of_a_minute_more() {
        let now = Instant::now();
        let activity = Rc::new(Activity { under_way: Cell::new(0), quiet_since: Cell::new(now) });
        assert_eq!(activity.may_last_until(), Some(now + QUIET));
        activity.quiet_since.set(now.checked_sub(QUIET).unwrap());
        assert_eq!(activity.may_last_until(), None);
        let under_way = UnderWay::new(&activity);
        assert!(activity.may_last_until().is_some());
        drop(under_way);
        assert!(activity.may_last_until().is_some_and(|until| until >= now + QUIET));
    }
}
