//! How a client proves itself: `token_endpoint_auth_method`, `client_secret`, `client_secret_hash`.

use argon2::password_hash::phc::PasswordHash;
use secrecy::ExposeSecret as _;

use crate::domain::client::AuthMethod;

use super::client::ClientSecret;
use super::reading::Found;
use super::section::Section;

/// Shorter secrets can be guessed by asking the token endpoint.
const SHORTEST: usize = 16;
const CLEAR: [&str; 2] = ["client_secret", "client_secret_file"];
const HASH: &str = "client_secret_hash";

/// How a client proves itself.
pub(super) struct Authentication {
    /// `token_endpoint_auth_method`.
    pub method: Option<AuthMethod>,
    /// What it is compared with.
    pub secret: Option<ClientSecret>,
    /// Whether it proves nothing but the possession of its own code verifier.
    pub public: bool,
}

/// A key of HMAC-SHA-256 is at least as long as what it makes (RFC 7518 §3.2).
const SHORTEST_KEY: usize = 32;

/// Reads the three keys together, because each excludes something of the others.
pub(super) fn authentication(section: &Section<'_>, loopback: bool) -> Authentication {
    let method = method(section);
    let public = method == Some(AuthMethod::None);
    let given = CLEAR.into_iter().chain([HASH]).find(|key| section.has(key));
    match given {
        Some(key) if public => {
            let remedy = "take it out, or write another token_endpoint_auth_method";
            section.reading.error(&section.place_of(key), "is given to a public client, which cannot keep one", remedy);
        }
        Some(key) if method == Some(AuthMethod::PrivateKeyJwt) => {
            let remedy = "take it out, or write another token_endpoint_auth_method";
            let what = "is given to a client that proves itself by its key";
            section.reading.error(&section.place_of(key), what, remedy);
        }
        None if needs_a_secret(section, method) => {
            let remedy =
                "write client_secret = \"${NAME}\", or token_endpoint_auth_method = \"none\" for a public client";
            section.reading.error(&section.place_of("client_secret"), "is missing", remedy);
        }
        _ => {}
    }
    Authentication { method, secret: secret(section, method, loopback), public }
}

/// `token_endpoint_auth_method`; a client that has keys and nothing else can only use them.
fn method(section: &Section<'_>) -> Option<AuthMethod> {
    let keyed = section.has("jwks") || section.has("jwks_uri");
    let Some(written) = section.word::<AuthMethod>("token_endpoint_auth_method") else {
        let alone = keyed && !section.has("token_endpoint_auth_method");
        let secret = CLEAR.into_iter().chain([HASH]).any(|key| section.has(key));
        return (alone && !secret).then_some(AuthMethod::PrivateKeyJwt);
    };
    if written.value == AuthMethod::PrivateKeyJwt && !keyed {
        let remedy = "write jwks_uri, where the client publishes its keys, or jwks, the keys themselves";
        section.reading.error(&section.place_of("jwks"), "is missing, and jwks_uri as well", remedy);
    }
    Some(written.value)
}

/// Whether nothing else can stand in for the secret; a method that could not be read may be one that needs none.
fn needs_a_secret(section: &Section<'_>, method: Option<AuthMethod>) -> bool {
    let keyed = section.has("jwks") || section.has("jwks_uri");
    match method {
        Some(AuthMethod::None | AuthMethod::PrivateKeyJwt) => false,
        Some(AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost | AuthMethod::ClientSecretJwt) => true,
        None => !keyed && !section.has("token_endpoint_auth_method"),
    }
}

fn secret(section: &Section<'_>, method: Option<AuthMethod>, loopback: bool) -> Option<ClientSecret> {
    let clear = section.secret(CLEAR[0], CLEAR[1]);
    let hash = section.text(HASH);
    if let Some(hash) = &hash {
        if CLEAR.iter().any(|key| section.has(key)) {
            section.reading.error(&hash.place, "is given beside client_secret", "keep one of the two");
        }
        if method == Some(AuthMethod::ClientSecretJwt) {
            let what = "cannot be used by client_secret_jwt, which signs with the secret itself";
            section.reading.error(&hash.place, what, "write client_secret instead");
        }
        return read_hash(section, hash);
    }
    let clear = clear?;
    let length = clear.value.expose_secret().len();
    if method == Some(AuthMethod::ClientSecretJwt) && length < SHORTEST_KEY {
        let what = format!("is shorter than {SHORTEST_KEY} bytes, which client_secret_jwt signs with");
        let remedy = "make a new one of 43 random characters; the application must be given the same";
        section.reading.error(&clear.place, what, remedy);
    } else if length < SHORTEST {
        let what = format!("is shorter than {SHORTEST} characters");
        let remedy = "make a new one of 32 or more random characters; the application must be given the same";
        if loopback {
            section.reading.warning(&clear.place, what, remedy);
        } else {
            section.reading.error(&clear.place, what, remedy);
        }
    }
    Some(ClientSecret::Clear(clear.value))
}

