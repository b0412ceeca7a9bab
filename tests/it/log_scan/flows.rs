//! Every way in and out, well and badly, through the compiled program.

use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use url::Url;

use crate::support::relying_party::basic;
use crate::support::signer::Signer;
use crate::support::{Page, Program, TokenAnswer};

/// Userids of the sample that are words of every log, and what these people are called here.
const RENAMED: [(&str, &str); 8] = [
    ("disabled", "zhaojinyong"),
    ("notactive", "weijihuo"),
    ("quit", "yilizhi"),
    ("outside", "waimianren"),
    ("nomobile", "meishouji"),
    ("boss", "wanglaoban"),
    ("direct", "zhijieren"),
    ("tagged", "biaoqianren"),
];

/// Gives everybody a userid that is nobody's word.
pub fn rename(program: &Program) {
    for (before, after) in RENAMED {
        program.sim.patch_member(None, before, &serde_json::json!({ "userid": after })).expect("a member");
    }
}

/// Everything that a client may ask for.
pub const SCOPE: &str = "openid profile email phone offline_access";

/// A computer, the guide, the wrong phone and the right one; then the application's own calls.
pub async fn first_sign_in(program: &Program) -> TokenAnswer {
    let (app, computer) = (program.rp("app"), program.computer("zhangsan"));
    let request = app.request().scope(SCOPE).set("nonce", "a-nonce-of-the-application-0001");
    let guide = computer.walk(&request.url()).await.page();
    let link = guide.link("phone-link");
    let wrong = program.client_of("lisi").granting("mobile").walk(&link).await.page();
    wrong.assert_refused(403, "wrong_member");
    program.client_of("zhangsan").granting("mobile,biz_mail,email").walk(&link).await.page();
    program.client_of("zhangsan").granting("mobile").walk(&link).await.page().assert_refused(410, "link_expired");
    let code = computer.click(&guide, "continue").await.answer().code();
    let tokens = app.redeem(&code).await.good();
    let next = app.refresh(tokens.refresh_token()).await.good();
    userinfo(program, next.access_token()).await;
    // Reuse of the code kills everything made from it, so somebody else's is reused.
    let second = app.code(&program.client_of("lisi").granting("mobile"), SCOPE).await;
    let stolen = app.redeem(&second).await.good();
    app.redeem(&second).await.assert_refused(400, "invalid_grant");
    app.refresh(stolen.refresh_token()).await.assert_refused(400, "invalid_grant");
    let third = app.refresh(next.refresh_token()).await.good();
    let fourth = app.refresh(third.refresh_token()).await.good();
    app.refresh(tokens.refresh_token()).await.assert_refused(400, "invalid_grant");
    fourth
}

/// In the header, in the body, by POST with the header, in the query.
async fn userinfo(program: &Program, token: &str) {
    let (app, http) = (program.rp("app"), &program.http);
    assert_eq!(app.userinfo(token).await.status, 200);
    let url = app.endpoint("/userinfo");
    let bearer = format!("Bearer {token}");
    let by_post = http.post(url.clone()).header("authorization", &bearer).send().await.expect("an answer");
    assert_eq!(by_post.status(), 200);
    let form = http.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    assert_eq!(form.body(format!("access_token={token}")).send().await.expect("an answer").status(), 200);
    let mut query = url;
    query.query_pairs_mut().append_pair("access_token", token);
    assert_eq!(http.get(query).send().await.expect("an answer").status(), 400);
}

/// SSO, silence, consent, response modes, a posted request, the workbench, two corps.
pub async fn every_way_in(program: &Program) {
    let other = program.rp("other");
    let wenli = program.computer("wenli");
    other.tokens(&wenli, SCOPE).await;
    other.silently(&wenli).await.code();
    assert_eq!(other.silently(&program.computer("wenli")).await.error(), "login_required");
    let consent = other.request().scope(SCOPE).set("prompt", "consent");
    let page = wenli.walk(&consent.url()).await.page();
    wenli.press(&page, "consent-deny").await.page().assert_refused(403, "denied");
    let page = wenli.walk(&consent.url()).await.page();
    wenli.press(&page, "consent-allow").await.answer().code();
    let silent = consent.set("prompt", "none consent").url();
    wenli.walk(&silent).await.answer().error();
    for mode in ["form_post", "fragment"] {
        let journey = wenli.walk(&other.request().set("response_mode", mode).url()).await;
        if mode == "form_post" {
            journey.page();
        }
    }
    let request = other.request().set("login_hint", "wenli-as-somebody-typed-it");
    let posted = wenli.post_from_elsewhere(request.endpoint(), &request.params).await;
    wenli.onward(posted).await.answer().code();
    let phone = program.client_of("chen.liu_01-a@corp").granting("mobile,email");
    phone.walk(&other.endpoint("/open/other")).await.left();
    other.tokens(&phone, SCOPE).await;
    let both = program.rp("both");
    let computer = program.computer("zhangsan");
    let page = both.walk(&computer, SCOPE).await.page();
    let code = computer.click(&page, "wecom-login-second").await.answer().code();
    let signed = both.redeem(&code).await.good();
    assert_eq!(both.userinfo(signed.access_token()).await.status, 200);
    assert_eq!(both.userinfo(signed.id_token()).await.status, 401);
    let asked = both.request().add("resource", "https://a-service-of-nobody.example/");
    assert_eq!(computer.walk(&asked.url()).await.answer().error(), "invalid_target");
    program.rp("team").walk(&program.computer("zhangsan"), SCOPE).await.answer().code();
}

