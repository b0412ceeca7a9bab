//! The department tree of a connection: read ahead in the background, kept for a while, asked for once at most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Turned;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Span, Timestamp};
use crate::wecom::{Department, WeCom, WecomError};

/// How often the tree is read ahead, where a policy needs it.
pub const READ_EVERY: Span = Span::minutes(10);

/// How long a tree is believed when WeCom does not answer; after that a policy by department fails closed.
const BELIEVED: Span = Span::hours(2);

/// How long a failure is remembered, so that waiting requests do not repeat it one after the other.
const FAILED: Span = Span::seconds(10);

/// Deeper than WeCom allows (15 levels); a circle in a broken answer ends here.
const DEEPEST: usize = 32;

/// Whether WeCom may be asked: at a fresh sign-in and at refresh, never for SSO or `prompt=none` (law 10; threat 37).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// One bounded read, when the tree is unknown or too old.
    Once,
    /// What is known must do.
    Never,
}

/// The tree as last read. Readers never wait for WeCom: only those who ask take turns.
#[derive(Default)]
pub struct DepartmentTree {
    known: Mutex<Known>,
    asking: tokio::sync::Mutex<()>,
}

#[derive(Clone, Default)]
struct Known {
    tree: Option<(Timestamp, Arc<Tree>)>,
    failed: Option<(Timestamp, WecomError)>,
}

/// Every department the app may see.
#[derive(Debug, Default)]
pub struct Tree(HashMap<u64, Node>);

#[derive(Debug)]
struct Node {
    parent: u64,
    name: Box<str>,
}

/// The department that all others lie in (`wecom-api.md` §6.2): paths begin below it.
const ROOT: u64 = 1;

impl DepartmentTree {
    /// The tree, if it is known or may be asked for.
    pub async fn read(&self, wecom: &dyn WeCom, now: Timestamp, ask: Ask) -> Result<Arc<Tree>, Turned> {
        if let Some(tree) = self.known().tree(now) {
            return Ok(tree);
        }
        if ask == Ask::Never {
            return Err(Refusal::WecomUnavailable.into());
        }
        let _turn = self.asking.lock().await;
        // Whoever had the turn before has asked for everybody.
        let known = self.known();
        match (known.tree(now), known.failure(now)) {
            (Some(tree), _) => Ok(tree),
            (None, Some(error)) => Err(error.into()),
            (None, None) => self.ask(wecom, now).await.map_err(Turned::from),
        }
    }

    /// Reads the tree ahead. The old one serves meanwhile, and stays when this fails.
    pub async fn refresh(&self, wecom: &dyn WeCom, now: Timestamp) -> Result<(), WecomError> {
        let _turn = self.asking.lock().await;
        self.ask(wecom, now).await.map(drop)
    }

    /// The tree as last read, however long ago: for names, which nobody enters by.
    pub fn latest(&self) -> Option<Arc<Tree>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.tree.as_ref().map(|(_, tree)| tree.clone())
    }

    /// Whether there is a tree that is believed.
    pub fn is_known(&self, now: Timestamp) -> bool {
        self.known().tree(now).is_some()
    }

    async fn ask(&self, wecom: &dyn WeCom, now: Timestamp) -> Result<Arc<Tree>, WecomError> {
        let answer = read(wecom).await;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match &answer {
            Ok(tree) => known.tree = Some((now, tree.clone())),
            Err(error) => known.failed = Some((now, error.clone())),
        }
        answer
    }

    fn known(&self) -> Known {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Known {
    fn tree(&self, now: Timestamp) -> Option<Arc<Tree>> {
        let (read_at, tree) = self.tree.as_ref()?;
        (now.since(*read_at) < BELIEVED).then(|| tree.clone())
    }

    fn failure(&self, now: Timestamp) -> Option<WecomError> {
        let (failed_at, error) = self.failed.as_ref()?;
        (now.since(*failed_at) < FAILED).then(|| error.clone())
    }
}

async fn read(wecom: &dyn WeCom) -> Result<Arc<Tree>, WecomError> {
    let list = wecom.departments().await?;
    Ok(Arc::new(Tree::of(&list)))
}

impl Tree {
    /// The tree of these departments.
    pub fn of(list: &[Department]) -> Self {
        let node =
            |d: &Department| (d.id, Node { parent: d.parent, name: d.name.as_deref().unwrap_or_default().into() });
        Self(list.iter().map(node).collect())
    }

    /// The name of a department, where it is known.
    pub fn name(&self, id: u64) -> Option<&str> {
        self.0.get(&id).map(|node| &*node.name).filter(|name| !name.is_empty())
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
