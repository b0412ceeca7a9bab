//! What of a connection is read ahead: that which a client's `allow`, groups or own claims need, and nothing else.

use std::collections::BTreeSet;

use crate::config::{Client, Config};
use crate::domain::glob::Glob;
use crate::domain::ids::ConnectionName;
use crate::wecom::Tag;

/// What is read ahead of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The department tree.
    pub departments: bool,
    /// Tags by their numbers: those of `allow.tags`.
    pub tags: BTreeSet<u64>,
    /// Tags by their names: those that are groups, or that an expression may speak of.
    pub names: Names,
}

/// Which tags are wanted by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    all: bool,
    some: Vec<Glob>,
}

impl Names {
    /// Whether there is no need even to list them.
    pub fn is_nothing(&self) -> bool {
        !self.all && self.some.is_empty()
    }

    /// Whether this tag is wanted.
    pub fn want(&self, tag: &Tag) -> bool {
        self.all || tag.name.as_ref().is_some_and(|name| self.some.iter().any(|glob| glob.matches(name)))
    }
}

impl Wanted {
    /// What the clients need that accept this connection.
    pub fn of(config: &Config, connection: &ConnectionName) -> Self {
        let mut wanted = Self::default();
        for client in config.clients.values().filter(|client| client.connections.contains(connection)) {
            wanted.add(client);
        }
        wanted
    }

    fn add(&mut self, client: &Client) {
        if let Some(allow) = &client.allow {
            self.departments |= !allow.departments.is_empty();
            self.tags.extend(&allow.tags);
        }
        self.names.all |= client.tells_every_tag();
        if client.tells_tags() {
            self.names.some.extend(client.groups.only.iter().cloned());
        }
        // A tag holds departments with all that lies below them.
        self.departments |= client.needs_department_names() || !self.tags.is_empty() || !self.names.is_nothing();
    }
}
