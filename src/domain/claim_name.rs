//! The name of a claim that an administrator defines: never one by which another kind of token speaks.

use std::fmt;

/// Names with a meaning of the protocol: RFC 7519 §4.1, OpenID Connect Core §2, §3.3.2.11 and §5.6.2, the logout
/// specifications, RFC 7662 §2.2, RFC 7800 §3.1, RFC 8417 §2.2, RFC 8693 §4, RFC 9068 §2.2, RFC 9449 §4.2. With one of
/// them a signed answer of userinfo could pass as an ID token, an access token or a logout token (RFC 8725 §2.8).
const PROTOCOL: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "typ",
    "sid",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "rt_hash",
    "sub_jwk",
    "sub_id",
    "_claim_names",
    "_claim_sources",
    "client_id",
    "scope",
    "act",
    "may_act",
    "cnf",
    "events",
    "toe",
    "txn",
    "active",
    "token_type",
    "token_introspection",
    "htm",
    "htu",
    "ath",
    "authorization_details",
    "trust_chain",
];

/// Names that say what this program has seen to, or whose value no expression can have, and what to do instead.
const OURS: &[(&str, &str)] = &[
    (
        "phone_number",
        "take it out and let the application ask for the scope phone; an expression of another name may hold phone",
    ),
    ("phone_number_verified", "take it out: only a number that WeCom gave is verified"),
    ("email_verified", "take it out: only an address that the corp issued is verified"),
    ("updated_at", "take it out: it is when the member was last read"),
    ("address", "choose another name: this one is an object in every application (OpenID Connect Core §5.1.1)"),
    ("groups", "write a [clients.groups] table instead"),
];

/// The name of an own claim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimName(String);

/// Why a name cannot be given to a claim, and what to do instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// What is wrong with it.
    pub what: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

impl ClaimName {
    /// Takes 1 to 128 characters without blanks and control characters that mean nothing to the protocol. Large and
    /// small letters count as the same there: some libraries read `Sub` as `sub`.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let strange = |c: char| c.is_control() || c.is_whitespace() || is_invisible(c);
        if text.is_empty() || text.chars().count() > 128 || text.chars().any(strange) {
            return Err(Unusable {
                what: "is not a name for a claim",
                remedy: "write 1 to 128 characters without blanks, such as employee_no",
            });
        }
        if is_protocol(text) {
            return Err(Unusable { what: "is a name of the protocol", remedy: "choose another name for the claim" });
        }
        let folded = folded(text);
        match OURS.iter().find(|(name, _)| *name == folded) {
            Some((_, remedy)) => Err(Unusable { what: "is a claim that no expression can make", remedy }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClaimName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a name means something to the protocol, in whatever case.
pub fn is_protocol(name: &str) -> bool {
    PROTOCOL.contains(&folded(name).as_str())
}

/// U+017F and U+212A are s and k to readers that fold by Unicode, as Go's encoding/json does.
fn folded(name: &str) -> String {
    name.chars().map(fold).collect()
}

const fn fold(c: char) -> char {
    match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        other => other.to_ascii_lowercase(),
    }
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threat_12_no_name_of_the_protocol_can_be_given_in_any_case() {
        for name in PROTOCOL {
            for spelt in [(*name).to_owned(), name.to_uppercase(), name.replace('s', "\u{17f}")] {
                assert!(is_protocol(&spelt) && ClaimName::parse(&spelt).is_err(), "{spelt}");
            }
        }
        for (name, _) in OURS {
            assert!(ClaimName::parse(name).is_err() && !is_protocol(name), "{name}");
            let spelt = name.to_uppercase().replace('S', "\u{17f}");
            assert!(ClaimName::parse(&spelt).is_err(), "{spelt}");
        }
    }

    #[test]
    fn a_name_is_one_word_and_may_be_an_address_or_chinese() {
        for name in ["employee_no", "https://example.com/claims/team", "工号", "email", "nickname"] {
            assert_eq!(ClaimName::parse(name).as_ref().map(ClaimName::as_str), Ok(name));
        }
        for name in ["", "a b", "a\n", "s\u{200b}ub", &"x".repeat(129)] {
            assert!(ClaimName::parse(name).is_err(), "{name:?}");
        }
    }
}
