//! A policy by department or tag while WeCom does not tell: closed to whom it cannot be said of, open to all others.

use std::time::Duration;

use wecom_oidc::domain::time::Span;
use wecom_sim::{Effect, Fault, Simulator, Tag};

use super::{DEPARTMENTS, TAG_GET, until};
use crate::support::{Client, Setup, Stand};

const SCOPE: &str = "openid offline_access";

fn clients() -> [Client; 4] {
    [
        Client::new("open"),
        Client::new("department").with("allow = { departments = [7] }"),
        Client::new("tag").with("allow = { tags = [1] }"),
        Client::new("any").with("allow = { departments = [8], userids = [\"lisi\"], tags = [1] }"),
    ]
}

fn silent(sim: &Simulator, effect: &Effect) {
    for path in [DEPARTMENTS, TAG_GET] {
        let fault = Fault { path: path.to_owned(), effect: Some(effect.clone()), ..Fault::default() };
        sim.add_fault(fault).unwrap();
    }
}

async fn blind(effect: Effect) -> Stand {
    let sim = wecom_sim::start(wecom_sim::Options::default()).await.unwrap();
    silent(&sim, &effect);
    let stand = Stand::beside(sim, Setup::of(clients()).tables("[lifetimes]\nupstream = \"1s\"")).await;
    until("tried", || stand.calls(DEPARTMENTS) > 0 && stand.calls(TAG_GET) > 0).await;
    stand
}

/// Who is let in by what is known of every member without anything that was read ahead.
async fn assert_certain_ones_enter(stand: &Stand) {
    for (id, member) in [("any", "WangWu"), ("any", "lisi"), ("department", "boss")] {
        let browser = stand.computer(member);
        let tokens = stand.rp(id).tokens(&browser, SCOPE).await;
        assert!(stand.rp(id).silently(&browser).await.get("code").is_some(), "{id} {member}");
        stand.rp(id).refresh(tokens.refresh_token()).await.good();
        stand.client_of(member).granting("mobile").walk(&stand.address(&format!("/open/{id}"))).await.left();
    }
    // And who is in no list whatever is told is no matter of what is told.
    stand.rp("department").walk(&stand.computer("direct"), SCOPE).await.page().assert_refused(403, "not_allowed");
}

