//! A worker: one thing after the other, at random, until the program is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::account::{Account, Way};
use super::dice::Dice;
use super::site::Site;
use super::tally::Tally;

/// So many of the newest accounts are worked with.
const AT_HAND: usize = 4;

/// So many older ones are looked at after each reopening.
const SAMPLE: usize = 1;

pub struct Worker {
    number: u64,
    site: Site,
    dice: Dice,
    tally: Tally,
    accounts: Vec<Account>,
    hired: u64,
}

impl Worker {
    pub fn new(number: u64, site: Site, dice: Dice, tally: Tally) -> Self {
        Self { number, site, dice, tally, accounts: Vec::new(), hired: 0 }
    }

    /// Works until the program is gone.
    pub async fn works(mut self, killed: Arc<AtomicBool>) -> Self {
        loop {
            if let Err(error) = self.step().await {
                assert!(killed.load(Ordering::SeqCst), "the program lives and gave no answer: {error:?}");
                return self;
            }
        }
    }

    async fn step(&mut self) -> reqwest::Result<()> {
        if self.accounts.is_empty() || self.dice.once_in(5) {
            return self.next_member_signs_in().await;
        }
        let recent = self.accounts.len().min(AT_HAND) as u64;
        let chosen = self.accounts.len() - 1 - usize::try_from(self.dice.below(recent)).unwrap();
        self.accounts[chosen].step(&mut self.dice, &self.tally).await
    }

    async fn next_member_signs_in(&mut self) -> reqwest::Result<()> {
        self.hired += 1;
        let way = match self.dice.below(6) {
            0..=2 => Way::Computer,
            3 | 4 => Way::InWecom,
            _ => Way::Guided,
        };
        let member = format!("w{}-{}", self.number, self.hired);
        let mobile = format!("13{}{:08}", self.number, self.hired);
        let account = Account::sets_out(&self.site, member, mobile, way).await?;
        self.accounts.push(account);
        let last = self.accounts.last_mut().expect("the newest");
        last.arrives(&self.tally).await
    }

    /// Looks at everything that was touched since the last reopening, and at some of the rest.
    pub async fn checks(mut self) -> Self {
        for account in self.accounts.iter_mut().filter(|account| account.touched) {
            account.check(&mut self.dice, &self.tally).await;
        }
        for _ in 0..SAMPLE.min(self.accounts.len()) {
            let chosen = usize::try_from(self.dice.below(self.accounts.len() as u64)).unwrap();
            self.accounts[chosen].check(&mut self.dice, &self.tally).await;
        }
        self
    }
}
