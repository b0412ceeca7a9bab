//! Faults that tests switch on, per path: delays, wrong answers, no answers; and limits on calls.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// An API error with this errcode.
    Errcode(i64),
    /// This HTTP status with an empty body.
    Status(u16),
    /// HTTP 200 with a page instead of JSON.
    Html,
    /// HTTP 200 with exactly this body.
    Body(String),
    /// The right answer without `errcode` and `errmsg`.
    NoErrcode,
    /// The right answer, cut in the middle.
    TruncatedJson,
    /// The right answer with numbers and strings exchanged.
    WrongTypes,
    /// The right answer followed by this many blanks.
    HugeBody(usize),
    /// No answer while the connection stays open.
    Hang,
    /// A 302 to this address.
    Redirect(String),
    /// The connection is closed without an answer.
    Drop,
}

/// A fault at a path.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// The path, such as `/cgi-bin/user/get`; `*` is every path of the API.
    pub path: String,
    /// How many calls it hits; without a number, all until it is removed.
    pub times: Option<u32>,
    /// Calls that pass before it begins.
    pub after: u32,
    /// Delay before the answer, in milliseconds.
    pub latency_ms: u64,
    /// What is answered; without it only the delay applies.
    pub effect: Option<Effect>,
}

/// Limits on a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limit {
    /// Calls a minute before 45009.
    pub per_minute: Option<u32>,
    /// Calls at the same time before 45033.
    pub concurrent: Option<u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Minute {
    began: i64,
    calls: u32,
    blocked_until: i64,
}

/// All faults and limits.
#[derive(Debug, Default, Clone)]
pub(crate) struct Faults {
    active: Vec<Fault>,
    limits: HashMap<String, Limit>,
    minutes: HashMap<String, Minute>,
}

impl Faults {
    /// Adds a fault; earlier ones at the same path come first.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.active.push(fault);
    }

    /// What is switched on.
    pub(crate) fn list(&self) -> Vec<Fault> {
        self.active.clone()
    }

    /// Removes faults at a path, or all.
    pub(crate) fn clear(&mut self, path: Option<&str>) {
        self.active.retain(|fault| path.is_some_and(|path| fault.path != path));
    }

    /// Sets the limits of a path.
    pub(crate) fn limit(&mut self, path: &str, limit: Limit) {
        self.limits.insert(path.to_owned(), limit);
        self.minutes.remove(path);
    }

    /// Takes the fault that hits this call.
    pub(crate) fn take(&mut self, path: &str) -> Option<Fault> {
        let everywhere = path.starts_with("/cgi-bin/");
        for index in 0..self.active.len() {
            let fault = &mut self.active[index];
            if fault.path != path && !(everywhere && fault.path == "*") {
                continue;
            }
            if fault.after > 0 {
                fault.after -= 1;
                continue;
            }
            let hit = fault.clone();
            if let Some(times) = &mut fault.times {
                *times = times.saturating_sub(1);
                if *times == 0 {
                    self.active.remove(index);
                }
            }
            return Some(hit);
        }
        None
    }

    /// The errcode of a limit this call exceeds; `running` counts the calls at the path, this one included.
    pub(crate) fn exceeded(&mut self, path: &str, running: u32, now: i64) -> Option<i64> {
        let limit = *self.limits.get(path)?;
        if limit.concurrent.is_some_and(|most| running > most) {
            return Some(45033);
        }
        let most = limit.per_minute?;
        let minute = self.minutes.entry(path.to_owned()).or_default();
        if minute.blocked_until > now {
            return Some(45009);
        }
        if now - minute.began >= 60 {
            *minute = Minute { began: now, calls: 0, blocked_until: 0 };
        }
        minute.calls += 1;
        if minute.calls > most {
            minute.blocked_until = now + 60;
            return Some(45009);
        }
        None
    }
}
