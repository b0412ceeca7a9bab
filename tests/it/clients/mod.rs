//! What `docs/clients/openidconnect-rs.md` tells people to register and to write, run as it stands there.

#[path = "example.rs"]
mod example;

use example::{Application, Begun, SignedIn};
use openidconnect::{OAuth2TokenResponse as _, TokenResponse as _};

use crate::support::browser::Browser;
use crate::support::openid::send;
use crate::support::relying_party::Answer;
use crate::support::setup::Setup;
use crate::support::stand::Stand;

const PAGE: &str = include_str!("../../../docs/clients/openidconnect-rs.md");
const SECRET: &str = "secret-of-my-app-of-these-tests-only";
const ORIGIN: &str = "https://app.example.com";

/// The page's block of one language.
fn block(language: &str) -> &'static str {
    let (_, rest) = PAGE.split_once(&format!("```{language}\n")).expect("a block");
    rest.split_once("```").expect("its end").0
}

/// A bridge with the page's client and further lines of it.
async fn stand(more: &str) -> Stand {
    let client = block("toml").replace("${MY_APP_SECRET}", SECRET);
    Stand::with(Setup::of([]).tables(&format!("{client}{more}"))).await
}

async fn application(stand: &Stand) -> Application {
    let http = |request| send(stand.http.clone(), request);
    Application::discover(&http, &stand.issuer, SECRET, ORIGIN).await.expect("an application")
}

/// A member inside WeCom who agrees to everything.
fn member(stand: &Stand) -> Browser {
    stand.client_of("zhangsan").granting("mobile,email,biz_mail")
}

async fn answer(browser: &Browser, application: &Application) -> (Answer, Begun) {
    let (address, begun) = application.begin();
    (browser.walk(&address).await.answer(), begun)
}

async fn finish(stand: &Stand, application: &Application, begun: Begun, answer: &Answer) -> Result<SignedIn, String> {
    let http = |request| send(stand.http.clone(), request);
    let state = answer.get("state").expect("a state");
    let finished = application.finish(&http, begun, answer.code(), state).await;
    finished.map_err(|error| format!("{error:?}"))
}

#[test]
fn the_page_of_the_crate_shows_the_example_that_is_run() {
    let example = include_str!("example.rs");
    let shown = block("rust");
    assert!(shown.contains("impl Application"));
    assert!(example.contains(shown), "docs/clients/openidconnect-rs.md shows something else than example.rs");
}

#[tokio::test]
async fn the_example_of_the_page_signs_in_refreshes_and_signs_out() {
    let stand = stand("").await;
    let application = application(&stand).await;
    let browser = member(&stand);
    let (answer, begun) = answer(&browser, &application).await;
    let signed_in = finish(&stand, &application, begun, &answer).await.expect("signed in");
    assert_eq!(signed_in.claims.preferred_username().map(|name| name.as_str()), Some("zhangsan"));
    assert_eq!(signed_in.claims.phone_number().map(|number| number.as_str()), Some("+8613800000001"));

    let http = |request| send(stand.http.clone(), request);
    let first = signed_in.refresh_token.clone().expect("a refresh token");
    let tokens = application.refresh(&http, &first).await.expect("fresh tokens");
    assert!(tokens.id_token().is_some());
    let second = tokens.refresh_token().expect("the next one");
    assert_ne!(second.secret(), first.secret());
    application.refresh(&http, second).await.expect("fresh tokens once more");

    let left = browser.walk(&application.sign_out(&signed_in)).await.left();
    assert_eq!(left.as_str(), "https://app.example.com/signed-out");
}

#[tokio::test]
async fn the_example_of_the_page_refuses_another_browsers_answer_another_nonce_and_another_algorithm() {
    let stand = stand("").await;
    let application = application(&stand).await;
    let browser = member(&stand);
    let (mine, theirs) = (answer(&browser, &application).await, answer(&browser, &application).await);
    let refusal = finish(&stand, &application, mine.1, &theirs.0).await.err().expect("another state");
    assert!(refusal.contains("another browser"), "{refusal}");

    let (mut address, begun) = application.begin();
    let pairs: Vec<(String, String)> = address.query_pairs().into_owned().collect();
    let pairs = pairs.into_iter().map(|(name, value)| match name.as_str() {
        "nonce" => (name, "n-of-somebody-else".to_owned()),
        _ => (name, value),
    });
    address.query_pairs_mut().clear().extend_pairs(pairs.collect::<Vec<_>>());
    let answered = browser.walk(&address).await.answer();
    let refusal = finish(&stand, &application, begun, &answered).await.err().expect("another nonce");
    assert!(refusal.contains("InvalidNonce"), "{refusal}");

    let stand = self::stand("id_token_signed_response_alg = \"ES256\"\n").await;
    let application = self::application(&stand).await;
    let (answered, begun) = answer(&member(&stand), &application).await;
    let refusal = finish(&stand, &application, begun, &answered).await.err().expect("another algorithm");
    assert!(refusal.contains("DisallowedAlg"), "{refusal}");
}
