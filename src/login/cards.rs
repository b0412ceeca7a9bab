//! The cards that members were sent at the guide (`guide_message`): one for each sign-in, and few for each member.
//!
//! In memory, per instance, and of a fixed size (law 1): when it is full, the oldest entry goes.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::digest::Digest;
use crate::domain::ids::MemberKey;
use crate::domain::time::{Span, Timestamp};

/// How many cards are remembered.
const REMEMBERED: usize = 4_096;

/// How many cards a member gets within [`WITHIN`], whoever opens how many guides. WeCom itself takes 1 000 (§11).
const MOST: usize = 5;

/// See [`MOST`].
const WITHIN: Span = Span::hours(1);

/// The table.
#[derive(Default)]
pub struct Cards(Mutex<VecDeque<Asked>>);

struct Asked {
    transaction: Digest,
    ticket: Digest,
    member: MemberKey,
    at: Timestamp,
    failed: bool,
}

impl Cards {
    /// Whether a card with this link may be asked for now; if so it counts as asked for. Once for each transaction.
    pub fn may_ask(&self, transaction: Digest, ticket: Digest, member: &MemberKey, now: Timestamp) -> bool {
        let mut asked = self.lock();
        let lately = asked.iter().filter(|one| one.member == *member && now < one.at + WITHIN).count();
        if lately >= MOST || asked.iter().any(|one| one.transaction == transaction) {
            return false;
        }
        if asked.len() >= REMEMBERED {
            asked.pop_front();
        }
        asked.push_back(Asked { transaction, ticket, member: member.clone(), at: now, failed: false });
        true
    }

    /// WeCom did not take it: the page says no more that one was asked for.
    pub fn failed(&self, ticket: Digest) {
        if let Some(one) = self.lock().iter_mut().find(|one| one.ticket == ticket) {
            one.failed = true;
        }
    }

    /// Whether a card with this very link was asked for, and nothing is known against it.
    pub fn asked(&self, ticket: Digest) -> bool {
        self.lock().iter().any(|one| one.ticket == ticket && !one.failed)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Asked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::digest::Purpose;
    use crate::domain::ids::{CorpId, UserId};

    const NOW: Timestamp = Timestamp(1_763_000_000);

    fn member(userid: &str) -> MemberKey {
        MemberKey::new(CorpId::parse("ww1").unwrap(), &UserId::parse(userid).unwrap())
    }

    fn digest(n: usize) -> Digest {
        Digest::of(Purpose::Transaction, &n.to_string())
    }

    #[test]
    fn threat_36_a_sign_in_asks_once_and_a_member_gets_five_cards_an_hour_at_most() {
        let cards = Cards::default();
        for n in 0..MOST {
            assert!(cards.may_ask(digest(n), digest(100 + n), &member("ann"), NOW), "{n}");
            assert!(!cards.may_ask(digest(n), digest(200 + n), &member("ann"), NOW), "{n}");
        }
        assert!(!cards.may_ask(digest(9), digest(109), &member("ann"), NOW));
        assert!(cards.may_ask(digest(10), digest(110), &member("bob"), NOW));
        assert!(cards.may_ask(digest(9), digest(109), &member("ann"), NOW + WITHIN));
    }

    #[test]
    fn what_failed_was_not_sent_and_the_table_stays_small() {
        let cards = Cards::default();
        assert!(cards.may_ask(digest(0), digest(1), &member("ann"), NOW) && cards.asked(digest(1)));
        cards.failed(digest(1));
        assert!(!cards.asked(digest(1)) && !cards.asked(digest(2)));
        for n in 10..10 + REMEMBERED {
            cards.may_ask(digest(n), digest(n), &member(&n.to_string()), NOW);
        }
        assert_eq!(cards.lock().len(), REMEMBERED);
    }
}
