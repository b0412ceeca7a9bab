//! Reading a member anew, once at a time: of many refreshes that find the last answer too old, one asks WeCom.

use super::membership::Admitted;
use super::together::Together;
use super::{Directory, Turned};
use crate::domain::ids::{ConnectionName, MemberKey, UserId};
use crate::store::Result;

/// The members that are being read.
pub type Rereading = Together<(ConnectionName, MemberKey), std::result::Result<Admitted, Turned>>;

impl Directory {
    /// As [`Self::admit`], for all who ask meanwhile together: they are told the same, a failure too, so that
    /// a WeCom that does not answer holds nobody up twice.
    pub(super) async fn admit_together(
        &self,
        connection: &ConnectionName,
        member: &MemberKey,
        userid: &UserId,
    ) -> Result<std::result::Result<Admitted, Turned>> {
        let name = (connection.clone(), member.clone());
        self.rereading.once(name, self.admit(connection, userid)).await
    }
}
