//! Law 11 by a table: every way in, held against every kind of `allow`.

use serde_json::json;
use wecom_oidc::domain::time::Span;
use wecom_sim::Tag;

use super::{DEPARTMENTS, TAG_GET, until};
use crate::support::{Client, Journey, Setup, Stand};

/// A list of `allow` that `WangWu` of department 8 (below 7) meets and `america` of department 9 does not.
const POLICIES: &[(&str, &str)] = &[
    ("department", "departments = [7]"),
    ("own-department", "departments = [8]"),
    ("tag", "tags = [1]"),
    ("department-of-a-tag", "tags = [2]"),
    ("userid", "userids = [\"wangwu\"]"),
    ("any-one-of-them", "departments = [20], userids = [\"nobody\"], tags = [99, 1]"),
];

const SCOPE: &str = "openid offline_access";

fn tag(tagid: u64, users: &[&str], departments: &[u64]) -> Tag {
    let users = users.iter().map(|userid| (*userid).to_owned()).collect();
    Tag { tagid, tagname: format!("tag {tagid}"), users, departments: departments.to_vec() }
}

/// Every policy as a client of its own, and a client that lets everybody in; all that is needed has been read.
async fn stand() -> Stand {
    let sim = wecom_sim::start(wecom_sim::Options::default()).await.unwrap();
    // Userids are told in whatever case somebody typed them.
    sim.put_tag(None, tag(1, &["wangWU"], &[])).unwrap();
    sim.put_tag(None, tag(2, &["boss"], &[7, 20])).unwrap();
    let policy = |(id, allow): &(&str, &str)| Client::new(id).with(&format!("allow = {{ {allow} }}"));
    let clients: Vec<_> = POLICIES.iter().map(policy).chain([Client::new("open")]).collect();
    let stand = Stand::beside(sim, Setup::of(clients)).await;
    read_ahead(&stand, 1).await;
    stand
}

/// The tree and the three tags (one of which is not there) have been read so many times.
async fn read_ahead(stand: &Stand, times: u64) {
    until("read ahead", || stand.calls(TAG_GET) >= 3 * times && stand.calls(DEPARTMENTS) >= times).await;
    until("told", || stand.sim.counter(TAG_GET).running + stand.sim.counter(DEPARTMENTS).running == 0).await;
}

/// The end of a way in: let in, or our page that says who may not enter, by its name and with whom to ask.
fn entered(id: &str, way: &str, journey: Journey) -> bool {
    match journey.end() {
        Err(left) => {
            assert!(left.as_str().starts_with(&format!("https://{id}.example/")), "{way}: {left}");
            !left.as_str().contains("error=")
        }
        Ok(page) => {
            page.assert_refused(403, "not_allowed");
            let text = page.text();
            assert!(text.contains(&format!("Application {id}")) && text.contains("管理员"), "{way}: {text}");
            if way != "open" && way != "open, signed in" {
                let back = page.link("back-to-app");
                assert!(back.as_str().contains("error=access_denied"), "{way}: {back}");
            }
            false
        }
    }
}

#[tokio::test]
async fn threat_38_every_way_in_asks_the_same_policy() {
    let stand = stand().await;
    let before = (stand.calls(DEPARTMENTS), stand.calls(TAG_GET));
    for (id, _) in POLICIES {
        let app = stand.rp(id);
        let open = stand.address(&format!("/open/{id}"));
        for (member, expected) in [("WangWu", true), ("america", false)] {
            let told = |way: &str, journey| assert_eq!(entered(id, way, journey), expected, "{id}: {member}, {way}");
            told("computer", app.walk(&stand.computer(member), SCOPE).await);
            told("in the client", app.walk(&stand.client_of(member).granting("mobile"), SCOPE).await);
            told("open", stand.client_of(member).granting("mobile").walk(&open).await);
            let pushed = app.pushed(&app.request()).await;
            told("pushed", stand.computer(member).walk(&pushed.url()).await);

            let signed_in = stand.computer(member);
            stand.rp("open").tokens(&signed_in, "openid").await;
            told("single sign-on", app.walk(&signed_in, SCOPE).await);
            told("open, signed in", signed_in.walk(&open).await);
            told("pushed, signed in", signed_in.walk(&app.pushed(&app.request()).await.url()).await);
            let from_elsewhere = signed_in.post_from_elsewhere(app.request().endpoint(), &app.request().params).await;
            told("posted by another site", signed_in.onward(from_elsewhere).await);
            let page = signed_in.walk(&app.request().set("prompt", "login").url()).await.page();
            told("proven again", signed_in.click(&page, "wecom-login").await);
            let silent = app.silently(&signed_in).await;
            assert_eq!(silent.get("code").is_some(), expected, "{id}: {member}, prompt=none");
            assert!(expected || silent.error() == "access_denied", "{silent:?}");
            if expected {
                let page = signed_in.walk(&app.request().set("prompt", "consent").url()).await.page();
                told("after consent", signed_in.press(&page, "consent-allow").await);
            }
        }
    }
    assert_eq!((stand.calls(DEPARTMENTS), stand.calls(TAG_GET)), before, "read ahead, never for a sign-in");
}

