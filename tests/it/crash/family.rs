//! A refresh token family: what its application holds, and the one lineage that must then be alive (law 3).

use super::dice::Dice;
use super::tally::Tally;
use crate::support::{RelyingParty, TokenAnswer};

/// What the application was told last.
pub struct Family {
    access: String,
    current: String,
    /// The one before: within the grace it brings the current one again.
    previous: Option<String>,
    /// Two steps back: it ends the family.
    older: Option<String>,
    pub state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Living,
    /// A rotation of the current token was begun.
    Rotating,
    /// Something was begun that ends the family.
    Ending,
    Ended,
}

impl Family {
    pub fn begun(answer: &TokenAnswer) -> Self {
        let (access, current) = (answer.access_token().to_owned(), answer.refresh_token().to_owned());
        Self { access, current, previous: None, older: None, state: State::Living }
    }

    pub fn lives(&self) -> bool {
        self.state == State::Living
    }

    fn take(&mut self, answer: &TokenAnswer) {
        answer.access_token().clone_into(&mut self.access);
        self.older = self.previous.take();
        self.previous = Some(std::mem::replace(&mut self.current, answer.refresh_token().to_owned()));
        self.state = State::Living;
    }

    /// One step of a living family.
    pub async fn step(&mut self, rp: &RelyingParty, dice: &mut Dice, tally: &Tally) -> reqwest::Result<()> {
        match (dice.below(6), &self.previous, &self.older) {
            (0, Some(_), _) => self.replays(rp, tally).await,
            (1, _, Some(older)) => {
                let older = older.clone();
                self.ends_by(rp, &older, tally).await
            }
            (2, ..) => self.rotates_twice_at_once(rp, tally).await,
            _ => self.rotates(rp, tally).await,
        }
    }

    async fn rotates(&mut self, rp: &RelyingParty, tally: &Tally) -> reqwest::Result<()> {
        tally.begun("refresh");
        self.state = State::Rotating;
        let answer = rp.try_refresh(&self.current).await?.good();
        self.take(&answer);
        tally.acknowledged("refresh");
        Ok(())
    }

    async fn rotates_twice_at_once(&mut self, rp: &RelyingParty, tally: &Tally) -> reqwest::Result<()> {
        tally.begun("refresh");
        self.state = State::Rotating;
        let answer = match tokio::join!(rp.try_refresh(&self.current), rp.try_refresh(&self.current)) {
            (Ok(one), Ok(other)) => {
                assert_eq!(one.clone().good().refresh_token(), other.good().refresh_token(), "forked");
                one
            }
            // What came is acknowledged, whatever became of the other.
            (Ok(one), Err(_)) | (Err(_), Ok(one)) => one.good(),
            (Err(error), Err(_)) => return Err(error),
        };
        self.take(&answer);
        tally.acknowledged("refresh");
        Ok(())
    }

    /// Within the grace the token before brings the very same successor.
    async fn replays(&mut self, rp: &RelyingParty, tally: &Tally) -> reqwest::Result<()> {
        let Some(previous) = &self.previous else { return Ok(()) };
        tally.begun("replay");
        let again = rp.try_refresh(previous).await?.good();
        assert_eq!(again.refresh_token(), self.current, "the family forked");
        tally.acknowledged("replay");
        Ok(())
    }

    /// A token two steps back ends the family.
    async fn ends_by(&mut self, rp: &RelyingParty, older: &str, tally: &Tally) -> reqwest::Result<()> {
        tally.begun("reuse");
        self.state = State::Ending;
        rp.try_refresh(older).await?.assert_refused(400, "invalid_grant");
        self.state = State::Ended;
        tally.acknowledged("reuse");
        Ok(())
    }

    /// After a reopening: what was acknowledged is so, what was cut off happened whole or not at all.
    pub async fn check(&mut self, rp: &RelyingParty, dice: &mut Dice, tally: &Tally) {
        match self.state {
            State::Living => {
                assert_eq!(rp.userinfo(&self.access).await.status, 200, "the access token is lost");
                self.replays(rp, tally).await.expect("an answer");
                if dice.once_in(2) {
                    self.rotates(rp, tally).await.expect("an answer");
                }
                tally.checked("refresh");
                if dice.once_in(4) {
                    self.check_that_reuse_ends_all(rp, tally).await;
                }
            }
            State::Rotating => self.check_lineage(rp, dice, tally).await,
            State::Ending => self.check_half_ended(rp).await,
            State::Ended => {
                self.check_ended(rp).await;
                tally.checked("reuse");
            }
        }
    }

    /// The rotation happened or not: the token presented brings one successor, always the same, and
    /// that one is the current token.
    async fn check_lineage(&mut self, rp: &RelyingParty, dice: &mut Dice, tally: &Tally) {
        let successor = rp.refresh(&self.current).await.good();
        let again = rp.refresh(&self.current).await.good();
        assert_eq!(successor.refresh_token(), again.refresh_token(), "the family forked");
        self.take(&successor);
        self.rotates(rp, tally).await.expect("an answer");
        tally.checked("refresh");
        if dice.once_in(2) {
            self.check_that_reuse_ends_all(rp, tally).await;
        }
    }

    async fn check_that_reuse_ends_all(&mut self, rp: &RelyingParty, tally: &Tally) {
        let Some(older) = self.older.clone() else { return };
        self.ends_by(rp, &older, tally).await.expect("an answer");
        self.check_ended(rp).await;
    }

    /// Access and refresh token stand and fall together.
    async fn check_half_ended(&mut self, rp: &RelyingParty) {
        if rp.userinfo(&self.access).await.status == 200 {
            let answer = rp.refresh(&self.current).await.good();
            self.take(&answer);
        } else {
            self.check_ended(rp).await;
            self.state = State::Ended;
        }
    }

    async fn check_ended(&self, rp: &RelyingParty) {
        assert_eq!(rp.userinfo(&self.access).await.status, 401, "an ended access token is back");
        for token in [Some(&self.current), self.previous.as_ref()].into_iter().flatten() {
            rp.refresh(token).await.assert_refused(400, "invalid_grant");
        }
    }
}
