//! `prompt` and `max_age`.

use wecom_oidc::domain::time::Span;

use crate::conformance::checks;
use crate::conformance::suite::{Suite, Tokens};

fn auth_time(tokens: &Tokens) -> u64 {
    tokens.claims["auth_time"].as_u64().expect("auth_time")
}

/// The second request shows a page to be photographed (REVIEW), and the sign-in behind it is a new one.
async fn proves_again(suite: &Suite, name: &str, value: &str) {
    let first = suite.sign_in(&suite.ask()).await;
    suite.stand.later(Span::seconds(2));
    let asked = suite.ask().set(name, value);
    let visited = suite.visit(&asked).await;
    let [page] = &visited.pages[..] else { panic!("one page of ours, not {}", visited.pages.len()) };
    assert!(page.text().contains("再次确认") && page.text().contains("张三"), "{}", page.text());
    let second = suite.redeem(&asked, &visited.answer).await;
    assert_eq!(second.claims["sub"], first.claims["sub"]);
    assert!(auth_time(&second) > auth_time(&first) && suite.stand.now().0 - auth_time(&second) < 60);
}

pub async fn oidcc_prompt_login(suite: Suite) {
    proves_again(&suite, "prompt", "login").await;
}

pub async fn oidcc_max_age_1(suite: Suite) {
    proves_again(&suite, "max_age", "1").await;
}

/// An error at once; 128 characters of state come back as they were, and nothing beside what is known.
pub async fn oidcc_prompt_none_not_logged_in(suite: Suite) {
    let state = format!("{}-._~", "aB3x".repeat(31));
    assert_eq!(state.len(), 128);
    let visited = suite.visit(&suite.ask().with_state(&state).set("prompt", "none")).await;
    let expected = ["login_required", "interaction_required", "consent_required", "account_selection_required"];
    assert!(expected.contains(&visited.answer.error()), "{:?}", visited.answer);
    checks::is_a_description(visited.answer.get("error_description").expect("a description"));
    assert!(visited.pages.is_empty());
}

pub async fn oidcc_prompt_none_logged_in(suite: Suite) {
    let first = suite.sign_in(&suite.ask()).await;
    suite.stand.later(Span::seconds(5));
    let second = suite.sign_in(&suite.ask().set("prompt", "none")).await;
    assert_eq!((&second.claims["sub"], auth_time(&second)), (&first.claims["sub"], auth_time(&first)));
}

pub async fn oidcc_max_age_10000(suite: Suite) {
    let first = suite.sign_in(&suite.ask().set("max_age", "15000")).await;
    suite.stand.later(Span::seconds(5));
    let second = suite.sign_in(&suite.ask().set("max_age", "10000")).await;
    assert_eq!(auth_time(&second), auth_time(&first));
}
