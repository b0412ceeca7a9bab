//! The one log: one line for each event on standard error.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::output;

/// Begins to log our own events at `level`, and of libraries only what is wrong: theirs may hold
/// addresses with query strings. The web server calls every request an error that a stranger made badly; it got its
/// 400, and nobody has to act.
pub fn begin(level: tracing::Level) {
    let own = LevelFilter::from_level(level);
    let targets = Targets::new()
        .with_default(LevelFilter::ERROR)
        .with_target("actix_http", LevelFilter::OFF)
        .with_target("wecom_oidc", own)
        .with_target("wecom_sim", LevelFilter::WARN);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(output::colour_on_stderr())
        .with_target(false);
    // A second call, in a test's process, changes nothing.
    let _ = tracing_subscriber::registry().with(targets).with(lines).try_init();
}
