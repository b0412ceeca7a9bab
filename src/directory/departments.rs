//! The department tree of a connection: read ahead in the background, kept for a while, asked for once at most.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Turned;
use crate::domain::refusal::Refusal;
use crate::domain::time::{Span, Timestamp};
use crate::wecom::{WeCom, WecomError};

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
    tree: Option<(Timestamp, Arc<Parents>)>,
    failed: Option<(Timestamp, WecomError)>,
}

/// Every department's parent.
#[derive(Debug, Default)]
pub struct Parents(HashMap<u64, u64>);

impl DepartmentTree {
    /// The tree, if it is known or may be asked for.
    pub async fn read(&self, wecom: &dyn WeCom, now: Timestamp, ask: Ask) -> Result<Arc<Parents>, Turned> {
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

    /// Whether there is a tree that is believed.
    pub fn is_known(&self, now: Timestamp) -> bool {
        self.known().tree(now).is_some()
    }

    async fn ask(&self, wecom: &dyn WeCom, now: Timestamp) -> Result<Arc<Parents>, WecomError> {
        let answer = parents(wecom).await;
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
    fn tree(&self, now: Timestamp) -> Option<Arc<Parents>> {
        let (read_at, tree) = self.tree.as_ref()?;
        (now.since(*read_at) < BELIEVED).then(|| tree.clone())
    }

    fn failure(&self, now: Timestamp) -> Option<WecomError> {
        let (failed_at, error) = self.failed.as_ref()?;
        (now.since(*failed_at) < FAILED).then(|| error.clone())
    }
}

async fn parents(wecom: &dyn WeCom) -> Result<Arc<Parents>, WecomError> {
    let list = wecom.departments().await?;
    Ok(Arc::new(Parents(list.iter().map(|d| (d.id, d.parent)).collect())))
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
