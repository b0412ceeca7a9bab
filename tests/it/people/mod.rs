//! What is known of people: their departments and tags, who may enter by them, and what operators see of phones.

mod claims;
mod numbers;
mod phones;
mod policy;
mod policy_blind;
mod scale;
mod tags;
mod tools;

use std::time::Duration;

/// Where departments are read.
const DEPARTMENTS: &str = "/cgi-bin/department/list";
/// Where a tag tells who has it.
const TAG_GET: &str = "/cgi-bin/tag/get";
/// Where tags are listed.
const TAG_LIST: &str = "/cgi-bin/tag/list";

/// Waits for what the background does by itself.
async fn until(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..2_400 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("never: {what}");
}
