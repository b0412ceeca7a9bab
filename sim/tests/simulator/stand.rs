//! The stand every test has: a simulator of its own, a client that follows no redirect, and short ways to call.

use std::ops::Deref;

use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use url::Url;
use wecom_sim::{CodeRequest, Options, Scope, SensitiveField, Simulator};

pub const CORP: &str = "ww0123456789abcdef";
pub const APP: u64 = 1_000_002;
pub const SECRET: &str = "sim-secret-of-app-1000002-not-a-real-one-00";
pub const OLD_APP: u64 = 1_000_003;
pub const OLD_SECRET: &str = "sim-secret-of-app-1000003-not-a-real-one-00";
pub const CONTACT_SECRET: &str = "sim-secret-of-contact-sync-not-a-real-one-0";
pub const SECOND_CORP: &str = "wwfedcba9876543210";
pub const SECOND_SECRET: &str = "sim-secret-of-the-second-corp-not-real-0000";
pub const BACK: &str = "http://127.0.0.1:9000/callback";
pub const WECOM: &str = "Mozilla/5.0 (iPhone) Mobile/15E148 wxwork/4.1.30 MicroMessenger/7.0.1 Language/zh";
pub const WECHAT: &str = "Mozilla/5.0 (iPhone) MicroMessenger/6.5.23 NetType/WIFI Language/zh_CN";

/// A simulator and a client.
pub struct Stand {
    pub sim: Simulator,
    pub http: reqwest::Client,
}

impl Deref for Stand {
    type Target = Simulator;

    fn deref(&self) -> &Simulator {
        &self.sim
    }
}

impl Stand {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub async fn with(options: Options) -> Self {
        let sim = wecom_sim::start(options).await.unwrap();
        let http = reqwest::Client::builder().redirect(Policy::none()).no_proxy().build().unwrap();
        Self { sim, http }
    }

    pub fn request(&self, path: &str, query: &[(&str, &str)]) -> RequestBuilder {
        self.http.get(address(&self.api_url(), path, query))
    }

    /// A GET call.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Value {
        read(self.request(path, query).send().await.unwrap()).await
    }

    /// A POST call.
    pub async fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        let url = address(&self.api_url(), path, &[("access_token", token)]);
        let request = self.http.post(url).body(body.to_string());
        read(request.send().await.unwrap()).await
    }

    pub async fn token_of(&self, corp: &str, secret: &str) -> String {
        let answer = self.get("/cgi-bin/gettoken", &[("corpid", corp), ("corpsecret", secret)]).await;
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A token of the ordinary app.
    pub async fn token(&self) -> String {
        self.token_of(CORP, SECRET).await
    }

    /// A code of the ordinary app.
    pub fn code(&self, member: &str) -> String {
        self.make_code(&code_for(member, Scope::Base)).unwrap()
    }

    /// A ticket of the ordinary app.
    pub async fn ticket(&self, token: &str, member: &str, granted: &[SensitiveField]) -> Value {
        let mut request = code_for(member, Scope::Privateinfo);
        request.granted = Some(granted.iter().copied().collect());
        let code = self.make_code(&request).unwrap();
        self.identify(token, &code).await["user_ticket"].clone()
    }

    /// What a ticket says.
    pub async fn detail(&self, token: &str, ticket: &Value) -> Value {
        self.post("/cgi-bin/auth/getuserdetail", token, &json!({ "user_ticket": ticket })).await
    }

    /// `user/get`.
    pub async fn user(&self, token: &str, userid: &str) -> Value {
        self.get("/cgi-bin/user/get", &[("access_token", token), ("userid", userid)]).await
    }

    /// What a code says.
    pub async fn identify(&self, token: &str, code: &str) -> Value {
        self.get("/cgi-bin/auth/getuserinfo", &[("access_token", token), ("code", code)]).await
    }

    /// A request to the in-client page with the WeCom client's User-Agent.
    pub fn authorize(&self, changes: &[(&str, &str)]) -> RequestBuilder {
        self.authorize_from(WECOM, changes)
    }

    /// A request to the in-client page with another User-Agent.
    pub fn authorize_from(&self, user_agent: &str, changes: &[(&str, &str)]) -> RequestBuilder {
        let agent = APP.to_string();
        let usual = [
            ("appid", CORP),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", "snsapi_base"),
            ("state", "abc123"),
            ("agentid", &agent),
        ];
        let url = address(&self.authorize_url(), "", &changed(&usual, changes));
        self.http.get(url).header("user-agent", user_agent)
    }

    /// A request to the browser page.
    pub fn login(&self, changes: &[(&str, &str)]) -> RequestBuilder {
        let agent = APP.to_string();
        let usual = [
            ("login_type", "CorpApp"),
            ("appid", CORP),
            ("agentid", &agent),
            ("redirect_uri", BACK),
            ("state", "abc123"),
        ];
        self.http.get(address(&self.login_url(), "", &changed(&usual, changes)))
    }
}

/// The request for a code of the ordinary app.
pub fn code_for(member: &str, scope: Scope) -> CodeRequest {
    CodeRequest { agent_id: APP, member: member.to_owned(), scope, ..CodeRequest::default() }
}

/// The usual parameters with some replaced; an empty value takes a parameter out.
fn changed<'a>(usual: &[(&'a str, &'a str)], changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut query: Vec<_> =
        usual.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name)).copied().collect();
    query.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
    query
}

pub fn address(base: &str, path: &str, query: &[(&str, &str)]) -> Url {
    Url::parse_with_params(&format!("{base}{path}"), query).unwrap()
}

pub async fn read(response: Response) -> Value {
    assert_eq!(response.status(), 200);
    serde_json::from_str(&response.text().await.unwrap()).unwrap()
}

/// Where a page redirects to.
pub fn location(response: &Response) -> String {
    assert_eq!(response.status(), 302);
    response.headers()["location"].to_str().unwrap().to_owned()
}

/// The code in a redirect.
pub fn code_of(response: &Response) -> String {
    let url = Url::parse(&location(response)).unwrap();
    url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
}

/// The kind of a notice page.
pub async fn notice(response: Response) -> String {
    assert_eq!(response.status(), 200);
    let html = response.text().await.unwrap();
    let rest = html.split("data-kind=\"").nth(1).unwrap_or_else(|| panic!("no notice: {html}"));
    rest.split('"').next().unwrap().to_owned()
}
