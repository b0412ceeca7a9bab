//! Reading a member anew, once at a time: of many refreshes that find the last answer too old, one asks WeCom.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::membership::Admitted;
use super::{Directory, Turned};
use crate::domain::ids::{ConnectionName, MemberKey, UserId};
use crate::store::Result;

type Name = (ConnectionName, MemberKey);
type Outcome = std::result::Result<Admitted, Turned>;

/// The members that are being read; as many entries as there are such requests, no more.
#[derive(Default)]
pub struct Rereading(Mutex<HashMap<Name, Arc<OnceCell<Outcome>>>>);

/// A part in one reading.
struct Part<'a> {
    all: &'a Rereading,
    name: Name,
    cell: Arc<OnceCell<Outcome>>,
}

impl Directory {
    /// As [`Self::admit`], for all who ask meanwhile together: they are told the same, a failure too, so that
    /// a WeCom that does not answer holds nobody up twice.
    pub(super) async fn admit_together(
        &self,
        connection: &ConnectionName,
        member: &MemberKey,
        userid: &UserId,
    ) -> Result<Outcome> {
        let part = self.rereading.join((connection.clone(), member.clone()));
        // Whoever hangs up while asking leaves the question to the next one.
        part.cell.get_or_try_init(|| self.admit(connection, userid)).await.cloned()
    }
}

impl Rereading {
    fn join(&self, name: Name) -> Part<'_> {
        let cell = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name.clone()).or_default().clone();
        Part { all: self, name, cell }
    }
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        let mut table = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Ours and the table's.
        let last = Arc::strong_count(&self.cell) <= 2;
        if (self.cell.initialized() || last) && table.get(&self.name).is_some_and(|of| Arc::ptr_eq(of, &self.cell)) {
            table.remove(&self.name);
        }
    }
}
