//! Addresses that are not registered, requests by POST, request objects.

use url::Url;

use crate::conformance::asked::random;
use crate::conformance::suite::{Suite, names};
use crate::support::Page;
use crate::support::signer::unsigned;

/// A page and no redirect, whose text is the same each time but for the name of the request (REVIEW).
async fn is_a_page_without_redirect(suite: &Suite, uri: &str) {
    let url = suite.ask().set("redirect_uri", uri).request.url();
    let text = |page: &Page| page.text().replace(&page.text_of("request-id").expect("a request id"), "");
    let (page, again) = (suite.browser.walk(&url).await.page(), suite.browser.walk(&url).await.page());
    page.assert_refused(400, "invalid_request");
    assert_eq!(text(&page), text(&again));
    assert!(!page.body.contains("http-equiv") && !page.body.contains("<script"), "{}", page.body);
}

pub async fn oidcc_ensure_registered_redirect_uri(suite: Suite) {
    let uri = format!("{}/{}", suite.app().client.redirect_uri, random());
    is_a_page_without_redirect(&suite, &uri).await;
}

/// Everything in the body and nothing in the query, from a page of the application.
pub async fn oidcc_ensure_post_request_succeeds(suite: Suite) {
    let asked = suite.ask();
    let posted = suite.browser.post_from_elsewhere(asked.request.endpoint(), &asked.request.params).await;
    let visited = suite.visit_from(&asked, posted).await;
    suite.redeem(&asked, &visited.answer).await;
}

/// [D]: `request_uri` is refused by its own code, as `request_uri_parameter_supported` says.
pub async fn oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(suite: Suite) {
    assert_eq!(suite.metadata["request_uri_parameter_supported"], false);
    let visited = suite.visit(&suite.ask().set("request_uri", "https://app.example/request.jwt")).await;
    assert_eq!(visited.answer.error(), "request_uri_not_supported");
}

/// A request that stands in its object alone, but for what OAuth needs outside.
fn in_an_object(suite: &Suite, redirect_uri: &str) -> Url {
    let asked = suite.ask();
    let claims: serde_json::Map<_, _> =
        asked.request.params.into_iter().map(|(name, value)| (name, value.into())).collect();
    let object = unsigned(&claims.into());
    let outside = suite.app().request().without("state").set("redirect_uri", redirect_uri);
    outside.set("request", &object).url()
}

/// SKIPPED: what signs request objects is published, and `none` is not among it. Whoever sends one all the same is refused
/// by a code of its own; nothing in it is believed, its state least of all.
pub async fn oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(suite: Suite) {
    let url = in_an_object(&suite, &suite.app().client.redirect_uri);
    let answer = suite.browser.walk(&url).await.answer();
    let (offered, refused) = (names(&suite.metadata, "request_object_signing_alg_values_supported"), answer.error());
    assert!(offered.contains(&"RS256") && !offered.contains(&"none"), "{offered:?}");
    assert!(["request_not_supported", "invalid_request_object"].contains(&refused), "{refused}");
    assert_eq!(answer.get("state"), None);
}

/// SKIPPED for the same reason. The address outside is not registered and the right one stands in the object: a page.
pub async fn oidcc_ensure_request_object_with_redirect_uri(suite: Suite) {
    let invalid = format!("{}_invalid", suite.app().client.redirect_uri);
    let page = suite.browser.walk(&in_an_object(&suite, &invalid)).await.page();
    assert!(page.status == 400 && page.has("error-code"), "{}", page.text());
    is_a_page_without_redirect(&suite, &invalid).await;
}
