//! Signed answers of userinfo (OpenID Connect Core §5.3.2): the same claims, `iss` and `aud` beside them, verified by two libraries.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use openidconnect::core::{CoreGenderClaim, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::core::{CoreJweContentEncryptionAlgorithm, CoreUserInfoVerifier};
use openidconnect::{ClientId, EmptyAdditionalClaims, IssuerUrl, SubjectIdentifier, UserInfoJsonWebToken};
use serde_json::{Value, json};

use super::jwt::{claims_of, header_of};
use crate::support::{Client, RelyingParty, Stand, openid};

type Answer = UserInfoJsonWebToken<
    EmptyAdditionalClaims,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

const KINDS: [(&str, Algorithm); 3] =
    [("RS256", Algorithm::RS256), ("ES256", Algorithm::ES256), ("EdDSA", Algorithm::EdDSA)];

fn client(alg: &str) -> Client {
    Client::new(&alg.to_lowercase()).with(&format!("userinfo_signed_response_alg = \"{alg}\""))
}

async fn keys(rp: &RelyingParty) -> Value {
    rp.http.get(rp.endpoint("/jwks.json")).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn signed_userinfo_verifies_with_jsonwebtoken_in_every_algorithm() {
    let stand = Stand::of(KINDS.map(|(name, _)| client(name)).into_iter().chain([Client::new("plain")])).await;
    let zhangsan = stand.computer("zhangsan");
    let plain = stand.rp("plain").claims(&zhangsan, "openid profile").await;
    for (name, algorithm) in KINDS {
        let rp = stand.rp(&name.to_lowercase());
        let tokens = rp.tokens(&zhangsan, "openid profile").await;
        let page = rp.userinfo(tokens.access_token()).await;
        assert_eq!((page.status, page.header("content-type")), (200, Some("application/jwt")));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(header_of(&page.body)["alg"], name);

        // The same claims as a client is told plainly.
        let mut told = claims_of(&page.body);
        let told = told.as_object_mut().unwrap();
        assert_eq!(told.remove("iss"), Some(json!(stand.issuer)));
        assert_eq!(told.remove("aud"), Some(json!([rp.client.id])));
        assert_eq!(Value::Object(told.clone()), plain);

        let set: JwkSet = serde_json::from_value(keys(&rp).await).expect("a key set");
        let key = set.find(jsonwebtoken::decode_header(&page.body).unwrap().kid.as_deref().unwrap()).expect("its key");
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&[&rp.client.id]);
        validation.set_issuer(&[&stand.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "sub"]);
        let decoded = jsonwebtoken::decode::<Value>(&page.body, &DecodingKey::from_jwk(key).unwrap(), &validation);
        assert_eq!(decoded.expect("genuine").claims["sub"], tokens.id_claims()["sub"]);
    }
}

#[tokio::test]
async fn signed_userinfo_verifies_with_openidconnect() {
    // That crate takes no other algorithm here than RS256, whatever it takes for ID tokens.
    let stand = Stand::of([client("RS256")]).await;
    let (rp, zhangsan) = (stand.rp("rs256"), stand.computer("zhangsan"));
    let tokens = rp.tokens(&zhangsan, "openid profile").await;
    let page = rp.userinfo(tokens.access_token()).await;
    let set: CoreJsonWebKeySet = serde_json::from_value(keys(&rp).await).expect("a key set");
    let verifier = |client: &str| {
        let issuer = IssuerUrl::new(stand.issuer.clone()).unwrap();
        let subject = SubjectIdentifier::new(tokens.id_claims()["sub"].as_str().unwrap().to_owned());
        CoreUserInfoVerifier::new(ClientId::new(client.to_owned()), issuer, set.clone(), Some(subject))
            .require_issuer_match(true)
            .require_audience_match(true)
    };
    let answer = || serde_json::from_value::<Answer>(json!(page.body)).expect("a JWT");
    answer().claims(&verifier(&rp.client.id)).expect("genuine");
    answer().claims(&verifier("another")).expect_err("another audience");
    let (rest, signature) = page.body.rsplit_once('.').unwrap();
    let forged = format!("{rest}.{}", signature.chars().rev().collect::<String>());
    let forged: Answer = serde_json::from_value(json!(forged)).expect("a JWT");
    forged.claims(&verifier(&rp.client.id)).expect_err("another signature");

    // A whole relying party on that crate takes it without a word about it.
    let signed = openid::sign_in(&rp, &zhangsan, &["profile"], CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256).await;
    assert_eq!(signed.userinfo.subject(), signed.id_token.subject());
}

#[tokio::test]
async fn errors_stay_json_and_claims_of_every_scope_are_signed() {
    let stand = Stand::of([client("ES256")]).await;
    let rp = stand.rp("es256");
    let page = rp.userinfo("x").await;
    assert_eq!((page.status, page.header("content-type")), (401, Some("application/json")));
    assert_eq!(page.json()["error"], "invalid_token");
    let phone = stand.client_of("zhangsan").granting("mobile,biz_mail");
    let tokens = rp.tokens(&phone, "openid profile email phone").await;
    let claims = claims_of(&rp.userinfo(tokens.access_token()).await.body);
    assert_eq!(claims["phone_number"], "+8613800000001");
    assert_eq!((&claims["name"], &claims["email_verified"]), (&json!("张三"), &json!(true)));
}
