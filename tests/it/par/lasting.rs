//! The compiled program that is killed or reloaded between the push and the browser.

use std::path::Path;

use crate::support::{Client, Program, Setup};

#[tokio::test]
async fn what_was_pushed_survives_kill_9_and_so_does_that_it_was_used() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let app = program.rp("app");
    let (kept, used) = (app.pushed(&app.request()).await, app.pushed(&app.request()).await);
    let away = |url: &url::Url| url.path().ends_with("/callback");
    let callback = program.computer("lisi").walk_to(&used.url(), away).await;
    program.killed_and_restarted().await;
    assert!(callback.as_str().starts_with(&program.issuer));
    program.computer("zhangsan").get(&used.url()).await.assert_refused(400, "invalid_request_uri");
    program.computer("zhangsan").walk(&kept.url()).await.answer().code();
    program.killed_and_restarted().await;
    program.computer("zhangsan").get(&kept.url()).await.assert_refused(400, "invalid_request_uri");
}

#[tokio::test]
async fn threat_48_the_store_can_read_neither_a_reference_nor_what_it_stands_for() {
    let mut program = Program::start(Setup::default().on_sled()).await;
    let app = program.rp("app");
    let (state, nonce) = ("a-state-that-nobody-else-reads", "a-nonce-that-nobody-else-reads");
    let request = app.pushed(&app.request().set("state", state).set("nonce", nonce)).await;
    let reference = request.params[1].1.rsplit_once(':').expect("a reference").1.to_owned();
    program.stop();
    for needle in [state, nonce, &reference] {
        assert!(!holds(&program.folder().join("data"), needle.as_bytes()), "{needle} is in the store");
        assert!(!program.log().contains(needle), "{needle} is in the log");
    }
    program.restarted().await;
    let answer = program.computer("zhangsan").walk(&request.url()).await.answer();
    assert_eq!(answer.get("state"), Some(state));
}

fn holds(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).expect("a folder").any(|entry| {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            return holds(&path, needle);
        }
        let bytes = std::fs::read(&path).expect("a file");
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

#[tokio::test]
async fn threat_1_a_reload_between_the_push_and_the_browser_counts() {
    let mut program = Program::start(Setup::default()).await;
    let app = program.rp("app");
    let (moved, gone, fine) =
        (app.pushed(&app.request()).await, app.pushed(&app.request()).await, app.pushed(&app.request()).await);
    let zhangsan = program.computer("zhangsan");
    let mut elsewhere = Client::new("app");
    "https://elsewhere.example/callback".clone_into(&mut elsewhere.redirect_uri);
    program.reloaded(Setup::of([elsewhere, Client::new("other")])).await;
    let page = zhangsan.get(&moved.url()).await;
    page.assert_refused(400, "invalid_request");
    assert!(page.redirect().is_none());
    program.reloaded(Setup::of([Client::new("other")])).await;
    zhangsan.get(&gone.url()).await.assert_refused(400, "unauthorized_client");
    // Back again within its minute: nothing was used up by the refusals.
    program.reloaded(Setup::default()).await;
    zhangsan.walk(&fine.url()).await.answer().code();
    zhangsan.walk(&moved.url()).await.answer().code();
}
