//! The keys of a client that speak of the protocol alone: scopes, grants, algorithms, PKCE.

use serde::de::DeserializeOwned;

use crate::domain::client::GrantType;
use crate::domain::scope::{Scope, Scopes};

use super::schema::nearest;
use super::section::Section;

/// One word of a closed list, or its default.
pub(super) fn word<T: DeserializeOwned + Default>(section: &Section<'_>, key: &str) -> T {
    section.word(key).map(|found| found.value).unwrap_or_default()
}

/// `require_pkce`: a public client has nothing else to prove itself by (RFC 9700 §2.1.1).
pub(super) fn require_pkce(section: &Section<'_>, public: bool) -> bool {
    let written = section.flag("require_pkce");
    if let Some(found) = written.as_ref().filter(|found| public && !found.value) {
        let what = "cannot be false for a public client";
        section.reading.error(&found.place, what, "take it out, or give the client a client_secret");
    }
    public || written.is_some_and(|found| found.value)
}

/// `grant_types`; without them, the code and its refresh tokens.
pub(super) fn grant_types(section: &Section<'_>) -> Vec<GrantType> {
    let Some(list) = section.texts("grant_types") else {
        return vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    };
    let mut grants: Vec<GrantType> = Vec::new();
    for grant in list.value.iter().filter_map(|text| section.as_word(text)) {
        if !grants.contains(&grant.value) {
            grants.push(grant.value);
        }
    }
    if !grants.contains(&GrantType::AuthorizationCode) {
        let remedy = "add \"authorization_code\": every sign-in begins with it";
        section.reading.error(&list.place, "leaves authorization_code out", remedy);
    }
    grants
}

/// `scope`; without it everything, but groups only beside a table that describes them.
pub(super) fn scopes(section: &Section<'_>) -> Scopes {
    let Some(text) = section.text("scope") else {
        return if section.has("groups") { Scopes::all() } else { Scopes::all().without(Scope::Groups) };
    };
    let known = || Scope::ALL.into_iter().map(Scope::as_str);
    for word in text.value.split(' ').filter(|word| !word.is_empty() && !known().any(|k| k == *word)) {
        let remedy = match nearest(word, known()) {
            Some(near) => format!("write {near}"),
            None => format!("choose from {}", Scopes::all()),
        };
        section.reading.error(&text.place, "holds a value that is not a scope of this provider", remedy);
    }
    let scopes = Scopes::parse(&text.value);
    if !scopes.has(Scope::OpenId) {
        section.reading.error(&text.place, "leaves openid out", "add openid: nothing works without it");
    }
    scopes
}

#[cfg(test)]
mod tests {
    use super::super::report::Severity::{Error, Warning};
    use super::super::testing::{GOOD, assert_only, client, problems, read, with, with_client};
    use super::*;
    use crate::domain::client::SigningAlgorithm;

    #[test]
    fn without_a_word_a_client_may_ask_for_everything_there_is() {
        let client = client(GOOD);
        assert_eq!(client.scopes.to_string(), "openid profile email phone offline_access");
        assert_eq!(client.grant_types, [GrantType::AuthorizationCode, GrantType::RefreshToken]);
        assert_eq!((client.id_token_alg, client.require_pkce), (SigningAlgorithm::Rs256, false));
    }

    #[test]
    fn scopes_are_known_ones_and_openid_is_among_them() {
        assert_eq!(client(&with_client("scope = \"openid email\"")).scopes, Scopes::parse("openid email"));
        assert_only(&with_client("scope = \"openid emial\""), "clients[0].scope", 12, Error);
        assert_only(&with_client("scope = \"profile\""), "clients[0].scope", 12, Error);
        assert_eq!(problems(&with_client("scope = \"api:read\"")).len(), 2);
    }

    #[test]
    fn a_public_client_always_needs_pkce() {
        let public = |more: &str| {
            let method = format!("token_endpoint_auth_method = \"none\"\n{more}");
            with("client_secret = \"client-secret-of-the-tests\"", &method)
        };
        assert!(client(&public("")).require_pkce);
        assert!(client(&with_client("require_pkce = true")).require_pkce);
        assert_only(&public("require_pkce = false"), "clients[0].require_pkce", 11, Error);
        assert_only(&with_client("require_pkce = \"yes\""), "clients[0].require_pkce", 12, Error);
    }

    #[test]
    fn introspection_is_plain_unless_a_known_algorithm_is_named() {
        assert_eq!(client(GOOD).introspection_alg, None);
        let named = |word: &str| with_client(&format!("introspection_signed_response_alg = \"{word}\""));
        assert_eq!(client(&named("none")).introspection_alg, None);
        assert_eq!(client(&named("ES256")).introspection_alg, Some(SigningAlgorithm::Es256));
        assert_only(&named("HS256"), "clients[0].introspection_signed_response_alg", 12, Error);
    }

    #[test]
    fn a_client_may_have_to_push_its_requests() {
        assert!(!client(GOOD).require_pushed);
        assert!(client(&with_client("require_pushed_authorization_requests = true")).require_pushed);
        assert_only(
            &with_client("require_pushed_authorization_requests = 1"),
            "clients[0].require_pushed_authorization_requests",
            12,
            Error,
        );
        let nocobase = with_client("require_pushed_authorization_requests = true\nprofile = \"nocobase\"");
        assert_only(&nocobase, "clients[0].require_pushed_authorization_requests", 12, Warning);
    }

    #[test]
    fn grants_are_known_ones_and_the_code_is_among_them() {
        assert_only(&with_client("grant_types = [\"refresh_token\"]"), "clients[0].grant_types", 12, Error);
        let unknown = "grant_types = [\"authorization_code\",\n\"password\"]";
        assert_only(&with_client(unknown), "clients[0].grant_types[1]", 13, Error);
    }

    #[test]
    fn words_are_those_of_their_list_and_the_remedy_names_them() {
        for key in [
            "id_token_signed_response_alg",
            "sign_in_page",
            "consent",
            "phone",
            "profile",
            "subject",
            "application_type",
        ] {
            assert_only(&with_client(&format!("{key} = \"xxxxxx\"")), &format!("clients[0].{key}"), 12, Error);
        }
        let report = read(&with_client("id_token_signed_response_alg = \"RS255\"")).expect_err("unknown");
        assert_eq!(report.problems[0].remedy, "write \"RS256\"; there are \"RS256\", \"ES256\", \"EdDSA\"");
    }
}
