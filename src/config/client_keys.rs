//! The public keys of a client: `jwks` (RFC 7517 §5), written out, or `jwks_uri`, where they are published.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

use crate::domain::jwk::{KeySet, MOST, PublicJwk};

use super::client::ClientKeys;
use super::reading::Place;
use super::section::Section;

const AS_A_SET: &str = "write jwks = { keys = [{ kty = \"EC\", crv = \"P-256\", kid = \"…\", x = \"…\", y = \"…\" }] }";

/// Reads both keys together, because one excludes the other. `uri` is `jwks_uri`, already read as an address.
pub(super) fn keys(section: &Section<'_>, uri: Option<Url>) -> Option<ClientKeys> {
    let place = section.place_of("jwks");
    if section.has("jwks") && section.has("jwks_uri") {
        let remedy = "keep jwks_uri where the client publishes its keys, otherwise jwks";
        section.reading.error(&place, "is given beside jwks_uri", remedy);
    }
    match section.get("jwks").map(Spanned::get_ref) {
        Some(DeValue::Table(table)) => set(section, &place, table).map(ClientKeys::Inline),
        Some(other) => {
            section.wrong_type(&place, other, "a table", AS_A_SET);
            None
        }
        None => uri.map(ClientKeys::At),
    }
}

fn set(section: &Section<'_>, place: &Place, table: &DeTable<'_>) -> Option<KeySet> {
    let Some(DeValue::Array(keys)) = table.get("keys").map(Spanned::get_ref) else {
        section.reading.error(place, "holds no list `keys`", AS_A_SET);
        return None;
    };
    if keys.is_empty() || keys.len() > MOST {
        let what = format!("holds {} keys", keys.len());
        section.reading.error(place, what, format!("write 1 to {MOST} keys: the present one and the next are enough"));
        return None;
    }
    let (mut read, mut names) = (Vec::new(), BTreeMap::<String, usize>::new());
    for (number, value) in keys.iter().enumerate() {
        let place = Place { key: format!("{}.keys[{number}]", place.key), at: Some(value.span().start) };
        let Some(key) = key(section, &place, value.get_ref()) else { continue };
        match key.kid.clone() {
            None => {
                let remedy = "give each key a kid, and let the client name it in the header of what it signs";
                section.reading.error(&place, "has no kid", remedy);
            }
            Some(kid) => {
                if let Some(first) = names.insert(kid, number) {
                    let what = format!("has the kid of keys[{first}] too");
                    section.reading.error(&place, what, "give each key a kid of its own");
                }
            }
        }
        read.push(key);
    }
    Some(KeySet::new(read))
}

fn key(section: &Section<'_>, place: &Place, value: &DeValue<'_>) -> Option<PublicJwk> {
    let DeValue::Table(table) = value else {
        section.wrong_type(place, value, "a table", AS_A_SET);
        return None;
    };
    let mut members = Map::new();
    for (name, value) in table {
        let value = match value.get_ref() {
            DeValue::String(text) => Value::String(section.reading.expanded(text, place)?),
            DeValue::Array(list) => list.iter().filter_map(|one| one.get_ref().as_str()).collect(),
            // No member of a public key that is read here has another type.
            _ => Value::Null,
        };
        members.insert(name.get_ref().to_string(), value);
    }
    PublicJwk::read(&members).map_err(|fault| section.reading.error(place, fault.to_string(), fault.remedy())).ok()
}

#[cfg(test)]
mod tests {
    use super::super::client::ClientKeys;
    use super::super::report::Severity::Error;
    use super::super::testing::{assert_only, client, problems, read, with, with_client};
    use crate::domain::client::AuthMethod;

    const SECRET: &str = "client_secret = \"client-secret-of-the-tests\"";
    const EC: &str = "kty = \"EC\", crv = \"P-256\", x = \"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\", y = \"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"";

    fn keys(list: &str) -> String {
        with_client(&format!("jwks = {{ keys = [{list}] }}"))
    }

