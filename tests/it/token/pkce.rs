//! PKCE: S256 alone, and binding once it was begun (threat 5).

use crate::support::{Client, RelyingParty, Stand, TokenAnswer};

/// The pair of RFC 7636, Appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn code(stand: &Stand, rp: &RelyingParty) -> String {
    let url = rp.request().set("code_challenge", CHALLENGE).set("code_challenge_method", "S256").url();
    stand.computer("zhangsan").walk(&url).await.answer().code()
}

async fn redeem(rp: &RelyingParty, code: &str, verifier: Option<&str>) -> TokenAnswer {
    let mut fields =
        vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", rp.client.redirect_uri.as_str())];
    fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    rp.token(&fields).await
}

#[tokio::test]
async fn threat_5_a_verifier_that_is_missing_or_wrong_is_refused_and_the_right_one_still_works() {
    let stand = Stand::of([Client::new("app"), Client::public("spa")]).await;
    for id in ["app", "spa"] {
        let rp = stand.rp(id);
        let code = code(&stand, &rp).await;
        redeem(&rp, &code, None).await.assert_refused(400, "invalid_grant");
        let long = VERIFIER.repeat(3);
        for wrong in
            ["", "x", &VERIFIER[..42], &long, CHALLENGE, &VERIFIER.to_lowercase(), &format!("{}!", &VERIFIER[..42])]
        {
            redeem(&rp, &code, Some(wrong)).await.assert_refused(400, "invalid_grant");
        }
        redeem(&rp, &code, Some(VERIFIER)).await.good();
    }
}

#[tokio::test]
async fn threat_5_another_codes_verifier_and_a_verifier_without_a_challenge_are_refused() {
    let stand = Stand::new().await;
    let app = stand.app();
    let other = app.request().set("code_challenge", &"A".repeat(43)).set("code_challenge_method", "S256").url();
    let other = stand.computer("zhangsan").walk(&other).await.answer().code();
    redeem(&app, &other, Some(VERIFIER)).await.assert_refused(400, "invalid_grant");
    let plain = app.code(&stand.computer("zhangsan"), "openid").await;
    redeem(&app, &plain, Some(VERIFIER)).await.assert_refused(400, "invalid_grant");
    redeem(&app, &plain, None).await.good();
}

#[tokio::test]
async fn threat_5_plain_short_and_lonely_challenges_are_refused_at_the_start() {
    let stand =
        Stand::of([Client::new("app"), Client::public("spa"), Client::new("strict").with("require_pkce = true")]).await;
    let zhangsan = stand.computer("zhangsan");
    let cases: [&[(&str, &str)]; 7] = [
        &[("code_challenge", VERIFIER), ("code_challenge_method", "plain")],
        &[("code_challenge", CHALLENGE)],
        &[("code_challenge_method", "S256")],
        &[("code_challenge", &CHALLENGE[..42]), ("code_challenge_method", "S256")],
        &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"), ("code_challenge_method", "S256")],
        &[("code_challenge", CHALLENGE), ("code_challenge_method", "s256")],
        &[("code_challenge", CHALLENGE), ("code_challenge_method", "")],
    ];
    for changes in cases {
        let request = changes.iter().fold(stand.app().request(), |request, (name, value)| request.set(name, value));
        assert_eq!(zhangsan.walk(&request.url()).await.answer().error(), "invalid_request", "{changes:?}");
    }
    for id in ["spa", "strict"] {
        assert_eq!(stand.rp(id).walk(&zhangsan, "openid").await.answer().error(), "invalid_request", "{id}");
        let rp = stand.rp(id);
        redeem(&rp, &code(&stand, &rp).await, Some(VERIFIER)).await.good();
    }
}
