//! The tags of a connection. `user/get` tells no tags; a tag tells who has it (`wecom-api.md` §6.5). So tags are read
//! one by one, only those that something needs, and each keeps its own age (ADR 16).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::ahead::ReadAhead;
use super::departments::{Tree, lies_in};
use super::verdict::Verdict;
use super::wanted::Wanted;
use crate::domain::ids::UserId;
use crate::domain::member::Member;
use crate::domain::time::{Clock, Timestamp};
use crate::wecom::{Call, Fault, Tag, Tagged, WeCom, WecomError};

/// More tags than a corp can have (3 000).
const MOST: usize = 3_000;

/// So many names are held of all tags together, some 50 MB of them: beyond that only the tags of `allow` are read.
const MOST_NAMES: usize = 1_000_000;

/// So many tags in a row may fail before the others are left for later.
const FAILURES: usize = 3;

/// Everything that is known of them.
#[derive(Default)]
pub struct Tags {
    listed: ReadAhead<Vec<Tag>>,
    held: Mutex<BTreeMap<u64, Arc<ReadAhead<Holders>>>>,
}

/// Who has one tag.
#[derive(Debug, Default)]
pub struct Holders {
    name: String,
    /// Members named one by one: userids in small letters, in their order.
    members: Box<[Box<str>]>,
    departments: BTreeSet<u64>,
    /// Why nobody has it: WeCom does not know the tag, or does not show it to the app.
    missing: Option<WecomError>,
}

/// What came of reading ahead.
#[derive(Debug, Default)]
pub struct Round {
    /// The first failure.
    pub failed: Option<WecomError>,
    /// How many tags were not read because there are too many of them, or of those who have them.
    pub left_out: usize,
}

impl Holders {
    fn of(tagged: Tagged) -> Self {
        let mut members: Vec<Box<str>> = tagged.members.iter().map(folded).collect();
        members.sort_unstable();
        members.dedup();
        Self {
            name: tagged.name.unwrap_or_default(),
            members: members.into(),
            departments: tagged.departments.into_iter().collect(),
            missing: None,
        }
    }

    /// Whether this member has the tag: named, or in one of its departments.
    pub fn hold(&self, member: &Member, tree: Option<&Tree>) -> Verdict {
        if self.members.binary_search(&folded(&member.userid)).is_ok() {
            return Verdict::Yes;
        }
        lies_in(&self.departments, member, tree)
    }
}

fn folded(userid: &UserId) -> Box<str> {
    userid.as_str().to_ascii_lowercase().into()
}

/// A tag that is not there is an answer too: nobody has it.
async fn read(wecom: &dyn WeCom, id: u64) -> Result<Holders, WecomError> {
    match wecom.tagged(id).await {
        Ok(tagged) => Ok(Holders::of(tagged)),
        Err(error) if error.fault == Fault::NoSuchTag => Ok(Holders { missing: Some(error), ..Holders::default() }),
        Err(error) => Err(error),
    }
}

impl Tags {
    /// Who has a tag, where that is known and believed.
    pub fn believed(&self, id: u64, now: Timestamp) -> Option<Arc<Holders>> {
        let tag = self.held(|held| held.get(&id).cloned())?;
        tag.believed(now)
    }

    /// Who has a tag, for somebody who waits for the answer no longer than `patience`.
    pub async fn needed(
        &self,
        wecom: &dyn WeCom,
        id: u64,
        now: Timestamp,
        patience: Duration,
    ) -> Result<Arc<Holders>, WecomError> {
        self.tag(id).needed(Call::TagGet, now, patience, read(wecom, id)).await
    }

    /// The names of the member's tags, as far as they are known and believed, in the order of the tags' numbers.
    pub fn names_of(&self, member: &Member, tree: Option<&Tree>, now: Timestamp) -> Vec<String> {
        let known: Vec<_> = self.held(|held| held.values().filter_map(|tag| tag.believed(now)).collect());
        let has = |holders: &&Arc<Holders>| !holders.name.is_empty() && holders.hold(member, tree) == Verdict::Yes;
        known.iter().filter(has).map(|holders| holders.name.clone()).collect()
    }

    /// Those of these tags that WeCom says are not there, and what it said.
    pub fn missing(&self, ids: &BTreeSet<u64>, now: Timestamp) -> BTreeMap<u64, WecomError> {
        let missing = |id: &u64| Some((*id, self.believed(*id, now)?.missing.clone()?));
        ids.iter().filter_map(missing).collect()
    }

    /// Reads ahead what is wanted and due, those of `allow` first, then whatever has waited longest. Each tag that
    /// cannot be read keeps its old answer; what WeCom itself refuses, it would refuse for every other one too, and so
    /// the rest waits for the next round. `over` ends the round between two calls.
    pub async fn refresh(
        &self,
        wecom: &dyn WeCom,
        wanted: &Wanted,
        clock: &dyn Clock,
        over: impl Fn() -> bool,
    ) -> Round {
        let mut round = Round { failed: self.list(wecom, wanted, clock.now()).await.err(), left_out: 0 };
        let ids = self.wanted(wanted, &mut round);
        self.held(|held| held.retain(|id, _| ids.contains(id)));
        let mut due: Vec<_> = ids.into_iter().map(|id| (!wanted.tags.contains(&id), self.tag(id), id)).collect();
        due.retain(|(_, tag, _)| tag.is_due(clock.now()));
        due.sort_by_key(|(named, tag, _)| (*named, tag.tried()));
        let (mut names, mut failures) = (self.names(), 0);
        for (only_named, tag, id) in due {
            if over() || failures == FAILURES {
                break;
            }
            if only_named && names > MOST_NAMES {
                round.left_out += 1;
                continue;
            }
            let before = tag.latest().map_or(0, |holders| holders.members.len());
            match tag.refresh(clock.now(), read(wecom, id)).await {
                Ok(holders) => (failures, names) = (0, (names + holders.members.len()).saturating_sub(before)),
                Err(error) => {
                    failures = if error.errcode.is_some() { FAILURES } else { failures + 1 };
                    round.failed.get_or_insert(error);
                }
            }
        }
        round
    }

    async fn list(&self, wecom: &dyn WeCom, wanted: &Wanted, now: Timestamp) -> Result<(), WecomError> {
        if !wanted.names.is_nothing() && self.listed.is_due(now) {
            self.listed.refresh(now, wecom.tags()).await?;
        }
        Ok(())
    }

    fn wanted(&self, wanted: &Wanted, round: &mut Round) -> BTreeSet<u64> {
        let listed = self.listed.latest().filter(|_| !wanted.names.is_nothing());
        let named = listed.iter().flat_map(|list| list.iter()).filter(|tag| wanted.names.want(tag));
        let named: BTreeSet<u64> = named.map(|tag| tag.id).filter(|id| !wanted.tags.contains(id)).collect();
        round.left_out += named.len().saturating_sub(MOST);
        wanted.tags.iter().copied().chain(named.into_iter().take(MOST)).collect()
    }

    fn names(&self) -> usize {
        let known: Vec<_> = self.held(|held| held.values().filter_map(|tag| tag.latest()).collect());
        known.iter().map(|holders| holders.members.len()).sum()
    }

    fn tag(&self, id: u64) -> Arc<ReadAhead<Holders>> {
        self.held(|held| held.entry(id).or_default().clone())
    }

    fn held<R>(&self, with: impl FnOnce(&mut BTreeMap<u64, Arc<ReadAhead<Holders>>>) -> R) -> R {
        with(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
