//! A browser without scripts: cookies by host and path, one step at a time, nothing followed by itself.

use std::sync::Mutex;

use cookie_store::CookieStore;
use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue, SET_COOKIE, USER_AGENT};
use reqwest::{Method, Response};
use url::Url;

use super::events::Events;
use super::page::{Form, Page};
use super::relying_party::Answer;

/// Chrome on a computer.
pub const DESKTOP: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36";
/// The WeCom client on an iPhone.
pub const IN_WECOM: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh";
/// WeChat on an iPhone.
pub const WECHAT: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50 NetType/WIFI Language/zh_CN";

/// A browser of one person.
pub struct Browser {
    http: reqwest::Client,
    agent: &'static str,
    /// Bridge and simulator; addresses elsewhere end a journey.
    origins: Vec<String>,
    member: Option<String>,
    consent: Option<String>,
    extra: HeaderMap,
    jar: Mutex<CookieStore>,
}

/// Redirects, one after the other, until a page or an address of somebody else.
pub struct Journey {
    /// Every address that was visited.
    pub trail: Vec<Url>,
    end: End,
}

enum End {
    Page(Page),
    Left(Url),
}

impl Browser {
    /// An empty one.
    pub fn new(http: &reqwest::Client, agent: &'static str, origins: Vec<String>) -> Self {
        let (http, jar) = (http.clone(), Mutex::default());
        Self { http, agent, origins, member: None, consent: None, extra: HeaderMap::new(), jar }
    }

    /// Whoever holds the phone: the simulator's pages are answered as this person.
    pub fn of(mut self, member: &str) -> Self {
        self.member = Some(member.to_owned());
        self
    }

    /// What the person ticks on WeCom's consent page, or `refuse`.
    pub fn granting(mut self, fields: &str) -> Self {
        self.consent = Some(fields.to_owned());
        self
    }

