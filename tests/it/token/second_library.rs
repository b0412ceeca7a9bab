//! Every kind of token we mint verifies in two libraries that are not the one it was minted with; signed userinfo: `signed_userinfo`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use openidconnect::Nonce;
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{ClientId, IssuerUrl};
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use serde_json::Value;

use crate::support::{Client, RelyingParty, Stand, openid};

const KINDS: [(&str, Algorithm, CoreJwsSigningAlgorithm); 3] = [
    ("RS256", Algorithm::RS256, CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
    ("ES256", Algorithm::ES256, CoreJwsSigningAlgorithm::EcdsaP256Sha256),
    ("EdDSA", Algorithm::EdDSA, CoreJwsSigningAlgorithm::EdDsa),
];

fn clients() -> Vec<Client> {
    let client =
        |alg: &str| Client::new(&alg.to_lowercase()).with(&format!("id_token_signed_response_alg = \"{alg}\""));
    KINDS.iter().map(|(name, ..)| client(name)).collect()
}

async fn keys(rp: &RelyingParty) -> Value {
    rp.http.get(rp.endpoint("/jwks.json")).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn id_tokens_of_codes_and_of_refreshes_verify_with_jsonwebtoken() {
    let stand = Stand::of(clients()).await;
    let zhangsan = stand.computer("zhangsan");
    for (name, algorithm, _) in KINDS {
        let rp = stand.rp(&name.to_lowercase());
        let set: JwkSet = serde_json::from_value(keys(&rp).await).expect("a key set");
        let first = rp.tokens(&zhangsan, "openid offline_access").await;
        let second = rp.refresh(first.refresh_token()).await.good();
        for token in [first.id_token(), second.id_token()] {
            let header = jsonwebtoken::decode_header(token).expect("a header");
            assert_eq!(header.alg, algorithm);
            let key = set.find(header.kid.as_deref().expect("a kid")).expect("a published key");
            assert!(!matches!(key.algorithm, AlgorithmParameters::OctetKey(_)));
            let mut validation = Validation::new(algorithm);
            validation.set_audience(&[&rp.client.id]);
            validation.set_issuer(&[&stand.issuer]);
            validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
            let key = DecodingKey::from_jwk(key).expect("a usable key");
            jsonwebtoken::decode::<Value>(token, &key, &validation).expect("a genuine token");

            let (rest, signature) = token.rsplit_once('.').unwrap();
            let forged = format!("{rest}.{}", signature.chars().rev().collect::<String>());
            assert!(jsonwebtoken::decode::<Value>(&forged, &key, &validation).is_err());
        }
    }
}

#[tokio::test]
async fn id_tokens_of_codes_and_of_refreshes_verify_with_openidconnect() {
    let stand = Stand::of(clients()).await;
    let zhangsan = stand.computer("zhangsan");
    for (name, _, algorithm) in KINDS {
        let rp = stand.rp(&name.to_lowercase());
        let signed = openid::sign_in(&rp, &zhangsan, &["offline_access"], algorithm.clone()).await;
        let set: CoreJsonWebKeySet = serde_json::from_value(keys(&rp).await).expect("a key set");
        let refresh = openidconnect::OAuth2TokenResponse::refresh_token(&signed.tokens).expect("a refresh token");
        let second = rp.refresh(refresh.secret()).await.good();
        let token: CoreIdToken = second.id_token().parse().expect("a token");
        let issuer = IssuerUrl::new(stand.issuer.clone()).unwrap();
        let verifier = CoreIdTokenVerifier::new_public_client(ClientId::new(rp.client.id.clone()), issuer, set)
            .set_allowed_algs([algorithm]);
        let no_nonce = |nonce: Option<&Nonce>| nonce.map_or(Ok(()), |_| Err("a nonce at a refresh".to_owned()));
        let claims = token.claims(&verifier, no_nonce).expect("a genuine token");
        assert_eq!(claims.subject(), signed.id_token.subject());
    }
}

/// RFC 8017 §9.2: what stands before a SHA-256 digest in a signature.
const SHA256_PREFIX: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

#[tokio::test]
async fn jwt_access_tokens_verify_with_jsonwebtoken_and_with_rsa() {
    let stand = Stand::of([Client::new("app").with("access_token_format = \"jwt\"")]).await;
    let app = stand.app();
    let first = app.tokens(&stand.computer("zhangsan"), "openid offline_access").await;
    let second = app.refresh(first.refresh_token()).await.good();
    let set = keys(&app).await;
    for tokens in [&first, &second] {
        let token = tokens.access_token();
        super::jwt::accepted(&app, token, &stand.issuer).await.expect("genuine");

        let (signed, signature) = token.rsplit_once('.').unwrap();
        let kid = super::jwt::header_of(token)["kid"].clone();
        let key = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).expect("its key");
        let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let number = |name: &str| BigUint::from_bytes_be(&bytes(key[name].as_str().unwrap()));
        let key = RsaPublicKey::new(number("n"), number("e")).expect("a key");
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, signed.as_bytes());
        let scheme = || Pkcs1v15Sign { hash_len: Some(32), prefix: Box::new(SHA256_PREFIX) };
        let mut signature = bytes(signature);
        key.verify(scheme(), digest.as_ref(), &signature).expect("genuine");
        signature[100] ^= 1;
        key.verify(scheme(), digest.as_ref(), &signature).expect_err("touched");
    }
}
