//! The corps of the simulation with their departments, members, tags and apps, as read from a members file.

mod app;
mod load;
mod member;
mod range;
mod sight;
mod visitor;

pub use app::{ANY_LOOPBACK, App, AppKind, Created, Range, SensitiveField};
pub use load::DirectoryError;
pub use member::{Attribute, Customer, LinkedUser, Member, Outsider, Status};

pub(crate) use app::authority;
pub(crate) use sight::Sight;
pub(crate) use visitor::Visitor;

use serde::{Deserialize, Serialize};

/// One department.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Department {
    /// Id; the root is 1.
    pub id: u64,
    /// Name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// The department above; 0 for the root.
    pub parentid: u64,
    /// Sort order.
    pub order: u64,
    /// Leaders' userids.
    pub department_leader: Vec<String>,
}

/// One tag: members named directly and whole departments.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tag {
    /// Id.
    pub tagid: u64,
    /// Name.
    pub tagname: String,
    /// Userids.
    pub users: Vec<String>,
    /// Departments, each with everything below it.
    pub departments: Vec<u64>,
}

/// One corp.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Corp {
    /// `CorpId`.
    pub corp_id: String,
    /// Name.
    pub name: String,
    /// Apps.
    pub apps: Vec<App>,
    /// Departments.
    pub departments: Vec<Department>,
    /// Members.
    pub members: Vec<Member>,
    /// Tags.
    pub tags: Vec<Tag>,
    /// Users of linked corps who can see this corp's apps.
    pub linked: Vec<LinkedUser>,
    /// Customers.
    pub customers: Vec<Customer>,
    /// Outsiders.
    pub outsiders: Vec<Outsider>,
}

/// Everything a members file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Directory {
    /// The corps; the first one is meant where none is named.
    pub corps: Vec<Corp>,
}

impl Directory {
    /// The corp of that id.
    pub(crate) fn corp(&self, corp_id: &str) -> Option<&Corp> {
        self.corps.iter().find(|corp| corp.corp_id == corp_id)
    }

    /// The corp of that id, to be changed.
    pub(crate) fn corp_mut(&mut self, corp_id: &str) -> Option<&mut Corp> {
        self.corps.iter_mut().find(|corp| corp.corp_id == corp_id)
    }
}

impl Corp {
    /// The member of that userid, in whatever case.
    pub(crate) fn member(&self, userid: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.is(userid))
    }

    /// The member of that serial, whatever the userid is by now.
    pub(crate) fn member_by_serial(&self, serial: u64) -> Option<&Member> {
        self.members.iter().find(|member| member.serial == serial)
    }

    /// The app of that agent id.
    pub(crate) fn app(&self, agent_id: u64) -> Option<&App> {
        self.apps.iter().find(|app| app.agent_id == agent_id)
    }

    /// The department of that id.
    pub(crate) fn department(&self, id: u64) -> Option<&Department> {
        self.departments.iter().find(|department| department.id == id)
    }

    /// The tag of that id.
    pub(crate) fn tag(&self, tagid: u64) -> Option<&Tag> {
        self.tags.iter().find(|tag| tag.tagid == tagid)
    }
}
