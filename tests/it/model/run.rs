//! One story, told to a store and to the model; after every step both must show the same.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::test_runner::TestCaseError;
use tokio::sync::Barrier;
use wecom_oidc::domain::time::{Span, Timestamp};
use wecom_oidc::store::StoreError;

use super::event::Event;
use super::ledger::Ledger;
use super::reference::Reference;
use super::stores::Stage;
use super::verb::{Outcome, Verb};
use super::view::{self, View};
use crate::store::samples::at;

type Told<T = ()> = Result<T, TestCaseError>;

struct Run<S> {
    stage: S,
    ledger: Ledger,
    now: Timestamp,
    /// What may be the case. Mostly one; more where a race had several orders that nobody could tell apart.
    worlds: Vec<Reference>,
    /// What else may be the case after a crash: the worlds before writes that need not last.
    unsure: Vec<Reference>,
    /// What happened, for whoever reads a failure.
    story: String,
}

pub async fn keeps_to_the_model<S: Stage>(events: &[Event]) -> Told {
    let worlds = vec![Reference::default()];
    let ledger = Ledger::default();
    let mut run = Run { stage: S::new(), ledger, now: at(0), worlds, unsure: Vec::new(), story: String::new() };
    for event in events {
        run = run.step(event).await?;
    }
    let mistakes = view::opened_by_mistake(&*run.stage.store(), &run.ledger.names, run.now).await;
    let mistakes = mistakes.map_err(|error| run.failed(&error))?;
    if mistakes.is_empty() { Ok(()) } else { Err(run.fail(&format!("these should open nothing: {mistakes:?}"))) }
}

impl<S: Stage> Run<S> {
    async fn step(mut self, event: &Event) -> Told<Self> {
        match event {
            Event::Wait { seconds } => {
                self.now = self.now + Span::seconds(*seconds);
                self.tell(format_args!("{seconds} s pass"));
            }
            Event::Sweep => self.sweep().await?,
            Event::Restart | Event::Kill if !S::LASTS => return Ok(self),
            Event::Restart => {
                self.stage = self.stage.restarted();
                self.unsure.clear();
                self.tell(format_args!("restart"));
            }
            Event::Kill => {
                self.stage = self.stage.killed();
                self.worlds.append(&mut self.unsure);
                self.tell(format_args!("kill"));
            }
            Event::Race(events) => {
                let verbs = events.iter().filter_map(|event| self.ledger.verb(event, self.now)).collect();
                self.act(verbs).await?;
            }
            event => {
                let verb = self.ledger.verb(event, self.now);
                self.act(verb.into_iter().collect()).await?;
            }
        }
        self.compare().await?;
        Ok(self)
    }

    async fn sweep(&mut self) -> Told {
        let store = self.stage.store();
        self.tell(format_args!("sweep"));
        loop {
            match store.sweep(self.now, 7).await.map_err(|error| self.failed(&error))? {
                0 => return Ok(()),
                1..=7 => {}
                more => return Err(self.fail(&format!("{more} were swept instead of 7"))),
            }
        }
    }

    /// Lets the verbs run, all at once, and keeps the worlds in which some order of them had these outcomes.
    async fn act(&mut self, verbs: Vec<Verb>) -> Told {
        if verbs.is_empty() {
            return Ok(());
        }
        let before = self.views();
        let outcomes = self.race(&verbs).await.map_err(|error| self.failed(&error))?;
        let done: Vec<(Verb, Outcome)> = verbs.into_iter().zip(outcomes).collect();
        for (verb, outcome) in &done {
            self.tell(format_args!("{verb:?} -> {outcome:?}"));
            self.ledger.note(verb, outcome, self.now);
        }
        let steps: Vec<&(Verb, Outcome)> = done.iter().collect();
        let mut after = Vec::new();
        for world in &self.worlds {
            serial_orders(world, &steps, self.now, &mut after);
        }
        if after.is_empty() {
            return Err(self.fail("no order of these has such outcomes"));
        }
        if done.iter().all(|(verb, _)| !verb.lasts()) {
            self.unsure.append(&mut self.worlds);
        }
        self.worlds = after;
        // Whoever was answered is sure of all that was written before.
        if done.iter().any(|(verb, _)| verb.lasts()) && self.views() != before {
            self.unsure.clear();
        }
        Ok(())
    }

    async fn race(&self, verbs: &[Verb]) -> Result<Vec<Outcome>, StoreError> {
        let start = Arc::new(Barrier::new(verbs.len()));
        let hands: Vec<_> = verbs
            .iter()
            .map(|verb| {
                let (start, store, verb, now) = (Arc::clone(&start), self.stage.store(), verb.clone(), self.now);
                tokio::spawn(async move {
                    start.wait().await;
                    verb.run(&*store, now).await
                })
            })
            .collect();
        let mut outcomes = Vec::new();
        for hand in hands {
            outcomes.push(hand.await.expect("no verb panics")?);
        }
        Ok(outcomes)
    }

    fn views(&self) -> Vec<View> {
        self.worlds.iter().map(|world| world.view(&self.ledger.names, self.now)).collect()
    }

    async fn compare(&mut self) -> Told {
        let seen = view::of_store(&*self.stage.store(), &self.ledger.names, self.now).await;
        let seen = seen.map_err(|error| self.failed(&error))?;
        let views = self.views();
        if !views.contains(&seen) {
            let differences = views.first().map(|model| differences(&seen, model)).unwrap_or_default();
            return Err(self.fail(&differences));
        }
        let mut views = views.iter();
        self.worlds.retain(|_| views.next() == Some(&seen));
        self.worlds.dedup();
        Ok(())
    }

    fn tell(&mut self, what: std::fmt::Arguments<'_>) {
        // A String never refuses.
        let _ = writeln!(self.story, "  {what}");
    }

    fn failed(&self, error: &StoreError) -> TestCaseError {
        self.fail(&error.to_string())
    }

    fn fail(&self, what: &str) -> TestCaseError {
        TestCaseError::fail(format!("{what}\nthe story:\n{}", self.story))
    }
}

/// Every world that some order of the steps leads to, with exactly these outcomes.
fn serial_orders(world: &Reference, steps: &[&(Verb, Outcome)], now: Timestamp, found: &mut Vec<Reference>) {
    if steps.is_empty() && !found.contains(world) {
        found.push(world.clone());
    }
    for (index, (verb, outcome)) in steps.iter().enumerate() {
        let mut next = world.clone();
        if next.apply(verb, now).allows(outcome) {
            let rest: Vec<_> = steps.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, step)| *step).collect();
            serial_orders(&next, &rest, now, found);
        }
    }
}

fn differences(store: &View, model: &View) -> String {
    let mut text = String::new();
    for key in store.keys().chain(model.keys().filter(|key| !store.contains_key(key))) {
        let (store, model) = (store.get(key), model.get(key));
        if store != model {
            let _ = writeln!(text, "{key:?}\n  store: {store:?}\n  model: {model:?}");
        }
    }
    text
}
