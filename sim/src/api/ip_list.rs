//! `GET /cgi-bin/get_api_domain_ip` and `/cgi-bin/getcallbackip`.

use super::answer::{Answer, Fields};
use super::call::{Call, Caller};
use crate::world::World;

/// The addresses the API is served from.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all calls")]
pub(crate) fn api_domain(_: &mut World, _: &Caller, _: &Call) -> Answer {
    Ok(Fields::new().with("ip_list", vec!["182.254.11.176", "182.254.78.66", "101.226.103.0/25"]))
}

/// The addresses events come from.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all calls")]
pub(crate) fn callback(_: &mut World, _: &Caller, _: &Call) -> Answer {
    Ok(Fields::new().with("ip_list", vec!["101.226.103.*", "101.226.62.77"]))
}
