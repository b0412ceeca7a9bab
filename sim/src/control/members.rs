//! Members, departments and tags: read, add, change, delete.

use serde_json::Value;

use super::patch::patched;
use super::{Control, ControlError, corp_id};
use crate::directory::{Corp, Department, Member, Tag};
use crate::world::World;

impl Control {
    /// All corps with everything in them.
    pub fn corps(&self) -> Vec<Corp> {
        self.shared.world().directory.corps.clone()
    }

    /// A member.
    pub fn member(&self, corp: Option<&str>, userid: &str) -> Result<Member, ControlError> {
        let world = self.shared.world();
        let id = corp_id(&world, corp)?;
        world.directory.corp(&id).and_then(|corp| corp.member(userid)).cloned().ok_or_else(|| unknown(userid))
    }

    /// Adds a member.
    pub fn add_member(&self, corp: Option<&str>, mut member: Member) -> Result<(), ControlError> {
        member.check()?;
        let mut world = self.shared.world();
        let id = corp_id(&world, corp)?;
        member.serial = world.next_serial();
        let corp = corp_mut(&mut world, &id)?;
        if corp.visitor(&member.userid).is_some() {
            return Err(ControlError::Conflict(member.userid));
        }
        corp.members.push(member);
        Ok(())
    }

    /// Changes a member; another `userid` in the patch renames.
    pub fn patch_member(&self, corp: Option<&str>, userid: &str, patch: &Value) -> Result<Member, ControlError> {
        let mut world = self.shared.world();
        let id = corp_id(&world, corp)?;
        let corp = corp_mut(&mut world, &id)?;
        let place = place(corp, userid)?;
        let old = &corp.members[place];
        let mut member = patched(old, patch)?;
        member.serial = old.serial;
        member.check()?;
        if !old.is(&member.userid) && corp.visitor(&member.userid).is_some() {
            return Err(ControlError::Conflict(member.userid));
        }
        corp.members[place] = member.clone();
        Ok(member)
    }

    /// Deletes a member.
    pub fn delete_member(&self, corp: Option<&str>, userid: &str) -> Result<(), ControlError> {
        let mut world = self.shared.world();
        let id = corp_id(&world, corp)?;
        let corp = corp_mut(&mut world, &id)?;
        let place = place(corp, userid)?;
        corp.members.remove(place);
        Ok(())
    }

    /// Adds a department, or replaces the one of that id.
    pub fn put_department(&self, corp: Option<&str>, department: Department) -> Result<(), ControlError> {
        let mut world = self.shared.world();
        let id = corp_id(&world, corp)?;
        let corp = corp_mut(&mut world, &id)?;
        corp.departments.retain(|it| it.id != department.id);
        corp.departments.push(department);
        Ok(())
    }

    /// Deletes a department.
    pub fn delete_department(&self, corp: Option<&str>, department: u64) -> Result<(), ControlError> {
        let mut world = self.shared.world();
        let id = corp_id(&world, corp)?;
        corp_mut(&mut world, &id)?.departments.retain(|it| it.id != department);
        Ok(())
    }

    /// Adds a tag, or replaces the one of that id.
    pub fn put_tag(&self, corp: Option<&str>, tag: Tag) -> Result<(), ControlError> {
        let mut world = self.shared.world();
        let id = corp_id(&world, corp)?;
        let corp = corp_mut(&mut world, &id)?;
        corp.tags.retain(|it| it.tagid != tag.tagid);
        corp.tags.push(tag);
        Ok(())
    }

    /// Deletes a tag.
    pub fn delete_tag(&self, corp: Option<&str>, tagid: u64) -> Result<(), ControlError> {
        let mut world = self.shared.world();
        let id = corp_id(&world, corp)?;
        corp_mut(&mut world, &id)?.tags.retain(|it| it.tagid != tagid);
        Ok(())
    }
}

fn corp_mut<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Corp, ControlError> {
    world.directory.corp_mut(id).ok_or_else(|| ControlError::NotFound(format!("corp {id}")))
}

fn place(corp: &Corp, userid: &str) -> Result<usize, ControlError> {
    corp.members.iter().position(|member| member.is(userid)).ok_or_else(|| unknown(userid))
}

fn unknown(userid: &str) -> ControlError {
    ControlError::NotFound(format!("member {userid}"))
}
