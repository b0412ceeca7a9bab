//! Resource indicators (RFC 8707): what a client may name, and what its tokens are then good for.

use serde_json::json;

use super::jwt::claims_of;
use crate::support::{Client, RelyingParty, Setup, Stand, TokenAnswer};

const API: &str = "https://api.example/v1";
const FILES: &str = "urn:example:files";
const SCOPE: &str = "openid offline_access";

fn jwt_client() -> Client {
    opaque_client("app").with("access_token_format = \"jwt\"")
}

fn opaque_client(id: &str) -> Client {
    Client::new(id).with(&format!("resources = [\"{API}\", \"{FILES}\"]"))
}

/// Signs in with these resources and gives the code.
async fn code_for(stand: &Stand, rp: &RelyingParty, resources: &[&str]) -> String {
    let request = resources.iter().fold(rp.request().scope(SCOPE), |request, name| request.add("resource", name));
    stand.computer("zhangsan").walk(&request.url()).await.answer().code()
}

async fn redeem(rp: &RelyingParty, code: &str, resources: &[&str]) -> TokenAnswer {
    let redirect_uri = rp.client.redirect_uri.as_str();
    let mut fields = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect_uri)];
    fields.extend(resources.iter().map(|name| ("resource", *name)));
    rp.token(&fields).await
}

async fn refresh(rp: &RelyingParty, tokens: &TokenAnswer, resources: &[&str]) -> TokenAnswer {
    let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", tokens.refresh_token())];
    fields.extend(resources.iter().map(|name| ("resource", *name)));
    rp.token(&fields).await
}

#[tokio::test]
async fn a_token_is_for_what_was_asked_for_and_for_userinfo_where_that_is_us() {
    let stand = Stand::of([jwt_client()]).await;
    let (app, us) = (stand.app(), stand.issuer.clone());
    let cases = [
        (vec![], json!(us), 200),
        (vec![us.as_str()], json!(us), 200),
        (vec![API], json!(API), 401),
        (vec![FILES, API], json!([FILES, API]), 401),
        (vec![API, us.as_str(), API], json!([API, us]), 200),
    ];
    for (resources, audience, userinfo) in cases {
        let tokens = redeem(&app, &code_for(&stand, &app, &resources).await, &[]).await.good();
        assert_eq!(claims_of(tokens.access_token())["aud"], audience, "{resources:?}");
        let page = app.userinfo(tokens.access_token()).await;
        assert_eq!(page.status, userinfo, "{resources:?}: {}", page.body);
        if userinfo == 401 {
            let challenge = page.header("www-authenticate").unwrap();
            assert!(challenge.contains("invalid_token") && challenge.contains("another resource"), "{challenge}");
        }
        // The ID token is for the client, whatever the access token is for.
        assert_eq!(tokens.id_claims()["aud"], json!(["app"]));
    }
}

#[tokio::test]
async fn opaque_tokens_are_bound_to_their_resource_as_well_also_after_a_restart() {
    let stand = Stand::with(Setup::of([opaque_client("app")]).on_sled()).await;
    let app = stand.app();
    let narrow = redeem(&app, &code_for(&stand, &app, &[API]).await, &[]).await.good();
    let plain = redeem(&app, &code_for(&stand, &app, &[]).await, &[]).await.good();
    assert_eq!(narrow.access_token().len(), 43);
    let stand = stand.restarted().await;
    let app = stand.app();
    assert_eq!(app.userinfo(narrow.access_token()).await.status, 401);
    assert_eq!(app.userinfo(plain.access_token()).await.status, 200);
    let again = refresh(&app, &narrow, &[]).await.good();
    assert_eq!(app.userinfo(again.access_token()).await.status, 401);
}

#[tokio::test]
async fn a_resource_that_is_not_registered_letter_by_letter_is_an_invalid_target() {
    let stand = Stand::of([opaque_client("app"), Client::new("plain")]).await;
    let zhangsan = stand.computer("zhangsan");
    let wrong = [
        "https://api.example/v1/",
        "https://API.example/v1",
        "https://api.example/v1#x",
        "https://api.example/",
        "api",
        "*",
        "https://evil.example/",
        "https://api.example/v1 urn:example:files",
    ];
    let us = [format!("{}/", stand.issuer), format!("{}/userinfo", stand.issuer)];
    for name in wrong.iter().copied().chain(us.iter().map(String::as_str)) {
        let answer = zhangsan.walk(&stand.app().request().add("resource", name).url()).await.answer();
        assert_eq!((answer.error(), answer.get("state")), ("invalid_target", Some("af0ifjsldkj")), "{name}");
        // One that is known beside it makes it no better.
        let answer = zhangsan.walk(&stand.app().request().add("resource", API).add("resource", name).url()).await;
        assert_eq!(answer.answer().error(), "invalid_target", "{name}");
    }
    let answer = zhangsan.walk(&stand.rp("plain").request().add("resource", API).url()).await.answer();
    assert_eq!(answer.error(), "invalid_target", "what another client may have");
    // A parameter without a value counts as absent.
    zhangsan.walk(&stand.app().request().add("resource", "").url()).await.answer().code();
}

