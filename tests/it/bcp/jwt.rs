//! RFC 8725: our own tokens, forged in every way that the practice warns of.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::kinds::{API, Kinds, asks_at_sign_out, encoded, is_a_hint, joined, parts, published, setup};
use crate::support::program::run;
use crate::support::relying_party::forged;
use crate::support::{Client, Program, Setup};
use crate::token::jwt::accepted;

#[tokio::test]
async fn a_signature_counts_under_the_algorithm_of_its_own_key_alone() {
    let program = Program::start(setup()).await;
    let (zhangsan, keys) = (program.computer("zhangsan"), published(&program).await);
    for id in ["app", "es256", "eddsa"] {
        let rp = program.rp(id);
        let genuine = rp.tokens(&zhangsan, "openid").await.id_token().to_owned();
        assert!(is_a_hint(&rp, &zhangsan, &genuine).await);
        let (header, claims, signature) = parts(&genuine);
        let names =
            ["none", "None", "HS256", "HS512", "RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", ""];
        for alg in names.iter().filter(|alg| header["alg"] != **alg) {
            for kid in keys["keys"].as_array().unwrap().iter().map(|key| &key["kid"]) {
                let token = joined(&json!({ "alg": alg, "kid": kid }), &claims, &signature);
                assert!(!is_a_hint(&rp, &zhangsan, &token).await, "{alg} {kid}");
            }
        }
        for token in forged(&genuine, &keys) {
            assert!(!is_a_hint(&rp, &zhangsan, &token).await, "{token}");
            assert!(asks_at_sign_out(&rp, &zhangsan, &token).await, "{token}");
        }
    }
}

#[tokio::test]
async fn nothing_weak_is_offered_published_or_configurable() {
    let program = Program::start(setup()).await;
    let rp = program.rp("app");
    let address = rp.endpoint("/.well-known/openid-configuration");
    let metadata: Value = rp.http.get(address).send().await.unwrap().json().await.unwrap();
    for (name, value) in metadata.as_object().unwrap().iter().filter(|(name, _)| name.contains("signing_alg")) {
        let offered: Vec<&str> = value.as_array().unwrap().iter().map(|alg| alg.as_str().unwrap()).collect();
        assert!(!offered.contains(&"none"), "{name}: {offered:?}");
        let ours = name.starts_with("id_token") || name.starts_with("userinfo");
        assert!(!ours || offered.iter().all(|alg| ["RS256", "ES256", "EdDSA"].contains(alg)), "{name}: {offered:?}");
    }
    for key in published(&program).await["keys"].as_array().unwrap() {
        assert_eq!(key["use"], "sig");
        match key["kty"].as_str().unwrap() {
            // 2 048 bits are 256 bytes, which are 342 letters.
            "RSA" => assert!(key["n"].as_str().unwrap().len() >= 342 && key["e"] == "AQAB"),
            "EC" => assert_eq!(key["crv"], "P-256"),
            "OKP" => assert_eq!(key["crv"], "Ed25519"),
            other => panic!("a key of the kind {other}"),
        }
    }
    let written = program.configuration();
    let secret = program.rp("es256").client.secret.unwrap();
    for (good, bad, key) in [
        ("\"ES256\"", "\"none\"", "id_token_signed_response_alg"),
        ("\"ES256\"", "\"HS256\"", "id_token_signed_response_alg"),
        ("\"RS256\"", "\"HS256\"", "userinfo_signed_response_alg"),
        (&secret, "fifteen-letters", "client_secret"),
    ] {
        program.write(&written.replace(good, bad));
        let (status, said, _) = run(&["check-config", "--config", "config.toml"], program.folder());
        // A short secret is warned of: the application may not let its operator choose another.
        assert_eq!(status, i32::from(key != "client_secret"), "{key} = {bad}: {said}");
        assert!(said.contains(key), "{key} = {bad}: {said}");
    }
}

