//! `[clients.claims]` and `[clients.groups]`: what a client is told of a member beside the standard claims.

use std::sync::Arc;

use crate::domain::claim_name::ClaimName;
use crate::domain::client::{GroupsBy, Profile};
use crate::domain::expression::Expression;
use crate::domain::glob::Glob;

use super::client::{Groups, OwnClaim};
use super::schema;
use super::section::Section;

/// More would make every answer of userinfo slow.
const MOST: usize = 100;

/// Names that the profile `nocobase` gives a meaning of its own.
const NOCOBASE: &[&str] = &["username", "phone"];

/// Reads `[clients.claims]`: every expression is compiled and tried on invented members.
pub(super) fn claims(client: &Section<'_>, profile: Profile) -> Vec<OwnClaim> {
    let (section, written) = client.free_texts("claims", &schema::CLIENT_CLAIMS);
    if written.len() > MOST {
        let remedy = format!("keep to {MOST} of them");
        section.reading.error(&section.place(), "holds too many claims", remedy);
        return Vec::new();
    }
    let mut claims = Vec::new();
    for (name, place, text) in written {
        let name = match ClaimName::parse(&name) {
            Ok(name) => name,
            Err(unusable) => {
                section.reading.error(&place, unusable.what, unusable.remedy);
                continue;
            }
        };
        if profile == Profile::Nocobase && NOCOBASE.contains(&name.as_str()) {
            let what = "is a claim that profile = \"nocobase\" makes";
            section.reading.error(&place, what, "choose another name, or take the profile out");
            continue;
        }
        let Some(text) = text else { continue };
        match Expression::compile(&text) {
            Ok(expression) => claims.push(OwnClaim { name, expression: Arc::new(expression) }),
            Err(mistake) => {
                // What came out of the environment may be a secret, and a mistake repeats what it is about.
                let plain = section.get(name.as_str()).and_then(|raw| raw.get_ref().as_str()) == Some(text.as_str());
                let what = if plain { mistake.what } else { "is not an expression that can be used".to_owned() };
                let remedy = if plain { mistake.remedy } else { "write it without ${NAME}".to_owned() };
                section.reading.error(&place, what, remedy);
            }
        }
    }
    claims
}

/// Reads `[clients.groups]`.
pub(super) fn groups(client: &Section<'_>) -> Groups {
    let section = client.table("groups", &schema::GROUPS);
    let mut only = Vec::new();
    for text in section.texts("only").map(|found| found.value).unwrap_or_default() {
        match Glob::parse(&text.value) {
            Some(glob) => only.push(glob),
            None => section.reading.error(&text.place, "is not a pattern", "write it as in \"研发/*\""),
        }
    }
    let departments = section.word::<GroupsBy>("departments").map(|found| found.value).unwrap_or_default();
    let tags = section.flag("tags").is_some_and(|found| found.value);
    Groups { departments, tags, only }
}

#[cfg(test)]
mod tests {
    use super::super::report::Severity::Error;
    use super::super::testing::{assert_only, client, problems, read, with_client, with_tables};
    use super::*;

    fn with_claim(line: &str) -> String {
        with_tables(&format!("[clients.claims]\n{line}"))
    }

    #[test]
    fn own_claims_are_compiled_and_keep_their_names() {
        let client =
            client(&with_claim("employee_no = \"extattr['工号']\"\n\"https://x.example/team\" = 'name ~ \"!\"'"));
        let names: Vec<&str> = client.claims.iter().map(|claim| claim.name.as_str()).collect();
        assert_eq!(names, ["employee_no", "https://x.example/team"]);
    }

    #[test]
    fn a_mistake_in_an_expression_is_a_problem_with_key_and_line() {
        for line in ["x = \"nmae\"", "x = \"name |\"", "x = 3", "x = \"\"", "x = [\"name\"]", "x = \"${NOT_SET}\""] {
            assert_only(&with_claim(line), "clients[0].claims.x", 13, Error);
        }
        assert_eq!(problems(&with_claim("x = \"nmae\"\ny = \"1 / 0\"")).len(), 2);
        assert_only(&with_client("claims = 3"), "clients[0].claims", 12, Error);
    }

    #[test]
    fn threat_31_what_came_out_of_the_environment_is_repeated_nowhere() {
        let text = with_claim("x = \"'${SET}' | int\"\ny = \"${SET}\"");
        let report = read(&text).expect_err("two mistakes");
        assert_eq!(report.problems.len(), 2);
        assert!(!format!("{report:?}").contains("a-value"), "{report:?}");
        assert!(!format!("{:?}", client(&with_claim("x = \"'${SET}'\"")).claims).contains("a-value"));
    }

    #[test]
    fn threat_12_no_claim_may_be_named_like_one_of_the_protocol() {
        for name in ["iss", "aud", "sub", "Exp", "events", "nonce", "client_id", "email_verified", "groups"] {
            assert_only(&with_claim(&format!("{name} = \"name\"")), &format!("clients[0].claims.{name}"), 13, Error);
        }
        let nocobase = "profile = \"nocobase\"\n[clients.claims]\nusername = \"name\"";
        assert_only(&with_client(nocobase), "clients[0].claims.username", 14, Error);
    }

    #[test]
    fn a_client_has_groups_when_it_has_the_table_or_the_scope() {
        let groups = |text: &str| client(text).scopes.has(crate::domain::scope::Scope::Groups);
        assert!(!groups(super::super::testing::GOOD));
        assert!(groups(&with_client("scope = \"openid groups\"")));
        assert!(groups(&with_tables("[clients.groups]\ndepartments = \"name\"")));
        assert_eq!(client(&with_client("scope = \"openid groups\"")).groups.departments, GroupsBy::Path);
        assert_only(
            &with_tables("[clients.groups]\ndepartments = \"nmae\""),
            "clients[0].groups.departments",
            13,
            Error,
        );
        assert_only(&with_tables("[clients.groups]\nonly = [\"\"]"), "clients[0].groups.only[0]", 13, Error);
        assert_only(&with_tables("[clients.groups]\ntags = 1"), "clients[0].groups.tags", 13, Error);
    }

    #[test]
    fn tags_are_told_where_they_are_groups_or_an_expression_speaks_of_them() {
        let tells = |text: &str| {
            let client = client(text);
            (client.tells_tags(), client.tells_every_tag())
        };
        assert_eq!(tells(super::super::testing::GOOD), (false, false));
        assert_eq!(tells(&with_tables("[clients.groups]\ntags = false")), (false, false));
        assert_eq!(tells(&with_tables("[clients.groups]\ntags = true")), (true, true));
        assert_eq!(tells(&with_tables("[clients.groups]\ntags = true\nonly = [\"VPN*\"]")), (true, false));
        let without_scope = with_client("scope = \"openid\"\n[clients.groups]\ntags = true");
        assert_eq!(tells(&without_scope), (false, false), "it can never ask for them");
        assert_eq!(tells(&with_claim("vpn = \"'VPN' in tags\"")), (true, true));
        assert_eq!(tells(&with_claim("name = \"alias\"")), (false, false));
    }
}
