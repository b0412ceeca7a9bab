//! `oidcc-backchannel-rp-initiated-logout-certification-test-plan`.

use super::logout::{assert_endpoints, signed_in, state};
use crate::support::{LogoutToken, Receiver};

#[tokio::test]
async fn oidcc_backchannel_logout_discovery_endpoint_verification() {
    let metadata = signed_in("", true).await.metadata().await;
    assert_endpoints(&metadata);
    assert_eq!(metadata["backchannel_logout_supported"], true);
    assert_eq!(metadata["backchannel_logout_session_supported"], true);
}

#[tokio::test]
async fn oidcc_backchannel_rp_initiated_logout() {
    let receiver = Receiver::start().await;
    let lines = format!(
        "backchannel_logout_uri = \"{}\"\nbackchannel_logout_session_required = true",
        receiver.address("/backchannel_logout")
    );
    let signed_in = signed_in(&lines, false).await;
    let answer = signed_in.comes_back(&signed_in.request(&[])).await;
    assert_eq!(answer.params, [("state".to_owned(), state())]);
    let received = receiver.next().await;
    assert_eq!(received.target, "/backchannel_logout");
    let token = LogoutToken::verified(&received.logout_token(), &signed_in.stand.app()).await;
    token.assert_about(&signed_in.tokens.id_claims());
    signed_in.is_signed_out().await;
}