#[tokio::test]
async fn a_signature_that_was_touched_anywhere_is_none() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let genuine = Kinds::of(&rp, &zhangsan).await;
    let (header, claims, signature) = parts(&genuine.id_token);
    let mut wrong: Vec<Vec<u8>> = vec![Vec::new(), signature[1..].to_vec(), signature[..255].to_vec()];
    wrong.push([&signature[..], &[0]].concat());
    wrong.push([&[0], &signature[..]].concat());
    wrong.extend((0..256).step_by(17).map(|at| {
        let mut touched = signature.clone();
        touched[at] ^= 1;
        touched
    }));
    for signature in wrong {
        let token = joined(&header, &claims, &signature);
        assert!(!is_a_hint(&rp, &zhangsan, &token).await, "{token}");
    }
    // The signature of one kind over the claims of another.
    let (_, _, of_access) = parts(&genuine.access_token);
    assert!(!is_a_hint(&rp, &zhangsan, &joined(&header, &claims, &of_access)).await);
    for (name, value) in [("sub", json!("somebody-else")), ("aud", json!(["other"])), ("exp", json!(9_999_999_999u64))]
    {
        let mut changed = claims.clone();
        changed[name] = value;
        assert!(!is_a_hint(&rp, &zhangsan, &joined(&header, &changed, &signature)).await, "{name}");
    }
    let mut with_typ = header.clone();
    with_typ["typ"] = json!("JWT");
    assert!(!is_a_hint(&rp, &zhangsan, &joined(&with_typ, &claims, &signature)).await);
    assert!(is_a_hint(&rp, &zhangsan, &genuine.id_token).await);
}

#[tokio::test]
async fn a_signature_of_zeros_and_points_off_the_curve_is_none() {
    let program = Program::start(setup()).await;
    let zhangsan = program.computer("zhangsan");
    for id in ["app", "es256", "eddsa"] {
        let rp = program.rp(id);
        let (header, claims, signature) = parts(rp.tokens(&zhangsan, "openid").await.id_token());
        // r = s = 0 (CVE-2022-21449), the order of P-256 for both, the neutral point of Ed25519, and all ones.
        let order = [&[0xff; 4][..], &[0; 4], &[0xff; 8], &[0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84]].concat();
        let order = [order, vec![0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51]].concat();
        let neutral = [&[1][..], &[0; 63]].concat();
        for vector in [vec![0; signature.len()], vec![0xff; signature.len()], [&order[..], &order].concat(), neutral] {
            let token = joined(&header, &claims, &vector);
            assert!(!is_a_hint(&rp, &zhangsan, &token).await, "{id} {}", vector.len());
        }
        if id == "es256" {
            // DER instead of the two numbers side by side (RFC 7518 §3.4).
            let half = |bytes: &[u8]| [&[2, 33, 0][..], bytes].concat();
            let der = [half(&signature[..32]), half(&signature[32..])].concat();
            let der = [&[0x30, u8::try_from(der.len()).unwrap()][..], &der].concat();
            assert!(!is_a_hint(&rp, &zhangsan, &joined(&header, &claims, &der)).await);
        }
    }
}

