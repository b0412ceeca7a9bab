//! Addresses that are not registered, requests by POST, request objects.

use crate::conformance::suite::{Suite, random};
use crate::support::Page;

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