fn read_hash(section: &Section<'_>, hash: &Found<String>) -> Option<ClientSecret> {
    let read = match hash.value.strip_prefix("sha256:") {
        Some(digits) => sha256(digits),
        // The bare digits, as `sha256sum` prints them.
        None => sha256(&hash.value).or_else(|| argon2id(&hash.value)),
    };
    if read.is_none() {
        let remedy = "write what `wecom-oidc hash-secret` prints: sha256: and 64 hexadecimal digits, or $argon2id$…";
        section.reading.error(&hash.place, "is not a hash that can be checked", remedy);
    }
    read
}

fn sha256(digits: &str) -> Option<ClientSecret> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(digits, &mut bytes).ok()?;
    Some(ClientSecret::Sha256(bytes))
}

fn argon2id(text: &str) -> Option<ClientSecret> {
    let hash = PasswordHash::new(text).ok()?;
    let usable = hash.algorithm.as_str() == "argon2id" && hash.salt.is_some() && hash.hash.is_some();
    (usable && argon2::Params::try_from(&hash).is_ok()).then(|| ClientSecret::Argon2id(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::report::Severity::{Error, Warning};
    use super::super::testing::{assert_only, read, with, with_client};
    use super::*;

    const SECRET: &str = "client_secret = \"client-secret-of-the-tests\"";

    fn secret_of(text: &str) -> Option<ClientSecret> {
        let config = read(text).expect("good").config;
        config.clients.values().next().expect("one").secret.clone()
    }

    #[test]
    fn a_confidential_client_has_a_secret_and_a_public_one_has_none() {
        assert_only(&with(SECRET, ""), "clients[0].client_secret", 8, Error);
        let public = "token_endpoint_auth_method = \"none\"";
        assert!(secret_of(&with(SECRET, public)).is_none());
        assert_only(&with_client(public), "clients[0].client_secret", 10, Error);
    }

    #[test]
    fn a_misspelled_method_is_one_problem_even_without_a_secret() {
        let text = with(SECRET, "token_endpoint_auth_method = \"nonne\"");
        assert_only(&text, "clients[0].token_endpoint_auth_method", 10, Error);
    }

    #[test]
    fn a_short_secret_is_for_trying_out_on_loopback_only() {
        let short = with("client-secret-of-the-tests", "fifteen-letters");
        assert_only(&short, "clients[0].client_secret", 10, Error);
        let loopback = short.replace("https://login.example.com", "http://localhost:8080");
        assert_only(&loopback, "clients[0].client_secret", 10, Warning);
    }

    #[test]
    fn a_hash_stands_instead_of_the_secret() {
        let sha = format!("client_secret_hash = \"sha256:{}\"", "0f".repeat(32));
        assert!(matches!(secret_of(&with(SECRET, &sha)), Some(ClientSecret::Sha256(bytes)) if bytes == [0x0f; 32]));
        let argon = "client_secret_hash = \"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l$\
                     AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"";
        assert!(matches!(secret_of(&with(SECRET, argon)), Some(ClientSecret::Argon2id(_))));
        assert_only(&with_client(&sha), "clients[0].client_secret_hash", 12, Error);
    }

    #[test]
    fn a_hash_that_cannot_be_checked_is_a_problem() {
        for wrong in [
            "sha256:00",
            "md5:0f0f",
            "",
            "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21l",
            "$argon2id$v=19$m=1,t=0,p=0$c29tZXNhbHRzb21l$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        ] {
            let text = with(SECRET, &format!("client_secret_hash = \"{wrong}\""));
            assert_only(&text, "clients[0].client_secret_hash", 10, Error);
        }
    }

    #[test]
    fn a_hash_cannot_sign_assertions() {
        let hash = format!("client_secret_hash = \"sha256:{}\"", "0f".repeat(32));
        let text = with(SECRET, &format!("{hash}\ntoken_endpoint_auth_method = \"client_secret_jwt\""));
        assert_only(&text, "clients[0].client_secret_hash", 10, Error);
    }
}
