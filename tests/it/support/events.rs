//! Server-sent events, as a browser reads them.

use std::time::Duration;

use reqwest::Response;

/// How long a word that must come may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open line.
pub struct Events {
    response: Response,
    read: String,
}

impl Events {
    /// The line of this answer.
    pub fn of(response: Response) -> Self {
        Self { response, read: String::new() }
    }

    /// The status of the answer.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The name of the next event; `None` at the end. Comments are passed over.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            if let Some(event) = field("event:") {
                assert!(field("data:").is_some_and(|data| !data.is_empty()), "browsers pass it over: {block}");
                return Some(event.to_owned());
            }
        }
    }

    /// The name of the event that comes next, before any comment: without waiting for the next look.
    pub async fn at_once(&mut self) -> Option<String> {
        let block = self.block().await.expect("an event");
        assert!(!block.starts_with(':'), "it came late");
        block.lines().find_map(|line| line.strip_prefix("event:")).map(|name| name.trim().to_owned())
    }

    /// A comment comes next.
    pub async fn alive(&mut self) {
        assert_eq!(self.block().await.as_deref(), Some(":\n\n"));
    }

    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.read.find("\n\n") {
                return Some(self.read.drain(..end + 2).collect());
            }
            let more = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("a word in time");
            // A line that is cut off has not ended.
            let more = more.unwrap_or_else(|error| panic!("{error:?}"))?;
            self.read.push_str(std::str::from_utf8(&more).expect("text"));
        }
    }
}
