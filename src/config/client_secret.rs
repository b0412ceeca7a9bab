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

/// Reads the three keys together, because each excludes something of the others.
pub(super) fn authentication(section: &Section<'_>, loopback: bool) -> Authentication {
    let method = section.word::<AuthMethod>("token_endpoint_auth_method").map(|found| found.value);
    let public = method == Some(AuthMethod::None);
    let given = CLEAR.into_iter().chain([HASH]).find(|key| section.has(key));
    match given {
        Some(key) if public => {
            let remedy = "take it out, or write another token_endpoint_auth_method";
            section.reading.error(&section.place_of(key), "is given to a public client, which cannot keep one", remedy);
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
    if clear.value.expose_secret().len() < SHORTEST {
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
        None => argon2id(&hash.value),
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
