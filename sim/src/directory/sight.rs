//! What an app sees of a corp, worked out once for an answer about everybody: in a corp of tens of thousands of
//! departments and members nothing may be looked for anew for each of them.

use std::collections::{HashMap, HashSet};

use super::{App, AppKind, Corp, Department, Member};

/// The visible range of an app, spelt out.
pub(crate) struct Sight<'a> {
    corp: &'a Corp,
    sees_all: bool,
    departments: HashSet<u64>,
    named: HashSet<String>,
    members: HashMap<String, &'a Member>,
}

impl<'a> Sight<'a> {
    /// The sight of this app.
    pub(crate) fn of(corp: &'a Corp, app: &App) -> Self {
        let tags: Vec<_> = app.visible.tags.iter().filter_map(|tag| corp.tag(*tag)).collect();
        let above = app.visible.departments.iter().chain(tags.iter().flat_map(|tag| &tag.departments));
        let named = app.visible.users.iter().chain(tags.iter().flat_map(|tag| &tag.users));
        Self {
            corp,
            sees_all: app.kind == AppKind::ContactSync,
            departments: with_all_below(corp, above.copied().collect()),
            named: named.map(|userid| userid.to_ascii_lowercase()).collect(),
            members: corp.members.iter().map(|member| (member.userid.to_ascii_lowercase(), member)).collect(),
        }
    }

    /// Whether the app sees the department.
    pub(crate) fn sees_department(&self, id: u64) -> bool {
        if self.sees_all { self.corp.department(id).is_some() } else { self.departments.contains(&id) }
    }

    /// The member of that userid, in whatever case, if the app sees one.
    pub(crate) fn member(&self, userid: &str) -> Option<&'a Member> {
        let userid = userid.to_ascii_lowercase();
        let member = *self.members.get(&userid)?;
        let sees = self.sees_all
            || self.named.contains(&userid)
            || member.department.iter().any(|id| self.sees_department(*id));
        sees.then_some(member)
    }

    /// The departments the app sees, in the order of their ids.
    pub(crate) fn visible_departments(&self) -> Vec<&'a Department> {
        let all = self.corp.departments.iter();
        let mut seen: Vec<_> = all.filter(|it| self.sees_all || self.departments.contains(&it.id)).collect();
        seen.sort_by_key(|department| department.id);
        seen
    }
}

fn with_all_below(corp: &Corp, mut todo: Vec<u64>) -> HashSet<u64> {
    let mut below: HashMap<u64, Vec<u64>> = HashMap::new();
    for department in &corp.departments {
        below.entry(department.parentid).or_default().push(department.id);
    }
    // Each is taken once, so a ring in the data ends.
    let mut found = HashSet::new();
    while let Some(id) = todo.pop() {
        if found.insert(id) {
            todo.extend(below.get(&id).into_iter().flatten());
        }
    }
    found
}