    #[test]
    fn keys_are_written_out_or_named_by_their_address_but_not_both() {
        let inline = client(&keys(&format!("{{ {EC}, kid = \"1\" }}")));
        assert!(matches!(inline.keys, Some(ClientKeys::Inline(set)) if set.keys().len() == 1));
        let at = "jwks_uri = \"https://nb.example.com/jwks\"";
        assert!(matches!(client(&with_client(at)).keys, Some(ClientKeys::At(_))));
        let both = format!("jwks = {{ keys = [{{ {EC}, kid = \"1\" }}] }}\n{at}");
        assert_only(&with_client(&both), "clients[0].jwks", 12, Error);
        assert_only(&with_client("jwks_uri = \"http://nb.example.com/jwks\""), "clients[0].jwks_uri", 12, Error);
        let loopback = with_client("jwks_uri = \"http://127.0.0.1/jwks\"");
        assert!(client(&loopback.replace("https://login.example.com", "http://localhost:8080")).keys.is_some());
        let headers = format!("[clients.jwks]\n[[clients.jwks.keys]]\n{}\nkid = \"1\"", EC.replace(", ", "\n"));
        assert!(client(&with_client(&headers)).keys.is_some());
    }

    #[test]
    fn each_key_is_told_what_is_wrong_with_it_at_its_place() {
        assert_only(&with_client("jwks = \"{}\""), "clients[0].jwks", 12, Error);
        assert_only(&with_client("jwks = {}"), "clients[0].jwks", 12, Error);
        assert_only(&with_client("jwks = { keys = [] }"), "clients[0].jwks", 12, Error);
        assert_only(&keys("3"), "clients[0].jwks.keys[0]", 12, Error);
        assert_only(&keys(&format!("{{ {EC} }}")), "clients[0].jwks.keys[0]", 12, Error);
        assert_only(&keys(&format!("{{ {EC}, kid = \"1\", d = \"AA\" }}")), "clients[0].jwks.keys[0]", 12, Error);
        assert_only(&keys("{ kty = \"oct\", k = \"AA\", kid = \"1\" }"), "clients[0].jwks.keys[0]", 12, Error);
        let doubled = format!("{{ {EC}, kid = \"1\" }},\n{{ {EC}, kid = \"1\" }}");
        assert_only(&keys(&doubled), "clients[0].jwks.keys[1]", 13, Error);
        let many = vec![format!("{{ {EC}, kid = \"1\" }}"); 33].join(",");
        assert_only(&keys(&many), "clients[0].jwks", 12, Error);
        let report = read(&keys(&format!("{{ {EC}, kid = \"1\", d = \"a-private-number\" }}"))).expect_err("private");
        assert!(!format!("{report:?}").contains("a-private-number"));
    }

    #[test]
    fn threat_11_the_method_says_what_a_client_needs_and_what_it_may_not_have() {
        let keys = format!("jwks = {{ keys = [{{ {EC}, kid = \"1\" }}] }}");
        let method = |name: &str| format!("token_endpoint_auth_method = \"{name}\"");
        let assertion = client(&with(SECRET, &format!("{}\n{keys}", method("private_key_jwt"))));
        assert_eq!(assertion.auth_method, Some(AuthMethod::PrivateKeyJwt));
        // With keys and nothing else, there is only one way.
        assert_eq!(client(&with(SECRET, &keys)).auth_method, Some(AuthMethod::PrivateKeyJwt));
        // Keys beside a secret are for request objects.
        assert_eq!(client(&with_client(&keys)).auth_method, None);
        let without = with(SECRET, &method("private_key_jwt"));
        assert_only(&without, "clients[0].jwks", 8, Error);
        let beside = with_client(&format!("{}\n{keys}", method("private_key_jwt")));
        assert_only(&beside, "clients[0].client_secret", 10, Error);
    }

    #[test]
    fn threat_11_a_secret_that_signs_has_as_many_bytes_as_its_digest() {
        let signing = |secret: &str| {
            with_client("token_endpoint_auth_method = \"client_secret_jwt\"")
                .replace("client-secret-of-the-tests", secret)
        };
        assert_eq!(client(&signing(&"s".repeat(32))).auth_method, Some(AuthMethod::ClientSecretJwt));
        assert_only(&signing(&"s".repeat(31)), "clients[0].client_secret", 10, Error);
        let loopback = signing(&"s".repeat(31)).replace("https://login.example.com", "http://localhost:8080");
        assert_only(&loopback, "clients[0].client_secret", 10, Error);
        assert_eq!(problems(&signing(&"s".repeat(32))), []);
    }
}
