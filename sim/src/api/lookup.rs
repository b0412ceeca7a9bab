//! Finding a member or a department for an app, with the refusals every call shares.

use super::answer::Refusal;
use crate::directory::{App, Corp, Department, Member, Status};
use crate::quirks::{Quirks, QuitMember};

/// The member of that userid, if it exists and the app may read it.
pub(crate) fn member<'a>(corp: &'a Corp, app: &App, quirks: &Quirks, userid: &str) -> Result<&'a Member, Refusal> {
    let member =
        corp.member(userid).filter(|member| is_listed(member, quirks)).ok_or_else(|| unknown_userid(userid))?;
    if corp.sees_member(app, member) {
        return Ok(member);
    }
    Err(match quirks.out_of_range_code {
        60111 => unknown_userid(userid),
        errcode => Refusal::new(errcode),
    })
}

/// Whether the directory still shows the member.
pub(crate) fn is_listed(member: &Member, quirks: &Quirks) -> bool {
    member.status != Status::Quit || quirks.quit_member == QuitMember::Listed
}

/// The department of that id, if it exists and the app may read it.
pub(crate) fn department<'a>(corp: &'a Corp, app: &App, id: u64) -> Result<&'a Department, Refusal> {
    let department = corp.department(id).ok_or_else(|| Refusal::new(60003))?;
    if corp.sees_department(app, id) { Ok(department) } else { Err(Refusal::new(60011)) }
}

fn unknown_userid(userid: &str) -> Refusal {
    Refusal::with_text(60111, format!("invalid string value `{userid}`. userid not found"))
}
