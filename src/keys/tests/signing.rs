//! Signatures, and the public keys as relying parties see them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
};
use openidconnect::{
    Audience, ClientId, EmptyAdditionalClaims, IssuerUrl, JsonWebKey as _, Nonce, PrivateSigningKey as _,
    StandardClaims, SubjectIdentifier,
};
use serde_json::{Value, json};

use super::TestFolder;
use crate::domain::client::SigningAlgorithm::{self, EdDsa, Es256, Rs256};
use crate::keys::SigningRing;
use crate::keys::jws::algorithm;

fn core(alg: SigningAlgorithm) -> CoreJwsSigningAlgorithm {
    match alg {
        Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        EdDsa => CoreJwsSigningAlgorithm::EdDsa,
    }
}

/// Whether jsonwebtoken takes the token, with the key that its `kid` names.
fn jsonwebtoken_takes(ring: &SigningRing, alg: SigningAlgorithm, token: &str) -> bool {
    let kid = jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    let verifying = ring.verifying(&kid).unwrap();
    assert_eq!(verifying.alg, alg);
    let mut validation = jsonwebtoken::Validation::new(algorithm(alg));
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    jsonwebtoken::decode::<Value>(token, &verifying.decoding, &validation).is_ok()
}

#[test]
fn every_algorithms_id_token_verifies_in_openidconnect_and_in_jsonwebtoken() {
    let ring = TestFolder::started().open().unwrap().ring();
    let issuer = || IssuerUrl::new("https://login.example.com".to_owned()).unwrap();
    let client = || ClientId::new("nocobase".to_owned());
    for alg in SigningAlgorithm::ALL {
        let claims = CoreIdTokenClaims::new(
            issuer(),
            vec![Audience::new("nocobase".to_owned())],
            "2100-01-01T00:00:00Z".parse().unwrap(),
            "2026-11-01T00:00:00Z".parse().unwrap(),
            StandardClaims::new(SubjectIdentifier::new("sub".to_owned())),
            EmptyAdditionalClaims {},
        );
        let token = CoreIdToken::new(claims, &**ring.signer(alg), core(alg), None, None).unwrap();
        let jwks: CoreJsonWebKeySet = serde_json::from_slice(ring.jwks_json()).unwrap();
        let verifier = CoreIdTokenVerifier::new_public_client(client(), issuer(), jwks);
        let verifier = verifier.set_allowed_algs([core(alg)]);
        let outcome = token.claims(&verifier, |_: Option<&Nonce>| Ok(()));
        assert!(outcome.is_ok(), "{alg:?}: {outcome:?}");
        let token = token.to_string();
        assert!(jsonwebtoken_takes(&ring, alg, &token), "{alg:?}");
        let header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
        assert_eq!(header["kid"], ring.signer(alg).kid());
    }
}

#[test]
fn a_typed_token_names_its_kind_and_its_key_and_verifies_in_both() {
    let ring = TestFolder::started().open().unwrap().ring();
    for alg in SigningAlgorithm::ALL {
        let key = ring.signer(alg);
        let token = key.sign_claims("logout+jwt", &json!({ "sub": "a" })).unwrap();
        assert_eq!(jsonwebtoken::decode_header(&token).unwrap().typ.as_deref(), Some("logout+jwt"));
        assert!(jsonwebtoken_takes(&ring, alg, &token), "{alg:?}");
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let public = key.as_verification_key();
        public.verify_signature(&core(alg), message.as_bytes(), &signature).unwrap();
        assert!(public.verify_signature(&core(alg), b"another message", &signature).is_err());
    }
}

#[test]
fn a_key_signs_with_its_own_algorithm_only() {
    let ring = TestFolder::started().open().unwrap().ring();
    for alg in SigningAlgorithm::ALL {
        let key = ring.signer(alg);
        assert!(key.sign(&core(alg), b"m").is_ok());
        for other in SigningAlgorithm::ALL.into_iter().filter(|other| *other != alg) {
            assert!(key.sign(&core(other), b"m").is_err());
        }
        for other in [
            CoreJwsSigningAlgorithm::None,
            CoreJwsSigningAlgorithm::HmacSha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
        ] {
            assert!(key.sign(&other, b"m").is_err());
        }
    }
}

#[test]
fn the_published_keys_hold_no_private_part_and_say_what_they_are_for() {
    let ring = TestFolder::started().open().unwrap().ring();
    let jwks: Value = serde_json::from_slice(ring.jwks_json()).unwrap();
    assert_eq!(jwks, serde_json::to_value(ring.jwks()).unwrap());
    let keys = jwks["keys"].as_array().unwrap();
    let algs: Vec<_> = keys.iter().map(|key| key["alg"].as_str().unwrap()).collect();
    assert_eq!(algs, ["RS256", "ES256", "EdDSA"]);
    let kids: std::collections::BTreeSet<_> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), keys.len());
    let public = ["kty", "use", "kid", "alg", "n", "e", "crv", "x", "y"];
    for key in keys {
        assert_eq!(key["use"], "sig");
        for member in key.as_object().unwrap().keys() {
            assert!(public.contains(&member.as_str()), "{member}");
        }
        assert!(ring.verifying(key["kid"].as_str().unwrap()).is_some());
    }
    assert!(ring.verifying("../../dev/null").is_none());
    let etag = ring.jwks_etag();
    assert!(etag.len() == 24 && etag.starts_with('"') && etag.ends_with('"'), "{etag}");
}
