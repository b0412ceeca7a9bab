//! Application messages that were sent, and the limits on sending.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AppId;

/// A message that was taken and delivered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentMessage {
    /// The corp.
    pub corp_id: String,
    /// The sending app.
    pub agent_id: u64,
    /// The id that was answered.
    pub msgid: String,
    /// Members it reached, as stored.
    pub recipients: Vec<String>,
    /// The type, such as `textcard`.
    pub msgtype: String,
    /// The request's body.
    pub body: Value,
    /// When, in seconds.
    pub sent_at: i64,
}

/// All messages.
#[derive(Debug, Default, Clone)]
pub(crate) struct Messages {
    sent: Vec<SentMessage>,
    to_member: HashMap<u64, Vec<i64>>,
    by_app: HashMap<AppId, Vec<(i64, usize)>>,
    duplicates: HashMap<(AppId, String), i64>,
}

impl Messages {
    /// What was sent.
    pub(crate) fn list(&self) -> Vec<SentMessage> {
        self.sent.clone()
    }

    /// Forgets what was sent, the limits too.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether the same content went out inside its interval; remembers it if not.
    pub(crate) fn is_duplicate(&mut self, app: &AppId, content: &str, interval: i64, now: i64) -> bool {
        let key = (app.clone(), content.to_owned());
        if self.duplicates.get(&key).is_some_and(|until| *until > now) {
            return true;
        }
        self.duplicates.insert(key, now + interval);
        false
    }

    /// Whether one more message to this member exceeds 30 a minute or 1000 an hour.
    pub(crate) fn is_flooded(&self, serial: u64, now: i64) -> bool {
        let Some(times) = self.to_member.get(&serial) else {
            return false;
        };
        let within = |seconds| times.iter().filter(|at| **at + seconds > now).count();
        within(60) >= 30 || within(3600) >= 1000
    }

    /// Person-times the app sent in the last day.
    pub(crate) fn person_times(&self, app: &AppId, now: i64) -> usize {
        let sent = self.by_app.get(app).map_or(&[][..], Vec::as_slice);
        sent.iter().filter(|(at, _)| at + 86_400 > now).map(|(_, count)| count).sum()
    }

    /// Keeps a delivered message.
    pub(crate) fn keep(&mut self, app: &AppId, serials: &[u64], message: SentMessage) {
        for serial in serials {
            let times = self.to_member.entry(*serial).or_default();
            times.retain(|at| at + 3600 > message.sent_at);
            times.push(message.sent_at);
        }
        self.by_app.entry(app.clone()).or_default().push((message.sent_at, serials.len()));
        self.sent.push(message);
    }
}
