//! Reading a members file: TOML in, a checked directory out, every problem named.

use std::collections::BTreeSet;
use std::fmt;

use super::{Corp, Directory, Member};

/// The sample that ships with the simulator.
const SAMPLE: &str = include_str!("../../members.toml");

/// Why a members file or a change to the directory was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryError(pub(crate) String);

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DirectoryError {}

impl Directory {
    /// The built-in sample.
    pub fn sample() -> Result<Self, DirectoryError> {
        Self::from_toml(SAMPLE)
    }

    /// Reads a members file.
    pub fn from_toml(text: &str) -> Result<Self, DirectoryError> {
        let directory: Self = toml::from_str(text).map_err(|error| DirectoryError(error.to_string()))?;
        directory.checked()
    }

    /// The directory with every member numbered, if it keeps the rules.
    pub(crate) fn checked(mut self) -> Result<Self, DirectoryError> {
        if self.corps.is_empty() {
            return Err(DirectoryError("there must be at least one [[corps]]".into()));
        }
        self.number_members();
        let mut problems: Vec<_> = self.corps.iter().flat_map(problems_of).collect();
        problems.extend(repeated("corp_id", self.corps.iter().map(|corp| &corp.corp_id)));
        if problems.is_empty() { Ok(self) } else { Err(DirectoryError(problems.join("; "))) }
    }

    fn number_members(&mut self) {
        let members = self.corps.iter_mut().flat_map(|corp| &mut corp.members);
        for (serial, member) in (1..).zip(members) {
            member.serial = serial;
        }
    }
}

impl Member {
    /// Checks the rules that WeCom holds members to.
    pub(crate) fn check(&self) -> Result<(), DirectoryError> {
        let userid = self.userid.as_bytes();
        let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-@.".contains(byte);
        if userid.is_empty() || userid.len() > 64 || !userid.iter().all(allowed) {
            return Err(DirectoryError(format!("userid `{}`: 1 to 64 of letters, digits, _ - @ .", self.userid)));
        }
        if !userid[0].is_ascii_alphanumeric() {
            return Err(DirectoryError(format!(
                "userid `{}`: the first character is a letter or a digit",
                self.userid
            )));
        }
        if self.name.is_empty() || self.name.chars().count() > 64 {
            return Err(DirectoryError(format!("member `{}`: name of 1 to 64 characters", self.userid)));
        }
        Ok(())
    }
}

fn problems_of(corp: &Corp) -> Vec<String> {
    let mut problems: Vec<String> =
        corp.members.iter().filter_map(|member| member.check().err()).map(|error| error.0).collect();
    let members = corp.members.iter().map(|member| member.userid.to_ascii_lowercase());
    let guests = (corp.linked.iter().map(|it| &it.key))
        .chain(corp.customers.iter().map(|it| &it.key))
        .chain(corp.outsiders.iter().map(|it| &it.key));
    problems.extend(repeated("userid or key", members.chain(guests.cloned())));
    problems.extend(repeated("agent_id", corp.apps.iter().map(|app| app.agent_id)));
    problems.extend(repeated("department", corp.departments.iter().map(|it| it.id)));
    problems.extend(repeated("tagid", corp.tags.iter().map(|tag| tag.tagid)));
    problems
}

fn repeated<T: Ord + fmt::Display>(what: &str, values: impl Iterator<Item = T>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for value in values {
        if seen.contains(&value) {
            problems.push(format!("{what} `{value}` appears twice"));
        }
        seen.insert(value);
    }
    problems
}