/// Pushed, brought by a browser, looked at, given back; and each of them badly.
pub async fn pushed_and_given_back(program: &Program) {
    let (app, other) = (program.rp("app"), program.rp("other"));
    let wenli = program.computer("wenli");
    let request = other.request().scope(SCOPE).set("state", "the-state-of-a-pushed-request-0001");
    let short = other.pushed(&request).await;
    let code = wenli.walk(&short.url()).await.answer().code();
    refused(&wenli.get(&short.url()).await);
    let waiting = other.pushed(&request.clone().set("nonce", "the-nonce-of-a-pushed-request-0001")).await;
    refused(&wenli.get(&waiting.clone().set("client_id", "app").url()).await);
    refused(
        &other.push(&request.set("redirect_uri", "https://evil.example/?secret=a-pushed-secret-in-an-address")).await,
    );
    let tokens = other.redeem(&code).await.good();
    for token in [tokens.access_token(), tokens.refresh_token(), "a-token-that-was-never-one-to-look-at"] {
        let field = ("token", token);
        assert_eq!(other.ask("/introspect", &[field, ("token_type_hint", "refresh_token")]).await.status, 200);
        assert_eq!(app.ask("/introspect", &[field]).await.body, "{\"active\":false}");
        refused(&other.ask_as("/introspect", Some(&basic("other", "a-wrong-secret-at-introspection")), &[field]).await);
    }
    for token in [tokens.access_token(), tokens.refresh_token()] {
        refused(&app.ask("/revoke", &[("token", token)]).await);
        assert_eq!(other.ask("/revoke", &[("token", token)]).await.status, 200);
        refused(&other.ask("/revoke", &[("token", token), ("token", token)]).await);
    }
}

/// With a hint, without one, by a posted request; and a hint that was forged.
pub async fn every_way_out(program: &Program, id_token: &str) {
    let other = program.rp("other");
    let out = |pairs: &[(&str, &str)]| {
        let mut url = other.endpoint("/logout");
        url.query_pairs_mut().extend_pairs(pairs);
        url
    };
    let wenli = program.computer("wenli");
    let tokens = other.tokens(&wenli, SCOPE).await;
    let forged = format!("{}x", tokens.id_token());
    wenli.walk(&out(&[("id_token_hint", &forged)])).await.page();
    let bye = ("post_logout_redirect_uri", "https://other.example/bye");
    wenli.walk(&out(&[("id_token_hint", tokens.id_token()), bye, ("state", "the-state-of-a-sign-out")])).await.left();
    other.tokens(&wenli, SCOPE).await;
    let page = wenli.walk(&out(&[("client_id", "other"), bye])).await.page();
    wenli.press(&page, "logout-confirm").await.left();
    let lisi = program.computer("lisi");
    other.tokens(&lisi, SCOPE).await;
    lisi.post_from_elsewhere(&other.endpoint("/logout"), &[("id_token_hint".to_owned(), id_token.to_owned())]).await;
}

