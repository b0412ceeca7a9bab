//! What the body of an answer says: bytes in, a typed answer out, without the HTTP around it. So that
//! every body there is can be tried on the readers (`fuzz/`), and not only those a server would send.

use secrecy::SecretString;

use super::errors::{Call, WecomError};
use super::transport::understand;
use super::values::{Agent, Department, Detail, Tag, Tagged, Visitor};
use super::{
    agent_get, department_list, gettoken, getuserdetail, getuserinfo, message_send, tag_get, tag_list, user_get,
};
use crate::domain::ids::UserId;
use crate::domain::member::Member;
use crate::domain::time::Span;

/// `gettoken`: the access token and its life.
pub fn token(body: &[u8]) -> Result<(SecretString, Span), WecomError> {
    gettoken::token(understand(Call::GetToken, body, None)?)
}

/// `auth/getuserinfo`.
pub fn visitor(body: &[u8]) -> Result<Visitor, WecomError> {
    getuserinfo::visitor(understand(Call::GetUserInfo, body, None)?)
}

/// `auth/getuserdetail`.
pub fn detail(body: &[u8]) -> Result<Detail, WecomError> {
    getuserdetail::detail(understand(Call::GetUserDetail, body, None)?)
}

/// `user/get` about this userid.
pub fn member(asked: &UserId, body: &[u8]) -> Result<Member, WecomError> {
    user_get::member(asked, understand(Call::UserGet, body, None)?)
}

/// `department/list`.
pub fn departments(body: &[u8]) -> Result<Vec<Department>, WecomError> {
    department_list::departments(understand(Call::DepartmentList, body, None)?)
}

/// `tag/list`.
pub fn tags(body: &[u8]) -> Result<Vec<Tag>, WecomError> {
    understand(Call::TagList, body, None).map(tag_list::tags)
}

/// `tag/get`.
pub fn tagged(body: &[u8]) -> Result<Tagged, WecomError> {
    understand(Call::TagGet, body, None).map(tag_get::tagged)
}

/// `agent/get`.
pub fn agent(body: &[u8]) -> Result<Agent, WecomError> {
    understand(Call::AgentGet, body, None).map(agent_get::agent)
}

/// `message/send` to one member: whether it was reached.
pub fn card(body: &[u8]) -> Result<(), WecomError> {
    message_send::reached(&understand(Call::MessageSend, body, None)?)
}
