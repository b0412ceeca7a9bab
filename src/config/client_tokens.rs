//! The keys of a client that say what its tokens and claims look like: form, audience, signature, subject.

use crate::domain::client::{SigningAlgorithm, SubjectType};
use crate::domain::redirect::RedirectUri;
use crate::domain::resource::{InvalidResource, Resource};
use crate::domain::sector::{NoSector, Sector};

use super::client_protocol::word;
use super::section::Section;

/// The most resources of one client: all of them may stand in one access token, and that in one header.
const MOST: usize = 8;

/// `resources`: what its access tokens may be for (RFC 8707).
pub(super) fn resources(section: &Section<'_>) -> Vec<Resource> {
    let Some(list) = section.texts("resources") else { return Vec::new() };
    if list.value.len() > MOST {
        let what = format!("names more than {MOST} resources");
        section.reading.error(&list.place, what, "give the application a second client for the others");
    }
    let mut resources: Vec<Resource> = Vec::new();
    for text in &list.value {
        match Resource::parse(&text.value) {
            Ok(resource) if resources.contains(&resource) => {
                section.reading.error(&text.place, "is named twice", "take one of the two out");
            }
            Ok(resource) => resources.push(resource),
            Err(why) => section.reading.error(&text.place, why.to_string(), remedy(why)),
        }
    }
    resources
}

const fn remedy(why: InvalidResource) -> &'static str {
    match why {
        InvalidResource::NotAbsolute => {
            "write the whole address by which the service knows itself: https://api.example.com"
        }
        InvalidResource::Fragment => "take out the # and what follows it",
        InvalidResource::Characters => "write other characters percent-encoded",
        InvalidResource::Length => "write a shorter one: it stands in every access token",
    }
}

/// `userinfo_signed_response_alg`, and every other key that is an algorithm or `"none"`.
pub(super) fn response_alg(section: &Section<'_>, key: &str) -> Option<SigningAlgorithm> {
    let text = section.text(key).filter(|text| text.value != "none")?;
    let known = SigningAlgorithm::ALL.into_iter().find(|alg| alg.as_str() == text.value);
    if known.is_none() {
        section.unknown_word(&text, &["none", "RS256", "ES256", "EdDSA"]);
    }
    known
}

/// `subject_type = "pairwise"`: the sector of its subjects (OpenID Connect Core §8.1).
pub(super) fn sector(section: &Section<'_>, redirect_uris: &[RedirectUri]) -> Option<Sector> {
    // An address that is at fault has been noted already.
    let pairwise = word::<SubjectType>(section, "subject_type") == SubjectType::Pairwise && !redirect_uris.is_empty();
    let sector = pairwise.then(|| Sector::of(redirect_uris))?;
    sector
        .map_err(|why| {
            let remedy = match why {
                NoSector::SeveralHosts => "make a client for each host, or write subject_type = \"public\"",
                NoSector::NoHost => "use https addresses, or write subject_type = \"public\"",
            };
            section.reading.error(&section.place_of("subject_type"), why.to_string(), remedy);
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::super::report::Severity::Error;
    use super::super::testing::{GOOD, assert_only, client, read, with, with_client};
    use crate::domain::client::{AccessTokenFormat, SigningAlgorithm};
    use crate::domain::resource::Resource;

    #[test]
    fn without_a_word_tokens_are_opaque_for_us_alone_and_nothing_is_pairwise_or_signed() {
        let client = client(GOOD);
        assert_eq!((client.access_token_format, client.userinfo_alg), (AccessTokenFormat::Opaque, None));
        assert_eq!((client.resources, client.sector), (Vec::new(), None));
    }

    #[test]
    fn resources_are_absolute_addresses_each_named_once_and_not_too_many() {
        let two = client(&with_client("resources = [\"https://api.example.com\", \"urn:example:files\"]"));
        assert_eq!(
            two.resources.iter().map(Resource::as_str).collect::<Vec<_>>(),
            ["https://api.example.com", "urn:example:files"]
        );
        for bad in ["api", "https://api.example.com/#x", "https://api.example.com/a b"] {
            let line = format!("resources = [\"https://api.example.com\",\n\"{bad}\"]");
            assert_only(&with_client(&line), "clients[0].resources[1]", 13, Error);
        }
        assert_only(&with_client("resources = [\"urn:x:a\",\n\"urn:x:a\"]"), "clients[0].resources[1]", 13, Error);
        let nine: Vec<String> = (0..9).map(|n| format!("\"urn:example:{n}\"")).collect();
        assert_only(&with_client(&format!("resources = [{}]", nine.join(","))), "clients[0].resources", 12, Error);
    }

    #[test]
    fn userinfo_is_signed_with_one_of_our_algorithms_or_not_at_all() {
        let alg = |word: &str| client(&with_client(&format!("userinfo_signed_response_alg = \"{word}\""))).userinfo_alg;
        assert_eq!((alg("none"), alg("ES256")), (None, Some(SigningAlgorithm::Es256)));
        let text = with_client("userinfo_signed_response_alg = \"HS256\"");
        assert_only(&text, "clients[0].userinfo_signed_response_alg", 12, Error);
    }

    #[test]
    fn pairwise_subjects_need_one_host() {
        let sector = |text: &str| client(text).sector.map(|sector| sector.as_str().to_owned());
        assert_eq!(sector(&with_client("subject_type = \"public\"")), None);
        assert!(sector(&with_client("subject_type = \"pairwise\"")).is_some());
        let uris = "redirect_uris = [";
        let several = with(uris, &format!("{uris}\"https://elsewhere.example/cb\", "));
        let several = several.replace("[[clients]]", "[[clients]]\nsubject_type = \"pairwise\"");
        let report = read(&several).expect_err("two hosts");
        assert_eq!(report.problems.iter().map(|p| p.key.as_str()).collect::<Vec<_>>(), ["clients[0].subject_type"]);
    }
}
