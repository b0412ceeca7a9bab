//! The department tree of a connection: every department that the app sees, with its names, its leaders and what it
//! lies in.

use std::collections::{BTreeSet, HashMap};

use super::verdict::Verdict;
use crate::domain::member::Member;
use crate::wecom::{Department, WeCom, WecomError};

/// Deeper than WeCom allows (15 levels); a circle in a broken answer ends here.
const DEEPEST: usize = 32;

/// Every department the app may see.
#[derive(Debug, Default)]
pub struct Tree(HashMap<u64, Node>);

#[derive(Debug)]
struct Node {
    parent: u64,
    name: Box<str>,
    english_name: Box<str>,
    leaders: Box<[Box<str>]>,
}

/// The department that all others lie in (`wecom-api.md` §6.2): paths begin below it.
const ROOT: u64 = 1;

/// Asks for the tree.
pub async fn read(wecom: &dyn WeCom) -> Result<Tree, WecomError> {
    wecom.departments().await.map(|list| Tree::of(&list))
}

/// Whether the member is in one of these departments, or in one below; directly in it shows without a tree.
pub fn lies_in(departments: &BTreeSet<u64>, member: &Member, tree: Option<&Tree>) -> Verdict {
    if departments.is_empty() || member.departments.is_empty() {
        return Verdict::No;
    }
    if member.departments.iter().any(|id| departments.contains(id)) {
        return Verdict::Yes;
    }
    let Some(tree) = tree else { return Verdict::Unsure };
    let mut above = member.departments.iter().flat_map(|id| tree.with_ancestors(*id));
    if above.any(|id| departments.contains(&id)) { Verdict::Yes } else { Verdict::No }
}

impl Tree {
    /// The tree of these departments. Of two with one number the first stays.
    pub fn of(list: &[Department]) -> Self {
        let mut nodes = HashMap::with_capacity(list.len());
        for department in list {
            nodes.entry(department.id).or_insert_with(|| Node {
                parent: department.parent,
                name: department.name.as_deref().unwrap_or_default().into(),
                english_name: department.english_name.as_deref().unwrap_or_default().into(),
                leaders: department.leaders.iter().map(|leader| leader.as_str().into()).collect(),
            });
        }
        Self(nodes)
    }

    /// The name of a department, where it is known.
    pub fn name(&self, id: u64) -> Option<&str> {
        self.0.get(&id).map(|node| &*node.name).filter(|name| !name.is_empty())
    }

    /// The English name of a department, where it has one.
    pub fn english_name(&self, id: u64) -> Option<&str> {
        self.0.get(&id).map(|node| &*node.english_name).filter(|name| !name.is_empty())
    }

    /// The userids of the leaders of a department, those that the app sees.
    pub fn leaders(&self, id: u64) -> impl Iterator<Item = &str> {
        self.0.get(&id).into_iter().flat_map(|node| node.leaders.iter().map(|leader| &**leader))
    }

    /// The names from below the root, or from the uppermost department that the app sees, down to this one. A `/` in a
    /// name is written `／`, so that no department can stand below another by its name alone.
    pub fn path(&self, id: u64) -> Option<String> {
        let mut way = self.with_ancestors(id);
        way.retain(|above| self.0.contains_key(above) && (*above != ROOT || id == ROOT));
        let names: Option<Vec<String>> = way.iter().rev().map(|id| Some(self.name(*id)?.replace('/', "／"))).collect();
        names.map(|names| names.join("/")).filter(|path| !path.is_empty())
    }

    /// A department and all that it lies in.
    pub fn with_ancestors(&self, id: u64) -> Vec<u64> {
        let mut path = vec![id];
        while let Some(Node { parent, .. }) = path.last().and_then(|id| self.0.get(id))
            && path.len() < DEEPEST
            && !path.contains(parent)
        {
            path.push(*parent);
        }
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_in_a_broken_answer_ends() {
        let tree = tree(&[(7, 1, "b"), (1, 0, "a"), (8, 9, "c"), (9, 8, "d")]);
        assert_eq!(tree.with_ancestors(7), [7, 1, 0]);
        assert_eq!(tree.with_ancestors(8), [8, 9]);
        assert_eq!(tree.with_ancestors(99), [99]);
        assert_eq!(tree.path(8).as_deref(), Some("d/c"));
    }

    #[test]
    fn what_is_broken_in_a_tree_keeps_out_and_lets_nobody_in() {
        let mut member = Member {
            userid: crate::domain::ids::UserId::parse("wenli").expect("a userid"),
            name: None,
            alias: None,
            position: None,
            departments: vec![8],
            main_department: None,
            standing: crate::domain::member::Standing::Active,
            attributes: std::collections::BTreeMap::new(),
            further: crate::domain::member::Further::default(),
        };
        // 8 below 7; the second 8, below 5, says otherwise and is not heard. 9 is its own parent, 10 lies in nothing known.
        let tree = tree(&[(1, 0, "a"), (7, 1, "b"), (8, 7, "c"), (8, 5, "d"), (5, 1, "e"), (9, 9, "f"), (10, 99, "g")]);
        let lies = |member: &Member, id: u64, tree| lies_in(&BTreeSet::from([id]), member, tree);
        assert_eq!(lies(&member, 8, None), Verdict::Yes);
        assert_eq!(lies(&member, 7, None), Verdict::Unsure);
        assert_eq!((lies(&member, 7, Some(&tree)), lies(&member, 5, Some(&tree))), (Verdict::Yes, Verdict::No));
        for (department, above, verdict) in [
            (9, 1, Verdict::No),
            (10, 1, Verdict::No),
            (10, 99, Verdict::Yes),
            (77, 1, Verdict::No),
            (0, 1, Verdict::No),
        ] {
            member.departments = vec![department];
            assert_eq!(lies(&member, above, Some(&tree)), verdict, "{department}");
        }
        member.departments.clear();
        assert_eq!(lies(&member, 1, None), Verdict::No, "who is in no department waits for no tree");
    }

    fn tree(list: &[(u64, u64, &str)]) -> Tree {
        let department = |(id, parent, name): &(u64, u64, &str)| Department {
            id: *id,
            name: Some((*name).to_owned()),
            english_name: None,
            parent: *parent,
            order: 0,
            leaders: Vec::new(),
        };
        Tree::of(&list.iter().map(department).collect::<Vec<_>>())
    }

    #[test]
    fn a_path_begins_below_the_root_and_no_name_reaches_into_another_branch() {
        let tree = tree(&[
            (1, 0, "示例科技"),
            (7, 1, "研发"),
            (8, 7, "后端"),
            (9, 1, "研发/后端"),
            (30, 20, "外协"),
            (40, 7, ""),
        ]);
        let path = |id| tree.path(id);
        assert_eq!(path(8).as_deref(), Some("研发/后端"));
        assert_eq!(path(9).as_deref(), Some("研发／后端"));
        assert_eq!(path(1).as_deref(), Some("示例科技"));
        assert_eq!(path(30).as_deref(), Some("外协"), "the department above is out of sight");
        assert_eq!((path(40), path(99), tree.name(99)), (None, None, None));
    }

    #[test]
    fn a_tree_of_a_hundred_thousand_departments_finds_any_path() {
        let names: Vec<String> = (1..100_001).map(|id| format!("组{id}")).collect();
        let list: Vec<(u64, u64, &str)> = (1..).zip(&names).map(|(id, name)| (id, id / 2, name.as_str())).collect();
        let tree = tree(&list);
        assert_eq!(tree.path(100_000).expect("a path").matches('/').count(), 15);
    }
}