#[tokio::test]
async fn nothing_that_is_encrypted_compressed_or_nested_is_looked_into() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let genuine = Kinds::of(&rp, &zhangsan).await.id_token;
    let (header, claims, signature) = parts(&genuine);
    let mut compressed = header.clone();
    compressed["zip"] = json!("DEF");
    let mut nested = header.clone();
    nested["cty"] = json!("JWT");
    let mut critical = header.clone();
    critical["crit"] = json!(["exp"]);
    let jwe = json!({ "alg": "RSA-OAEP", "enc": "A256GCM", "zip": "DEF", "kid": header["kid"] });
    let mut tokens = vec![format!(
        "{}.{}.{}.{}.{}",
        encoded(jwe.to_string()),
        encoded("k"),
        encoded("i"),
        encoded("c"),
        encoded("t")
    )];
    tokens.extend([&compressed, &nested, &critical].map(|header| joined(header, &claims, &signature)));
    tokens.push(format!("{}.{}.{}", encoded(header.to_string()), encoded(&genuine), encoded(&signature)));
    tokens.push(json!({ "payload": encoded(claims.to_string()), "signatures": [{ "protected": encoded(header.to_string()), "signature": encoded(&signature) }] }).to_string());
    tokens.extend([format!("{genuine}.{genuine}"), format!("..{genuine}"), "..".to_owned(), "a.b.c".to_owned()]);
    for token in tokens {
        assert!(!is_a_hint(&rp, &zhangsan, &token).await, "{token}");
        assert_eq!(rp.userinfo(&token).await.status, 401, "{token}");
    }
}

#[tokio::test]
async fn claims_that_are_no_utf_8_are_none() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let (header, claims, signature) = parts(&Kinds::of(&rp, &zhangsan).await.id_token);
    let wide = |text: String| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let with_bom = |text: String| [&[0xef, 0xbb, 0xbf][..], text.as_bytes()].concat();
    for (head, body) in [
        (wide(header.to_string()), claims.to_string().into_bytes()),
        (header.to_string().into_bytes(), wide(claims.to_string())),
        (with_bom(header.to_string()), claims.to_string().into_bytes()),
        (header.to_string().into_bytes(), b"{\"sub\":\"\xff\xfe\"}".to_vec()),
        (vec![0xff; 40], vec![0xfe; 40]),
    ] {
        let token = format!("{}.{}.{}", encoded(head), encoded(body), encoded(&signature));
        assert!(!is_a_hint(&rp, &zhangsan, &token).await, "{token}");
    }
}

#[tokio::test]
async fn a_token_under_our_own_keys_with_another_issuer_is_none_of_ours() {
    // Every bridge of the tests has the same keys: what the other one signs verifies here, but for its issuer.
    let (here, there) = (Program::start(setup()).await, Program::start(setup()).await);
    let foreign = Kinds::of(&there.rp("app"), &there.computer("zhangsan")).await;
    let (rp, zhangsan) = (here.rp("app"), here.computer("zhangsan"));
    let own = Kinds::of(&rp, &zhangsan).await;
    assert_eq!(parts(&own.id_token).0["kid"], parts(&foreign.id_token).0["kid"]);
    assert_eq!(parts(&own.id_token).1["sub"], parts(&foreign.id_token).1["sub"]);
    for (kind, token) in foreign.all() {
        assert!(!is_a_hint(&rp, &zhangsan, token).await, "{kind}");
        assert!(asks_at_sign_out(&rp, &zhangsan, token).await, "{kind}");
        assert_eq!(rp.userinfo(token).await.status, 401, "{kind}");
    }
    accepted(&rp, &own.access_token, &here.issuer).await.expect("ours");
    accepted(&rp, &foreign.access_token, &there.issuer).await.expect_err("another issuer");
}

#[tokio::test]
async fn headers_that_point_elsewhere_are_never_followed() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let (header, claims, signature) = parts(&Kinds::of(&rp, &zhangsan).await.id_token);
    let bait = TcpListener::bind("127.0.0.1:0").unwrap();
    bait.set_nonblocking(true).unwrap();
    let address = format!("http://{}/keys", bait.local_addr().unwrap());
    let long = "k".repeat(2_000);
    for (name, value) in [
        ("jku", json!(address)),
        ("x5u", json!(address)),
        ("jwk", published(&program).await["keys"][0].clone()),
        ("x5c", json!(["MIIB"])),
        ("kid", json!("../../../../etc/passwd")),
        ("kid", json!("' OR 1=1 --")),
        ("kid", json!(["a", "b"])),
        ("kid", json!(null)),
        ("kid", json!("")),
        ("kid", json!(long)),
    ] {
        let mut pointing = header.clone();
        pointing[name] = value;
        let token = joined(&pointing, &claims, &signature);
        assert!(!is_a_hint(&rp, &zhangsan, &token).await, "{name}");
        assert!(asks_at_sign_out(&rp, &zhangsan, &token).await, "{name}");
    }
    assert!(bait.accept().is_err(), "somebody looked where a header pointed");
}

