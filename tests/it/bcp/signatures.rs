//! RFC 8725 §3.1, §3.3, §3.4, §3.6, §3.7, §3.10: our own tokens with another proof, another coding, another header.

use std::net::TcpListener;

use serde_json::json;

use super::kinds::{Kinds, asks_at_sign_out, encoded, is_a_hint, joined, parts, setup};
use crate::support::Program;
use crate::support::relying_party::forged;

#[tokio::test]
async fn a_signature_counts_under_the_algorithm_of_its_own_key_alone() {
    let program = Program::start(setup()).await;
    let (zhangsan, keys) = (program.computer("zhangsan"), program.rp("app").keys().await);
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
        ("jwk", program.rp("app").keys().await["keys"][0].clone()),
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
