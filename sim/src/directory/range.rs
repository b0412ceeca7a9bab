//! Who and what an app may see: departments with everything below them, tags, and members named one by one.

use super::{App, AppKind, Corp, Member, Tag};

impl Corp {
    /// Whether `id` is `ancestor` or stands below it.
    pub(crate) fn is_within(&self, id: u64, ancestor: u64) -> bool {
        let mut current = id;
        // The depth is bounded by the number of departments, so a ring in the data ends.
        for _ in 0..=self.departments.len() {
            if current == ancestor {
                return true;
            }
            match self.department(current) {
                Some(department) if department.parentid != 0 => current = department.parentid,
                _ => return false,
            }
        }
        false
    }

    /// Whether the app sees the department.
    pub(crate) fn sees_department(&self, app: &App, id: u64) -> bool {
        if app.kind == AppKind::ContactSync {
            return self.department(id).is_some();
        }
        let tagged = app.visible.tags.iter().filter_map(|tag| self.tag(*tag));
        let named = app.visible.departments.iter().copied();
        named.chain(tagged.flat_map(|tag| tag.departments.iter().copied())).any(|ancestor| self.is_within(id, ancestor))
    }

    /// Whether the app sees the member.
    pub(crate) fn sees_member(&self, app: &App, member: &Member) -> bool {
        app.kind == AppKind::ContactSync
            || app.visible.users.iter().any(|userid| member.is(userid))
            || app
                .visible
                .tags
                .iter()
                .filter_map(|tag| self.tag(*tag))
                .any(|tag| tag.users.iter().any(|userid| member.is(userid)))
            || member.department.iter().any(|id| self.sees_department(app, *id))
    }

    /// Whether the app sees the member of that userid.
    pub(crate) fn sees_userid(&self, app: &App, userid: &str) -> bool {
        self.member(userid).is_some_and(|member| self.sees_member(app, member))
    }

    /// Whether the tag holds the member, directly or through a department.
    pub(crate) fn is_tagged(&self, tag: &Tag, member: &Member) -> bool {
        tag.users.iter().any(|userid| member.is(userid))
            || tag.departments.iter().any(|ancestor| member.department.iter().any(|id| self.is_within(*id, *ancestor)))
    }
}