/// Whoever may not enter, and whoever brings what is not theirs.
pub async fn refusals(program: &Program) {
    let (app, other) = (program.rp("app"), program.rp("other"));
    for member in ["zhaojinyong", "weijihuo", "yilizhi", "stranger", "partner", "waimianren", "meishouji"] {
        app.walk(&program.computer(member), SCOPE).await;
        app.walk(&program.client_of(member).granting("mobile"), SCOPE).await;
    }
    app.walk(&program.client_of("wanglaoban").granting("refuse"), SCOPE).await;
    let proof = basic("other", "a-wrong-secret-that-somebody-typed");
    other.token_as(Some(&proof), &[("grant_type", "refresh_token"), ("refresh_token", "x")]).await;
    other.token_as(Some("Basic not/base64/at/all!!"), &[("grant_type", "refresh_token")]).await;
    other.token_as(None, &[("client_id", "other"), ("client_secret", "a-posted-secret-that-is-wrong")]).await;
    other.refresh("a-refresh-token-that-was-never-one-at-all-x").await.assert_refused(400, "invalid_grant");
    other.redeem("a-code-that-was-never-one-at-all-000000000").await.assert_refused(400, "invalid_grant");
    assert_eq!(other.userinfo("an-access-token-that-was-never-one-at-all-x").await.status, 401);
    other.token_raw(None, "client_secret=%zz&refresh_token=badly-encoded-token-0001".to_owned()).await;
    // Callbacks with a changed state, a made-up code, foreign cookies.
    let lisi = program.computer("lisi");
    let callback = lisi.walk_to(&other.request().url(), |url| url.path().ends_with("/callback")).await;
    let with = |code: &str, state: &str| {
        let mut url = callback.clone();
        url.query_pairs_mut().clear().append_pair("code", code).append_pair("state", state);
        url
    };
    let state = callback.query_pairs().find(|(name, _)| name == "state").expect("a state").1.into_owned();
    refused(&lisi.get(&with("a-made-up-wecom-code-0001", &state)).await);
    refused(&lisi.get(&with("another-made-up-code-0002", "a-state-that-is-not-ours-0000000000")).await);
    refused(&program.computer("lisi").get(&callback).await);
    lisi.walk(&callback).await.answer().code();
    // Hints and addresses that are nobody's.
    let bad: Url = other.request().set("id_token_hint", "not.a.token-of-anybodys").set("prompt", "none").url();
    lisi.walk(&bad).await;
    let bad = other.request().set("redirect_uri", "https://evil.example/?secret=a-secret-in-an-address").url();
    refused(&lisi.get(&bad).await);
    lisi.get(&other.endpoint("/login/1vZ8k7caaaaaaaaaaa0001/phone/a-ticket-that-was-never-made-0001")).await;
    lisi.get(&other.endpoint("/nothing-here?access_token=a-token-at-no-address-0001")).await;
}

fn refused(page: &Page) {
    assert!((400..500).contains(&page.status), "{}: {}", page.url, page.status);
}

/// A client that signs its requests and its assertions, well and badly.
pub async fn signed(program: &Program, signer: &Signer) {
    let (rp, zhangsan) = (program.rp("signed"), program.client_of("zhangsan").granting("mobile"));
    let (issuer, redirect_uri) = (&program.issuer, &rp.client.redirect_uri);
    let claims = |jti: &str| {
        let exp = crate::support::secrets::began().0 + 1_800;
        json!({ "iss": "signed", "aud": issuer, "exp": exp, "jti": jti })
    };
    let object = |exp: u64| {
        let mut object = claims("an-object-of-the-application");
        let request = json!({
            "client_id": "signed", "redirect_uri": redirect_uri, "response_type": "code", "scope": SCOPE,
            "state": "a-state-of-the-signed-object", "nonce": "a-nonce-of-the-signed-object", "exp": exp,
        });
        object.as_object_mut().expect("claims").extend(request.as_object().expect("claims").clone());
        let request = rp.request().without("redirect_uri").without("state").scope(SCOPE);
        request.set("request", &signer.jwt(&object)).url()
    };
    let fresh = crate::support::secrets::began().0 + 1_800;
    let code = zhangsan.walk(&object(fresh)).await.answer().code();
    zhangsan.walk(&object(1)).await.page().assert_refused(400, "invalid_request_object");

    let assertion = |jti: &str| {
        let mut assertion = claims(jti);
        assertion["sub"] = json!("signed");
        signer.jwt(&assertion)
    };
    let (good, unknown) = (assertion("an-assertion-of-the-application"), assertion("another-assertion"));
    let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let redeem = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", redirect_uri), kind];
    let forged = format!("{}{}", &unknown[..unknown.len() - 86], "A".repeat(86));
    rp.token_as(None, &[&redeem[..], &[("client_assertion", &forged)]].concat())
        .await
        .assert_refused(401, "invalid_client");
    rp.token_as(None, &[&redeem[..], &[("client_assertion", &good)]].concat()).await.good();
    rp.token_as(None, &[&redeem[..], &[("client_assertion", &good)]].concat())
        .await
        .assert_refused(401, "invalid_client");
}
