//! Law 5 at the door and later: a member is whoever `user/get` describes with status 1.

use super::ahead::Ask;
use super::policy::standing;
use super::{Directory, Turned};
use crate::config::Client;
use crate::domain::ids::{ConnectionName, MemberKey, UserId};
use crate::domain::member::Standing;
use crate::domain::refusal::Refusal;
use crate::store::Result;
use crate::store::records::MemberRecord;
use crate::wecom::{During, Fault, WecomError};

/// A member who stands at the door and was let in by WeCom.
#[derive(Clone, Debug)]
pub struct Admitted {
    /// The person.
    pub key: MemberKey,
    /// As just read, and remembered.
    pub record: MemberRecord,
}

/// What a look at a member some time after the sign-in comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// Still a member who may enter.
    Stands,
    /// Gone, disabled, or out of the app's range.
    Ended,
    /// A member, but not one who may enter this application.
    NotAllowed,
    /// WeCom could not be asked.
    Unknown,
}

impl Directory {
    /// Reads the member behind a code of WeCom, checks the standing and remembers what was read.
    pub async fn admit(
        &self,
        connection: &ConnectionName,
        userid: &UserId,
    ) -> Result<std::result::Result<Admitted, Turned>> {
        let Some(branch) = self.branches.get(connection) else { return Ok(Err(Refusal::NotAMember.into())) };
        let key = MemberKey::new(branch.corp.clone(), userid);
        let member = match branch.wecom.member(userid).await {
            Ok(member) => member,
            Err(error) => {
                if matches!(error.fault, Fault::NoSuchMember | Fault::Member) {
                    self.end(connection, &key, Standing::Gone).await?;
                }
                return Ok(Err(error.into()));
            }
        };
        // An answer about somebody else is a broken answer.
        if MemberKey::new(branch.corp.clone(), &member.userid) != key {
            return Ok(Err(Refusal::WecomUnavailable.into()));
        }
        let record = MemberRecord { member, read_at: self.clock.now() };
        self.store.remember_member(connection, &key, &record).await?;
        match standing(record.member.standing) {
            Ok(()) => Ok(Ok(Admitted { key, record })),
            Err(turned) => {
                // A standing that cannot be understood keeps people out, but ends nothing.
                if !matches!(record.member.standing, Standing::Unknown(_)) {
                    self.end(connection, &key, record.member.standing).await?;
                }
                Ok(Err(turned))
            }
        }
    }

    /// Somebody who was a member and no longer is one. Who is gone may only have left the range of
    /// the app that was asked, so it is for that connection alone; a standing holds for the whole corp.
    async fn end(&self, connection: &ConnectionName, key: &MemberKey, standing: Standing) -> Result<()> {
        if standing == Standing::Gone {
            return self.end_at(connection, key, standing).await;
        }
        for (name, branch) in &self.branches {
            if branch.corp == *key.corp() {
                self.end_at(name, key, standing).await?;
            }
        }
        Ok(())
    }

    /// First the mark that every policy reads, then sessions and grants. Each step is durable and may
    /// be repeated, so a crash between them only leaves what the mark already refuses.
    async fn end_at(&self, connection: &ConnectionName, key: &MemberKey, standing: Standing) -> Result<()> {
        let now = self.clock.now();
        let Some(mut record) = self.store.member(connection, key).await? else { return Ok(()) };
        record.member.standing = standing;
        record.read_at = now;
        self.store.remember_member(connection, key, &record).await?;
        let sessions = self.store.sessions_of(key, now).await?;
        let mut ended = 0;
        for (digest, _) in sessions.iter().filter(|(_, session)| session.connection == *connection) {
            ended += usize::from(self.end_session(*digest, key).await?.is_some());
        }
        let grants = self.store.revoke_grants_of(key, Some(connection)).await?;
        if grants + ended > 0 {
            let member = self.pseudonym(key);
            tracing::info!(event = "member.ended", connection = %connection, member, sessions = ended, grants, "a member left; sessions and grants are ended");
        }
        Ok(())
    }

    /// Whether tokens may be refreshed: the member is re-read when the last answer is older than `lifetimes.membership`.
    pub async fn still_a_member(
        &self,
        client: &Client,
        connection: &ConnectionName,
        member: &MemberKey,
    ) -> Result<Membership> {
        let Some(known) = self.store.member(connection, member).await? else { return Ok(Membership::Ended) };
        if !self.reaches(client, connection, member) {
            return Ok(Membership::NotAllowed);
        }
        let now = self.clock.now();
        let record = if now >= known.read_at && now.since(known.read_at) < self.believed {
            known
        } else {
            match self.admit_together(connection, member, &known.member.userid).await? {
                Ok(admitted) => admitted.record,
                Err(turned) => {
                    if let Some(error) = &turned.upstream {
                        let during = During {
                            connection: Some(connection.as_str()),
                            client: Some(client.client_id.as_str()),
                            ..During::default()
                        };
                        error.warn(&during, "a member could not be re-read");
                    }
                    return Ok(ended_or_unknown(&turned));
                }
            }
        };
        Ok(match self.admits(client, connection, &record.member, Ask::Once).await {
            Ok(()) => Membership::Stands,
            Err(turned) if turned.refusal == Refusal::NotAllowed => Membership::NotAllowed,
            Err(turned) => ended_or_unknown(&turned),
        })
    }
}

const fn ended_or_unknown(turned: &Turned) -> Membership {
    match turned.refusal {
        Refusal::WecomUnavailable | Refusal::WecomMisconfigured => Membership::Unknown,
        _ => Membership::Ended,
    }
}

/// The page on which a failure of WeCom ends.
pub fn refusal_of(error: &WecomError) -> Refusal {
    match error.fault {
        Fault::NoSuchMember | Fault::Member => Refusal::NotVisible,
        Fault::CodeUsed | Fault::TicketExpired => Refusal::StartAgain,
        Fault::Operator => Refusal::WecomMisconfigured,
        _ => Refusal::WecomUnavailable,
    }
}
