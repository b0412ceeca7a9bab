//! `oidcc-frontchannel-rp-initiated-logout-certification-test-plan`. What the script of the page does, a browser shows:
//! `tests/browser/logout.test.mjs`.

use super::logout::{AFTERWARDS, assert_endpoints, signed_in, state};
use crate::logout::frames;
use crate::support::Answer;

#[tokio::test]
async fn oidcc_frontchannel_logout_discovery_endpoint_verification() {
    let metadata = signed_in("", true).await.metadata().await;
    assert_endpoints(&metadata);
    assert_eq!(metadata["frontchannel_logout_supported"], true);
    assert_eq!(metadata["frontchannel_logout_session_supported"], true);
}

#[tokio::test]
async fn oidcc_frontchannel_rp_initiated_logout() {
    let lines = "frontchannel_logout_uri = \"https://app.example/frontchannel_logout\"\nfrontchannel_logout_session_required = true";
    let signed_in = signed_in(lines, false).await;
    let page = signed_in.browser.walk(&signed_in.request(&[])).await.page();
    let [frame] = frames(&page).try_into().expect("one frame");
    let pairs: Vec<(String, String)> = frame.query_pairs().into_owned().collect();
    let sid = signed_in.tokens.id_claims()["sid"].as_str().expect("a sid").to_owned();
    assert_eq!(
        pairs,
        [("iss".to_owned(), signed_in.stand.issuer.clone()), ("sid".to_owned(), sid)],
        "and nothing else"
    );
    assert!(page.body.contains("/assets/signed-out.js\" defer"));
    let on = Answer::of(&page.link("logout-continue"));
    assert_eq!((on.address.as_str(), on.params), (AFTERWARDS, vec![("state".to_owned(), state())]));
    signed_in.is_signed_out().await;
}
