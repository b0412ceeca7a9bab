//! Pairwise subjects (OpenID Connect Core §8.1): one person, another name in each sector, the same name in all that one client sees.

use serde_json::Value;

use super::jwt::claims_of;
use crate::support::setup::CORP;
use crate::support::{Client, LogoutToken, Receiver, Setup, Stand};

const SCOPE: &str = "openid offline_access";

fn pairwise(id: &str) -> Client {
    Client::new(id).with("subject_type = \"pairwise\"")
}

/// A client of the host of `of`.
fn beside(id: &str, of: &str) -> Client {
    let mut client = pairwise(id);
    client.redirect_uri = format!("https://{of}.example:8443/of/{id}");
    client
}

#[tokio::test]
async fn clients_of_one_host_share_a_subject_and_those_of_others_cannot_compare() {
    let clients =
        [pairwise("one"), beside("two", "one"), pairwise("other"), Client::new("public"), Client::new("open")];
    let stand = Stand::of(clients).await;
    let (zhangsan, lisi) = (stand.computer("zhangsan"), stand.computer("lisi"));
    let mut of = std::collections::BTreeMap::new();
    for id in ["one", "two", "other", "public", "open"] {
        of.insert(id, stand.rp(id).subject(&zhangsan).await);
    }
    assert_eq!(of["one"], of["two"]);
    assert_eq!(of["public"], of["open"]);
    assert!(of["one"] != of["other"] && of["one"] != of["public"] && of["other"] != of["public"], "{of:?}");
    assert_ne!(of["one"], stand.rp("one").subject(&lisi).await);
    assert!(of.values().all(|subject| subject.len() == 43 && !subject.contains("zhangsan")));
}

#[tokio::test]
async fn every_answer_to_a_client_names_its_own_subject_and_a_lost_store_gives_it_back() {
    let lines = "access_token_format = \"jwt\"\nuserinfo_signed_response_alg = \"RS256\"\n\
                 initiate_login_uri = \"https://app.example/start\"";
    let stand = Stand::of([pairwise("app").with(lines), Client::new("public")]).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let public = stand.rp("public").tokens(&zhangsan, SCOPE).await;
    let first = app.tokens(&zhangsan, SCOPE).await;
    let second = app.refresh(first.refresh_token()).await.good();
    let mut named: Vec<Value> = Vec::new();
    for tokens in [&first, &second] {
        named.push(tokens.id_claims()["sub"].clone());
        named.push(claims_of(tokens.access_token())["sub"].clone());
        named.push(claims_of(&app.userinfo(tokens.access_token()).await.body)["sub"].clone());
    }
    let begun = zhangsan.walk(&stand.address("/open/app")).await.left();
    let hint = begun.query_pairs().find(|(name, _)| name == "login_hint").expect("a hint").1.into_owned();
    named.push(hint.into());
    assert!(named.iter().all(|sub| *sub == named[0]), "{named:?}");
    assert_ne!(named[0], public.id_claims()["sub"]);

    // The client's own token is a good hint, silently and at sign-out; that of another client is none.
    let own = app.request().set("prompt", "none").set("id_token_hint", first.id_token());
    zhangsan.walk(&own.url()).await.answer().code();
    let foreign = app.request().set("prompt", "none").set("id_token_hint", public.id_token());
    assert_eq!(zhangsan.walk(&foreign.url()).await.answer().error(), "invalid_request");
    let of_public = public.id_claims()["sub"].clone();
    let claims = serde_json::json!({ "id_token": { "sub": { "value": of_public } } }).to_string();
    let wrong = app.request().set("prompt", "none").set("claims", &claims);
    assert_eq!(zhangsan.walk(&wrong.url()).await.answer().error(), "login_required");
    let mut out = app.endpoint("/logout");
    out.query_pairs_mut().append_pair("id_token_hint", first.id_token());
    let page = zhangsan.walk(&out).await.page();
    assert!(!page.has("logout-confirm"), "{}", page.text());
    assert_eq!(app.silently(&zhangsan).await.error(), "login_required");

    // Everything was in memory: the store is lost, the keys are not.
    let subject = named[0].as_str().unwrap().to_owned();
    let stand = stand.restarted().await;
    let again = stand.app().tokens(&stand.computer("zhangsan"), SCOPE).await;
    assert_eq!(again.id_claims()["sub"], subject.as_str());
}

#[tokio::test]
async fn a_changed_subject_type_ends_a_grant_at_its_next_refresh_and_never_renames_anybody_within_it() {
    for (before, after) in [("public", "pairwise"), ("pairwise", "public")] {
        let of = |kind: &str| Client::new("app").with(&format!("subject_type = \"{kind}\""));
        let mut stand = Stand::of([of(before)]).await;
        let app = stand.app();
        let tokens = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
        let subject = tokens.id_claims()["sub"].clone();
        stand.reloaded(Setup::of([of(after)])).await;
        // What was handed out under the old name answers to it, for its hour.
        assert_eq!(app.userinfo(tokens.access_token()).await.json()["sub"], subject);
        app.refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
        let anew = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
        assert_ne!(anew.id_claims()["sub"], subject);
        app.refresh(anew.refresh_token()).await.good();
        // A slip of the operator that is put right has cost nothing.
        stand.reloaded(Setup::of([of(before)])).await;
        assert_eq!(app.refresh(tokens.refresh_token()).await.good().id_claims()["sub"], subject);
    }
}

