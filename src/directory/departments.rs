//! The department tree of a connection, read once and kept for a while.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::domain::time::{Span, Timestamp};
use crate::wecom::{WeCom, WecomError};

/// How long a tree is believed.
const BELIEVED: Span = Span::minutes(10);

/// Deeper than WeCom allows (15 levels); a circle in a broken answer ends here.
const DEEPEST: usize = 32;

/// The tree as last read; one reader at a time asks WeCom, the others wait for its answer.
#[derive(Default)]
pub struct DepartmentTree {
    known: Mutex<Option<(Timestamp, Arc<Parents>)>>,
}

/// Every department's parent.
#[derive(Debug, Default)]
pub struct Parents(HashMap<u64, u64>);

impl DepartmentTree {
    /// The tree, asking WeCom once when it is unknown or too old.
    pub async fn read(&self, wecom: &dyn WeCom, now: Timestamp) -> Result<Arc<Parents>, WecomError> {
        let mut known = self.known.lock().await;
        if let Some((read_at, tree)) = known.as_ref()
            && now.since(*read_at) < BELIEVED
            && now >= *read_at
        {
            return Ok(tree.clone());
        }
        let list = wecom.departments().await?;
        let tree = Arc::new(Parents(list.iter().map(|d| (d.id, d.parent)).collect()));
        *known = Some((now, tree.clone()));
        Ok(tree)
    }
}

impl Parents {
    /// A department and all that it lies in.
    pub fn with_ancestors(&self, id: u64) -> Vec<u64> {
        let mut path = vec![id];
        while let Some(parent) = path.last().and_then(|id| self.0.get(id))
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
        let tree = Parents(HashMap::from([(7, 1), (1, 0), (8, 9), (9, 8)]));
        assert_eq!(tree.with_ancestors(7), [7, 1, 0]);
        assert_eq!(tree.with_ancestors(8), [8, 9]);
        assert_eq!(tree.with_ancestors(99), [99]);
    }
}