/// As soon as WeCom tells, a sign-in reads what it needs itself; a reading that hangs is given up before.
async fn assert_opens(stand: &Stand, id: &str, member: &str) {
    for _ in 0..60 {
        stand.later(Span::seconds(10));
        if stand.rp(id).walk(&stand.computer(member), SCOPE).await.end().is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("{id} stays closed to {member}");
}

#[tokio::test]
async fn threat_38_a_cold_directory_keeps_out_all_but_those_it_is_certain_of_after_one_bounded_read() {
    for effect in [Effect::Status(503), Effect::Hang, Effect::Html, Effect::TruncatedJson] {
        let stand = blind(effect.clone()).await;
        // What failed at the start is remembered for a moment.
        stand.later(Span::seconds(10));
        assert_certain_ones_enter(&stand).await;
        for (id, member, path) in
            [("department", "WangWu", DEPARTMENTS), ("tag", "zhangsan", TAG_GET), ("any", "america", TAG_GET)]
        {
            stand.later(Span::seconds(10));
            let (began, before) = (tokio::time::Instant::now(), stand.calls(path));
            for _ in 0..3 {
                let page = stand.rp(id).walk(&stand.computer(member), SCOPE).await.page();
                page.assert_refused(503, "wecom_unavailable");
                assert!(page.text().contains(&format!("Application {id}")), "{}", page.text());
            }
            assert!(stand.calls(path) <= before + 1, "{effect:?} {id}: one read for all who come meanwhile");
            assert!(began.elapsed() < Duration::from_secs(10), "{effect:?} {id}: {:?}", began.elapsed());
        }
        // Nobody asks for whoever is signed in already.
        let browser = stand.computer("america");
        stand.rp("open").tokens(&browser, "openid").await;
        stand.later(Span::seconds(10));
        let before = stand.calls_about_people();
        stand.rp("any").walk(&browser, SCOPE).await.page().assert_refused(503, "wecom_unavailable");
        let open = stand.address("/open/any");
        browser.walk(&open).await.page().assert_refused(503, "wecom_unavailable");
        assert_eq!(stand.rp("any").silently(&browser).await.error(), "interaction_required");
        assert_eq!(stand.calls_about_people(), before, "{effect:?}");
        stand.sim.clear_faults(None);
        assert_opens(&stand, "department", "WangWu").await;
        assert_opens(&stand, "tag", "zhangsan").await;
        stand.rp("any").walk(&browser, SCOPE).await.page().assert_refused(403, "not_allowed");
    }
}

#[tokio::test]
async fn threat_38_what_was_read_too_long_ago_lets_nobody_in() {
    let stand = Stand::with(Setup::of(clients())).await;
    let (wangwu, zhangsan) = (stand.computer("WangWu"), stand.computer("zhangsan"));
    let department = stand.rp("department").tokens(&wangwu, SCOPE).await;
    let tag = stand.rp("tag").tokens(&zhangsan, SCOPE).await;
    silent(&stand.sim, &Effect::Status(503));
    stand.later(Span::minutes(119));
    stand.rp("department").code(&wangwu, SCOPE).await;
    stand.rp("tag").code(&zhangsan, SCOPE).await;
    stand.later(Span::minutes(1));
    for (id, browser, tokens) in [("department", &wangwu, &department), ("tag", &zhangsan, &tag)] {
        let app = stand.rp(id);
        app.walk(browser, SCOPE).await.page().assert_refused(503, "wecom_unavailable");
        assert_eq!(app.silently(browser).await.error(), "interaction_required");
        app.refresh(tokens.refresh_token()).await.assert_refused(503, "temporarily_unavailable");
    }
    assert_certain_ones_enter(&stand).await;
    stand.sim.clear_faults(None);
    stand.later(Span::seconds(10));
    stand.rp("department").refresh(department.refresh_token()).await.good();
    stand.rp("tag").refresh(tag.refresh_token()).await.good();
}

#[tokio::test]
async fn a_tag_that_could_not_be_read_keeps_its_old_answer_beside_the_new_one_of_another() {
    let by = |id: &str, tag: u64| Client::new(id).with(&format!("allow = {{ tags = [{tag}] }}"));
    let stand = Stand::with(Setup::of([by("first", 1), by("second", 2)])).await;
    let enters = |id: &'static str| {
        let stand = &stand;
        async move { stand.rp(id).walk(&stand.computer("lisi"), SCOPE).await.end().is_err() }
    };
    until("both", || stand.calls(TAG_GET) == 2 && stand.sim.counter(TAG_GET).running == 0).await;
    assert_eq!((enters("first").await, enters("second").await), (false, true));
    let tag = |tagid, users: &[&str]| Tag {
        tagid,
        users: users.iter().map(|userid| (*userid).to_owned()).collect(),
        ..Tag::default()
    };
    stand.sim.put_tag(None, tag(1, &["lisi"])).unwrap();
    stand.sim.put_tag(None, tag(2, &["boss"])).unwrap();
    let once =
        Fault { path: TAG_GET.to_owned(), times: Some(1), effect: Some(Effect::Status(503)), ..Fault::default() };
    stand.sim.add_fault(once).unwrap();
    stand.later(Span::minutes(10));
    stand.looked_after().await;
    until("both again", || stand.calls(TAG_GET) == 4 && stand.sim.counter(TAG_GET).running == 0).await;
    assert_eq!((enters("first").await, enters("second").await), (false, false), "the first one failed, the second not");
    stand.looked_after().await;
    until("the one that failed", || stand.calls(TAG_GET) == 5 && stand.sim.counter(TAG_GET).running == 0).await;
    assert_eq!((enters("first").await, enters("second").await), (true, false));
}