#[tokio::test]
async fn a_token_request_narrows_what_was_granted_and_never_widens_it() {
    let stand = Stand::of([jwt_client()]).await;
    let (app, us) = (stand.app(), stand.issuer.clone());
    let code = code_for(&stand, &app, &[API, FILES]).await;
    for other in [us.as_str(), "https://evil.example/", "x"] {
        redeem(&app, &code, &[other]).await.assert_refused(400, "invalid_target");
        redeem(&app, &code, &[API, other]).await.assert_refused(400, "invalid_target");
    }
    // Being refused has not used the code up.
    let first = redeem(&app, &code, &[API]).await.good();
    assert_eq!(claims_of(first.access_token())["aud"], API);

    // The refresh token stands for everything that was granted (RFC 8707 §2.2), and each access token by itself is narrow.
    refresh(&app, &first, &[us.as_str()]).await.assert_refused(400, "invalid_target");
    let second = refresh(&app, &first, &[FILES]).await.good();
    assert_eq!(claims_of(second.access_token())["aud"], FILES);
    let third = refresh(&app, &second, &[]).await.good();
    assert_eq!(claims_of(third.access_token())["aud"], json!([API, FILES]));
    assert_eq!(app.userinfo(third.access_token()).await.status, 401);

    // Whoever was granted nothing in particular was granted us, and may say so.
    let plain = redeem(&app, &code_for(&stand, &app, &[]).await, &[us.as_str()]).await.good();
    assert_eq!(app.userinfo(plain.access_token()).await.status, 200);
    refresh(&app, &plain, &[API]).await.assert_refused(400, "invalid_target");
}

#[tokio::test]
async fn threat_4_resource_alone_may_be_repeated_by_get_by_post_and_at_the_token_endpoint() {
    let stand = Stand::of([jwt_client()]).await;
    let (app, zhangsan) = (stand.app(), stand.computer("zhangsan"));
    let request = app.request().scope(SCOPE).add("resource", API).add("resource", FILES);
    let doubled = request.clone().add("nonce", "n").add("nonce", "n");
    assert_eq!(zhangsan.walk(&doubled.url()).await.answer().error(), "invalid_request");
    let posted = zhangsan.post_from_elsewhere(request.endpoint(), &request.params).await;
    let code = zhangsan.onward(posted).await.answer().code();
    let tokens = redeem(&app, &code, &[FILES, API, FILES]).await.good();
    assert_eq!(claims_of(tokens.access_token())["aud"], json!([FILES, API]));
    let many = (0..70).fold(app.request(), |request, _| request.add("resource", API));
    assert_eq!(zhangsan.get(&many.url()).await.status, 400, "more than 64 parameters");
    let answer = app.token(&[("grant_type", "x"), ("grant_type", "x"), ("resource", API), ("resource", API)]).await;
    answer.assert_refused(400, "invalid_request");
}

#[tokio::test]
async fn a_resource_that_a_reload_takes_away_is_in_no_token_after_it() {
    let mut stand = Stand::of([jwt_client()]).await;
    let app = stand.app();
    let both = redeem(&app, &code_for(&stand, &app, &[API, FILES]).await, &[]).await.good();
    let one = redeem(&app, &code_for(&stand, &app, &[FILES]).await, &[]).await.good();
    let waiting = code_for(&stand, &app, &[FILES]).await;
    let less = Client::new("app").with(&format!("resources = [\"{API}\"]\naccess_token_format = \"jwt\""));
    stand.reloaded(Setup::of([less])).await;
    let app = stand.app();
    let rest = refresh(&app, &both, &[]).await.good();
    assert_eq!(claims_of(rest.access_token())["aud"], API);
    refresh(&app, &rest, &[FILES]).await.assert_refused(400, "invalid_target");
    refresh(&app, &one, &[]).await.assert_refused(400, "invalid_target");
    redeem(&app, &waiting, &[]).await.assert_refused(400, "invalid_target");
    // The operator puts it back, and nothing was lost.
    stand.reloaded(Setup::of([jwt_client()])).await;
    refresh(&stand.app(), &one, &[]).await.good();
}
