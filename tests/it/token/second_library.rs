//! Every kind of token we mint verifies in two libraries that are not the one it was minted with.

use jsonwebtoken::jwk::{AlgorithmParameters, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use openidconnect::Nonce;
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{ClientId, IssuerUrl};
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
