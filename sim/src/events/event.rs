//! The events a receiver can get, and their plain XML.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::xml::Xml;
use crate::directory::{Corp, Member};

/// Elements that hold a bare number.
const NUMBERS: [&str; 6] = ["Status", "Gender", "MainDepartment", "Id", "ParentId", "Order"];

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// A member came into the app's range.
    Subscribe {
        /// The member.
        userid: String,
    },
    /// A member left the range or the corp, or was disabled.
    Unsubscribe {
        /// The member.
        userid: String,
    },
    /// A member opened the app.
    EnterAgent {
        /// The member.
        userid: String,
    },
    /// A member was created.
    CreateUser {
        /// The member, who must be in the directory.
        userid: String,
        /// Whether the receiver still gets every field; newer ones get the userid and the departments.
        #[serde(default)]
        full: bool,
    },
    /// A member changed.
    UpdateUser {
        /// The id as it was.
        userid: String,
        /// The id as it is, if it changed.
        #[serde(default)]
        new_userid: Option<String>,
        /// Changed elements by their XML names.
        #[serde(default)]
        changed: BTreeMap<String, String>,
    },
    /// A member was deleted.
    DeleteUser {
        /// The member.
        userid: String,
    },
    /// A department was created.
    CreateParty {
        /// Id.
        id: u64,
        /// Name.
        name: String,
        /// The department above.
        parent_id: u64,
        /// Sort order.
        #[serde(default)]
        order: u64,
    },
    /// A department changed.
    UpdateParty {
        /// Id.
        id: u64,
        /// The name, if it changed.
        #[serde(default)]
        name: Option<String>,
        /// The department above, if it changed.
        #[serde(default)]
        parent_id: Option<u64>,
    },
    /// A department was deleted.
    DeleteParty {
        /// Id.
        id: u64,
    },
    /// A tag changed.
    UpdateTag {
        /// Id.
        tag_id: u64,
        /// Userids that came in.
        #[serde(default)]
        add_users: Vec<String>,
        /// Userids that went.
        #[serde(default)]
        del_users: Vec<String>,
        /// Departments that came in.
        #[serde(default)]
        add_parties: Vec<u64>,
        /// Departments that went.
        #[serde(default)]
        del_parties: Vec<u64>,
    },
    /// This document as it is.
    Raw {
        /// The plain XML.
        xml: String,
    },
}

impl Event {
    /// The plain XML. `agent_id` is the receiving app, if it is one.
    pub(crate) fn xml(&self, corp: &Corp, agent_id: Option<u64>, now: i64) -> String {
        let app = |userid: &str, event: &str| {
            let xml = head(corp, userid, now, event).text("EventKey", "");
            match agent_id {
                Some(agent_id) => xml.number("AgentID", agent_id).end(),
                None => xml.end(),
            }
        };
        let contact = |kind: &str| head(corp, "sys", now, "change_contact").text("ChangeType", kind);
        match self {
            Self::Subscribe { userid } => app(userid, "subscribe"),
            Self::Unsubscribe { userid } => app(userid, "unsubscribe"),
            Self::EnterAgent { userid } => app(userid, "enter_agent"),
            Self::CreateUser { userid, full } => {
                let xml = contact("create_user").text("UserID", userid);
                match corp.member(userid) {
                    Some(member) => created(xml, member, *full).end(),
                    None => xml.end(),
                }
            }
            Self::UpdateUser { userid, new_userid, changed } => {
                let xml = contact("update_user")
                    .text("UserID", userid)
                    .text_unless_empty("NewUserID", new_userid.as_deref().unwrap_or_default());
                changed.iter().fold(xml, |xml, (name, value)| element(xml, name, value)).end()
            }
            Self::DeleteUser { userid } => contact("delete_user").text("UserID", userid).end(),
            Self::CreateParty { id, name, parent_id, order } => contact("create_party")
                .number("Id", id)
                .text("Name", name)
                .number("ParentId", parent_id)
                .number("Order", order)
                .end(),
            Self::UpdateParty { id, name, parent_id } => {
                let xml = contact("update_party").number("Id", id);
                let xml = xml.text_unless_empty("Name", name.as_deref().unwrap_or_default());
                parent_id.iter().fold(xml, |xml, id| xml.number("ParentId", id)).end()
            }
            Self::DeleteParty { id } => contact("delete_party").number("Id", id).end(),
            Self::UpdateTag { tag_id, add_users, del_users, add_parties, del_parties } => contact("update_tag")
                .number("TagId", tag_id)
                .text_unless_empty("AddUserItems", &add_users.join(","))
                .text_unless_empty("DelUserItems", &del_users.join(","))
                .text_unless_empty("AddPartyItems", &list(add_parties))
                .text_unless_empty("DelPartyItems", &list(del_parties))
                .end(),
            Self::Raw { xml } => xml.clone(),
        }
    }
}

fn head(corp: &Corp, from: &str, now: i64, event: &str) -> Xml {
    Xml::new()
        .text("ToUserName", &corp.corp_id)
        .text("FromUserName", from)
        .number("CreateTime", now)
        .text("MsgType", "event")
        .text("Event", event)
}

fn element(xml: Xml, name: &str, value: &str) -> Xml {
    if NUMBERS.contains(&name) { xml.number(name, value) } else { xml.text(name, value) }
}

/// The member's fields after `UserID`.
fn created(xml: Xml, member: &Member, full: bool) -> Xml {
    let xml = xml.text("Department", &list(&member.department));
    if !full {
        return xml;
    }
    let leads: Vec<_> = (0..member.department.len())
        .map(|place| member.is_leader_in_dept.get(place).copied().unwrap_or_default())
        .collect();
    let xml = member
        .main_department()
        .iter()
        .fold(xml.text("Name", &member.name), |xml, id| xml.number("MainDepartment", id))
        .text("IsLeaderInDept", &list(&leads))
        .text("DirectLeader", &member.direct_leader.join(","))
        .text("Position", &member.position)
        .text("Mobile", &member.mobile)
        .number("Gender", &member.gender)
        .text("Email", &member.email)
        .text("BizMail", &member.biz_mail)
        .number("Status", u8::from(member.status))
        .text("Avatar", &member.avatar)
        .text("Alias", &member.alias)
        .text("Telephone", &member.telephone)
        .text("Address", &member.address);
    let items = member.extattr.iter().fold(Xml::new(), |items, attribute| {
        let item = Xml::new().text("Name", &attribute.name);
        let item = if let Some(url) = &attribute.url {
            let title = attribute.title.as_deref().unwrap_or_default();
            let web = Xml::new().text("Title", title).text("Url", url);
            item.number("Type", 1).inside("Web", &web)
        } else {
            let value = attribute.value.as_deref().unwrap_or_default();
            item.number("Type", 0).inside("Text", &Xml::new().text("Value", value))
        };
        items.inside("Item", &item)
    });
    xml.inside("ExtAttr", &items)
}

fn list<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
