//! One navigation of the simulated phone: requests as the WeCom client sends them, redirects
//! followed hop by hop within the demo's origins.

use actix_web::web::Bytes;
use reqwest::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE, USER_AGENT};
use reqwest::{Method, Response};
use url::Url;

use super::Phone;
use super::rewrite::rewrite;
use crate::cli::demo::relying_party::bounded;

/// As WeCom on a phone calls itself.
const AGENT: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh ColorScheme/Light";

/// No sign-in has more.
const MOST_HOPS: usize = 15;

/// No page of the demo is larger.
const LARGEST: usize = 1_024 * 1_024;

/// Why the phone shows no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The address, or one it was redirected to, is none of the demo's.
    Elsewhere,
    /// Nobody answers, or nothing that a phone can show.
    Broken,
}

/// What the phone is told to do.
pub struct Step {
    /// GET or POST.
    pub method: Method,
    /// Where.
    pub to: Url,
    /// A form.
    pub form: Option<Bytes>,
    /// The visitor's `Accept-Language`.
    pub language: String,
}

impl Phone {
    /// Goes there and gives the page that is arrived at, rewritten, with its status.
    pub(super) async fn go(&self, jar: &str, mut step: Step) -> Result<(u16, String), Stopped> {
        for _ in 0..MOST_HOPS {
            let answer = self.ask(jar, &step).await.map_err(|_| Stopped::Broken)?;
            if !answer.status().is_redirection() {
                return self.show(answer, &step.to).await;
            }
            let location = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let location = location.ok_or(Stopped::Broken)?;
            step.to = self.origins.allow(location, Some(&step.to)).ok_or(Stopped::Elsewhere)?;
            if !matches!(answer.status().as_u16(), 307 | 308) {
                (step.method, step.form) = (Method::GET, None);
            }
        }
        Err(Stopped::Broken)
    }

    async fn ask(&self, jar: &str, step: &Step) -> Result<Response, reqwest::Error> {
        let mut request = self.http.request(step.method.clone(), step.to.clone()).header(USER_AGENT, AGENT);
        if !step.language.is_empty() {
            request = request.header(ACCEPT_LANGUAGE, &step.language);
        }
        if let Some(cookies) = self.jars.with(jar, |jar| jar.header(&step.to)).flatten() {
            request = request.header(COOKIE, cookies);
        }
        if let Some(form) = &step.form {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.clone());
        }
        let answer = request.send().await?;
        for cookie in answer.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            self.jars.with(jar, |jar| jar.take(cookie, &step.to));
        }
        Ok(answer)
    }

    async fn show(&self, answer: Response, at: &Url) -> Result<(u16, String), Stopped> {
        let status = answer.status().as_u16();
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("text/html") {
            return Err(Stopped::Broken);
        }
        let body = bounded(answer, LARGEST).await.ok().flatten().ok_or(Stopped::Broken)?;
        Ok((status, rewrite(&String::from_utf8_lossy(&body), at, &self.origins)))
    }
}