#[tokio::test]
async fn a_grant_under_bare_userids_lives_through_refreshes_and_ends_when_subjects_are_derived() {
    let mut stand = Stand::of([Client::new("app").with("subject = \"userid\"")]).await;
    let app = stand.app();
    let first = app.tokens(&stand.computer("zhangsan"), SCOPE).await;
    let second = app.refresh(first.refresh_token()).await.good();
    assert_eq!(second.id_claims()["sub"], "zhangsan");
    stand.reloaded(Setup::of([Client::new("app")])).await;
    app.refresh(second.refresh_token()).await.assert_refused(400, "invalid_grant");
}

#[tokio::test]
async fn applications_of_different_hosts_cannot_compare_their_sessions_either_and_each_sign_out_names_its_own() {
    let receiver = Receiver::start().await;
    let told = |client: Client| {
        let address = receiver.address(&format!("/{}", client.id));
        client.with(&format!("backchannel_logout_uri = \"{address}\""))
    };
    let told_in_front =
        |id: &str| told(pairwise(id)).with(&format!("frontchannel_logout_uri = \"https://{id}.example/out\""));
    let stand = Stand::of([told_in_front("app"), told_in_front("far"), told(Client::new("public"))]).await;
    let browser = stand.computer("zhangsan");
    let mut sids = std::collections::BTreeMap::new();
    let mut hint = String::new();
    for id in ["far", "public", "app"] {
        let tokens = stand.rp(id).tokens(&browser, SCOPE).await;
        sids.insert(id.to_owned(), tokens.id_claims()["sid"].clone());
        let refreshed = stand.rp(id).refresh(tokens.refresh_token()).await.good();
        assert_eq!(refreshed.id_claims()["sid"], sids[id]);
        tokens.id_token().clone_into(&mut hint);
    }
    assert!(sids["app"] != sids["far"] && sids["app"] != sids["public"] && sids["far"] != sids["public"], "{sids:?}");

    let mut out = stand.address("/logout");
    out.query_pairs_mut().append_pair("id_token_hint", &hint);
    let page = browser.walk(&out).await.page();
    let frames = crate::logout::frames(&page);
    assert_eq!(frames.len(), 2, "{}", page.text());
    for frame in frames {
        let id = frame.host_str().unwrap().trim_end_matches(".example");
        let sid = frame.query_pairs().find(|(name, _)| name == "sid").expect("a sid").1.into_owned();
        assert_eq!(sids[id], sid.as_str());
    }
    for _ in 0..3 {
        let received = receiver.next().await;
        let id = received.target.trim_start_matches('/').to_owned();
        let token = LogoutToken::verified(&received.logout_token(), &stand.rp(&id)).await;
        assert_eq!(token.claims["sid"], sids[&id]);
    }
}

/// What the registry of subjects will say at the next start (law 6), as WeCom's events will make it.
fn registered(stand: &Stand, userid: &str, derived_from: &str, generation: u32) {
    let path = stand.folder().join("keys/subjects.jsonl");
    let line = serde_json::json!({
        "v": 1, "corp_id": CORP, "userid": userid, "derived_from": derived_from, "generation": generation,
        "since": stand.now().0,
    });
    let before = std::fs::read_to_string(&path).expect("the journal");
    std::fs::write(&path, format!("{before}{line}\n")).expect("the journal");
}

#[tokio::test]
async fn a_rename_keeps_every_subject_and_the_next_owner_of_a_userid_gets_none_of_them() {
    let stand = Stand::with(Setup::of([pairwise("app"), Client::new("public")]).on_sled()).await;
    let ids = ["app", "public"];
    let mut before = Vec::new();
    for id in ids {
        before.push(stand.rp(id).tokens(&stand.computer("zhangsan"), SCOPE).await);
    }
    // Who was zhangsan is lisi from now on, and somebody else is zhangsan.
    registered(&stand, "lisi", "zhangsan", 1);
    registered(&stand, "zhangsan", "zhangsan", 2);
    let stand = stand.restarted().await;
    for (id, before) in ids.into_iter().zip(&before) {
        let rp = stand.rp(id);
        let subject = before.id_claims()["sub"].as_str().unwrap().to_owned();
        assert_eq!(rp.subject(&stand.computer("lisi")).await, subject, "{id}");
        assert_ne!(rp.subject(&stand.computer("zhangsan")).await, subject, "{id}");
        rp.refresh(before.refresh_token()).await.assert_refused(400, "invalid_grant");
    }
}
