//! An operator who rotates the keys now and then, while everybody else works: whatever was acknowledged is in the folder
//! and in the JWKS after a reopening, and the store still knows its keys.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;

use super::dice::Dice;
use super::site::kids;
use super::tally::Tally;
use crate::support::Program;

/// One rotation in so many rounds.
const SELDOM: u64 = 6;

pub struct Operator {
    http: reqwest::Client,
    address: String,
    token: String,
    folder: PathBuf,
    dice: Dice,
    tally: Tally,
    /// What was acknowledged: key ids, and files of sealing keys.
    made: BTreeSet<String>,
}

impl Operator {
    pub fn of(program: &Program, dice: Dice, tally: Tally) -> Self {
        let folder = program.folder().join("keys");
        let token = fs::read_to_string(folder.join("admin.token")).expect("the token");
        let (http, address) = (program.http.clone(), program.admin("/admin/keys/rotate"));
        Self { http, address, token: token.trim_end().to_owned(), folder, dice, tally, made: BTreeSet::new() }
    }

    /// Rotates, perhaps, before the program is gone.
    pub async fn works(mut self) -> Self {
        if self.dice.once_in(SELDOM) {
            tokio::time::sleep(Duration::from_millis(self.dice.below(60))).await;
            // Cut off, nothing is known of it.
            drop(self.rotates().await);
        }
        self
    }

    /// Rotates.
    pub async fn rotates(&mut self) -> reqwest::Result<()> {
        self.tally.begun("keys rotate");
        let request = self.http.post(&self.address).bearer_auth(&self.token);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body("emergency=false");
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        assert_eq!(status, 200, "{text}");
        let steps: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let made = steps.as_array().expect("steps").iter().map(|step| step["kid"].as_str().expect("a kid").to_owned());
        self.made.extend(made);
        self.tally.acknowledged("keys rotate");
        Ok(())
    }

    /// After a reopening.
    pub async fn checks(&self, program: &Program) {
        let published = kids(program).await;
        for made in &self.made {
            assert!(published.contains(made) || self.folder.join(made).exists(), "{made} is lost: {published:?}");
        }
        self.tally.checked("keys rotate");
    }
}