    /// One more header on every request to the bridge.
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.extra.insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header"));
        self
    }

    /// Another browser with the same cookies.
    pub fn twin(&self) -> Self {
        Self {
            http: self.http.clone(),
            agent: self.agent,
            origins: self.origins.clone(),
            member: self.member.clone(),
            consent: self.consent.clone(),
            extra: self.extra.clone(),
            jar: Mutex::new(self.jar.lock().expect("cookies").clone()),
        }
    }

    /// The value of a cookie that would be sent to this address.
    pub fn cookie(&self, at: &Url, name: &str) -> Option<String> {
        let jar = self.jar.lock().expect("cookies");
        jar.get_request_values(at).find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    }

    /// The names and values that would be sent to this address.
    pub fn cookies(&self, at: &Url) -> Vec<(String, String)> {
        let jar = self.jar.lock().expect("cookies");
        jar.get_request_values(at).map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Puts a cookie there as the site of this address would.
    pub fn plant(&self, at: &Url, cookie: &str) {
        self.jar.lock().expect("cookies").parse(cookie, at).expect("a cookie");
    }

    /// One GET.
    pub async fn get(&self, url: &Url) -> Page {
        self.try_get(url).await.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// One GET of a server that may be killed before it has answered.
    pub async fn try_get(&self, url: &Url) -> reqwest::Result<Page> {
        self.send(Method::GET, url, None, true).await
    }

    /// One form sent from a page of the same site.
    pub async fn submit(&self, form: &Form) -> Page {
        let sent = self.send(form.method.clone(), &form.action, Some(&form.fields), true).await;
        sent.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// One form posted by a page of another site: Lax cookies stay behind, new ones are kept.
    pub async fn post_from_elsewhere(&self, url: &Url, fields: &[(String, String)]) -> Page {
        self.send(Method::POST, url, Some(fields), false).await.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// Follows redirects from here.
    pub async fn walk(&self, url: &Url) -> Journey {
        self.onward(self.get(url).await).await
    }

    /// Follows redirects from here on a server that may be killed meanwhile.
    pub async fn try_walk(&self, url: &Url) -> reqwest::Result<Journey> {
        self.try_onward(self.try_get(url).await?).await
    }

    /// Follows the link with this id.
    pub async fn click(&self, page: &Page, id: &str) -> Journey {
        self.walk(&page.link(id)).await
    }

    /// Presses the button with this id.
    pub async fn press(&self, page: &Page, id: &str) -> Journey {
        self.onward(self.submit(&page.form(id)).await).await
    }

    /// Follows redirects from an answer on.
    pub async fn onward(&self, page: Page) -> Journey {
        self.try_onward(page).await.unwrap_or_else(|error| panic!("{error:?}"))
    }

    async fn try_onward(&self, mut page: Page) -> reqwest::Result<Journey> {
        let mut trail = vec![page.url.clone()];
        while let Some(next) = page.redirect() {
            trail.push(next.clone());
            if !self.knows(&next) {
                return Ok(Journey { trail, end: End::Left(next) });
            }
            assert!(trail.len() < 20, "going round in circles: {}", steps(&trail));
            page = self.try_get(&next).await?;
        }
        Ok(Journey { trail, end: End::Page(page) })
    }

    /// Follows redirects up to the first address that this says yes to, without visiting it.
    pub async fn walk_to(&self, url: &Url, stop: impl Fn(&Url) -> bool) -> Url {
        self.try_walk_to(url, stop).await.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// The same on a server that may be killed meanwhile.
    pub async fn try_walk_to(&self, url: &Url, stop: impl Fn(&Url) -> bool) -> reqwest::Result<Url> {
        let mut page = self.try_get(url).await?;
        for _ in 0..20 {
            let next = page.redirect().unwrap_or_else(|| panic!("it ended here: {}\n{}", page.url, page.body));
            if stop(&next) {
                return Ok(next);
            }
            page = self.try_get(&next).await?;
        }
        panic!("going round in circles");
    }

    fn knows(&self, url: &Url) -> bool {
        self.origins.contains(&url.origin().ascii_serialization())
    }

    async fn send(
        &self,
        method: Method,
        url: &Url,
        fields: Option<&[(String, String)]>,
        lax: bool,
    ) -> reqwest::Result<Page> {
        let response = self.ask(method, url, fields, lax).await?;
        Page::try_read(url.clone(), response).await
    }

    /// One GET whose answer comes bit by bit.
    pub async fn listen(&self, url: &Url) -> Events {
        Events::of(self.ask(Method::GET, url, None, true).await.expect("an answer"))
    }

    async fn ask(
        &self,
        method: Method,
        url: &Url,
        fields: Option<&[(String, String)]>,
        lax: bool,
    ) -> reqwest::Result<Response> {
        let mut request = self.http.request(method, url.clone()).header(USER_AGENT, self.agent);
        if url.origin().ascii_serialization() == self.origins[0] {
            request = request.headers(self.extra.clone());
        } else {
            let headers = [("x-sim-member", &self.member), ("x-sim-consent", &self.consent)];
            for (name, value) in headers.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
                request = request.header(name, value);
            }
        }
        let cookies = self.cookies(url).into_iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        if lax && !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        if let Some(fields) = fields {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        }
        let response = request.send().await?;
        self.keep(url, &response);
        Ok(response)
    }

    fn keep(&self, url: &Url, response: &Response) {
        let mut jar = self.jar.lock().expect("cookies");
        for value in response.headers().get_all(SET_COOKIE) {
            // A cookie that a browser would refuse is simply not kept.
            let _ = jar.parse(value.to_str().expect("a cookie"), url);
        }
    }
}

impl Journey {
    /// The page it ended at.
    #[track_caller]
    pub fn page(self) -> Page {
        match self.end {
            End::Page(page) => page,
            End::Left(url) => panic!("it left for {url}\n{}", steps(&self.trail)),
        }
    }

    /// The address of somebody else it ended at.
    #[track_caller]
    pub fn left(self) -> Url {
        match self.end {
            End::Left(url) => url,
            End::Page(page) => panic!("it ended at {}: {}\n{}", page.url, page.status, page.text()),
        }
    }

    /// The page it ended at, or the address of somebody else.
    pub fn end(self) -> Result<Page, Url> {
        match self.end {
            End::Page(page) => Ok(page),
            End::Left(url) => Err(url),
        }
    }

    /// The answer that the address it ended at carries.
    #[track_caller]
    pub fn answer(self) -> Answer {
        Answer::of(&self.left())
    }
}

/// A trail for messages of failed tests.
fn steps(trail: &[Url]) -> String {
    trail.iter().map(Url::as_str).collect::<Vec<_>>().join("\n")
}