#[tokio::test]
async fn each_kind_of_token_says_what_it_is() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let kinds = Kinds::of(&rp, &zhangsan).await;
    assert_eq!(parts(&kinds.access_token).0["typ"], "at+jwt");
    // Neither Core §2 nor §5.3.2 knows a type for these two; what they must hold and must not keeps them apart.
    for (token, times) in [(&kinds.id_token, true), (&kinds.userinfo, false)] {
        let (header, claims, _) = parts(token);
        assert!(header.get("typ").is_none_or(|typ| typ == "JWT"), "{header}");
        assert_eq!((claims.get("exp").is_some(), claims.get("iat").is_some()), (times, times));
    }
    for text in [&kinds.refresh_token, &kinds.code] {
        assert!(text.len() == 43 && !text.contains('.'));
    }
}

#[tokio::test]
async fn tokens_of_one_kind_are_nothing_in_any_other_place() {
    let program = Program::start(setup()).await;
    let (rp, zhangsan) = (program.rp("app"), program.computer("zhangsan"));
    let kinds = Kinds::of(&rp, &zhangsan).await;
    for (kind, token) in kinds.all() {
        assert_eq!(is_a_hint(&rp, &zhangsan, token).await, kind == "ID token", "{kind} as a hint");
        assert_eq!(rp.userinfo(token).await.status == 200, kind == "access token", "{kind} at userinfo");
        assert_eq!(accepted(&rp, token, &program.issuer).await.is_ok(), kind == "access token", "{kind} at a service");
        if kind != "refresh token" {
            rp.refresh(token).await.assert_refused(400, "invalid_grant");
        }
        if kind != "code" {
            rp.redeem(token).await.assert_refused(400, "invalid_grant");
        }
        if kind != "ID token" {
            assert!(asks_at_sign_out(&rp, &zhangsan, token).await, "{kind} at the sign-out");
        }
    }
    // And of another client the same kind is nothing either.
    let others = Kinds::of(&program.rp("other"), &zhangsan).await;
    assert!(!is_a_hint(&rp, &zhangsan, &others.id_token).await);
    rp.refresh(&others.refresh_token).await.assert_refused(400, "invalid_grant");
    rp.redeem(&others.code).await.assert_refused(400, "invalid_grant");
    // In its own place each is still good.
    rp.refresh(&kinds.refresh_token).await.good();
    rp.redeem(&kinds.code).await.good();
    assert!(!asks_at_sign_out(&rp, &zhangsan, &kinds.id_token).await);
}

#[tokio::test]
async fn a_token_for_one_service_is_nothing_at_another() {
    let files = "https://files.example";
    let lines = format!("access_token_format = \"jwt\"\nresources = [\"{API}\", \"{files}\"]");
    let program = Program::start(Setup::of([Client::new("app").with(&lines)])).await;
    let rp = program.rp("app");
    let code = program.computer("zhangsan").walk(&rp.request().add("resource", API).url()).await.answer().code();
    let tokens = rp.redeem(&code).await.good();
    accepted(&rp, tokens.access_token(), API).await.expect("its own");
    for other in [files, "https://api.example/", program.issuer.as_str(), "app"] {
        accepted(&rp, tokens.access_token(), other).await.expect_err(other);
    }
    assert_eq!(rp.userinfo(tokens.access_token()).await.status, 401);
    // Nor does its scope grow beyond what was granted (RFC 9700 §2.3).
    assert_eq!(parts(tokens.access_token()).1["scope"], "openid");
}