/// What is asked when the code is made is not asked again while it is redeemed, a minute at most; the tokens end at
/// their next refresh, and every other way in is closed as soon as WeCom has told.
#[tokio::test]
async fn threat_38_who_was_moved_out_gets_nothing_more_by_any_way() {
    for (id, _) in POLICIES.iter().filter(|(id, _)| *id != "userid") {
        let stand = stand().await;
        let (app, browser) = (stand.rp(id), stand.computer("WangWu"));
        let tokens = app.tokens(&browser, SCOPE).await;
        let code = app.code(&browser, SCOPE).await;
        match *id {
            "tag" | "any-one-of-them" => stand.sim.put_tag(None, tag(1, &["lisi"], &[])).unwrap(),
            "department-of-a-tag" => stand.sim.put_tag(None, tag(2, &["lisi"], &[9])).unwrap(),
            _ => drop(stand.sim.patch_member(None, "WangWu", &json!({ "department": [9] })).unwrap()),
        }
        let redeemed = app.redeem(&code).await.good();
        stand.later(Span::minutes(10));
        stand.looked_after().await;
        read_ahead(&stand, 2).await;
        for refresh in [tokens.refresh_token(), redeemed.refresh_token()] {
            app.refresh(refresh).await.assert_refused(400, "invalid_grant");
        }
        for (way, journey) in [
            ("single sign-on", app.walk(&browser, SCOPE).await),
            ("open, signed in", browser.walk(&stand.address(&format!("/open/{id}"))).await),
            ("computer", app.walk(&stand.computer("WangWu"), SCOPE).await),
        ] {
            assert!(!entered(id, way, journey), "{id}: {way}");
        }
        assert_eq!(app.silently(&browser).await.error(), "access_denied");
        // An access token lives for its own hour, and tells of a member as long as there is one.
        assert_eq!(app.userinfo(tokens.access_token()).await.status, 200);
        // Elsewhere nothing has changed.
        assert!(stand.rp("open").silently(&browser).await.get("code").is_some());
    }
}

#[tokio::test]
async fn threat_38_a_reload_that_takes_a_list_away_is_followed_at_once() {
    let mut stand = Stand::of([Client::new("app").with("allow = { userids = [\"wangwu\"] }")]).await;
    let browser = stand.computer("WangWu");
    let tokens = stand.app().tokens(&browser, SCOPE).await;
    stand.reloaded(Setup::of([Client::new("app").with("allow = { tags = [1] }")])).await;
    // Nobody has the tag but zhangsan and boss; the refresh reads it when nobody has yet.
    stand.app().refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
    stand.app().walk(&browser, SCOPE).await.page().assert_refused(403, "not_allowed");
    stand.app().code(&stand.computer("zhangsan"), SCOPE).await;
}

#[tokio::test]
async fn tags_of_two_corps_with_one_number_are_two_tags() {
    let app = Client::new("app").with("allow = { tags = [1] }");
    let stand = Stand::with(Setup::of([app]).with_second_corp()).await;
    for (button, member, enters) in [
        ("wecom-login", "zhangsan", true),
        ("wecom-login", "lisi", false),
        // The second corp has no tags at all.
        ("wecom-login-second", "zhangsan", false),
    ] {
        let browser = stand.computer(member);
        let page = stand.app().walk(&browser, SCOPE).await.page();
        let journey = browser.click(&page, button).await;
        assert_eq!(entered("app", button, journey), enters, "{button} {member}");
    }
}
