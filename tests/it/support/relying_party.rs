//! A relying party in plain HTTP, step by step, for requests that no library would make.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};
use url::Url;

use super::browser::{Browser, Journey};
use super::page::Page;
use super::setup::Client;

/// An application.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    /// The provider it trusts.
    pub issuer: String,
    /// Its server's HTTP client.
    pub http: reqwest::Client,
    /// How it is registered.
    pub client: Client,
}

/// An authorization request to be; parameters are kept in order and may be odd.
#[derive(Clone, Debug)]
pub struct Request {
    endpoint: Url,
    /// Names and values.
    pub params: Vec<(String, String)>,
}

/// What came back to the redirection address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The address without query and fragment.
    pub address: String,
    /// Names and values.
    pub params: Vec<(String, String)>,
}

/// What the token endpoint said.
#[derive(Clone, Debug)]
pub struct TokenAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The JSON body.
    pub body: Value,
    /// The answer itself.
    pub page: Page,
}

impl RelyingParty {
    /// A plain request for `openid`.
    pub fn request(&self) -> Request {
        let pairs = [
            ("response_type", "code"),
            ("client_id", self.client.id.as_str()),
            ("redirect_uri", self.client.redirect_uri.as_str()),
            ("scope", "openid"),
            ("state", "af0ifjsldkj"),
        ];
        let params = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Request { endpoint: self.endpoint("/authorize"), params }
    }

    /// An endpoint of the provider.
    pub fn endpoint(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.issuer)).expect("an address")
    }

    /// What the provider says of itself.
    pub async fn metadata(&self) -> Value {
        self.document("/.well-known/openid-configuration").await
    }

    /// The keys that the provider publishes.
    pub async fn keys(&self) -> Value {
        self.document("/jwks.json").await
    }

    async fn document(&self, path: &str) -> Value {
        self.http.get(self.endpoint(path)).send().await.expect("an answer").json().await.expect("JSON")
    }

    /// Signs the member of this browser in with these scopes and gives the code.
    pub async fn code(&self, browser: &Browser, scope: &str) -> String {
        browser.walk(&self.request().scope(scope).url()).await.answer().code()
    }

    /// Signs in and redeems.
    pub async fn tokens(&self, browser: &Browser, scope: &str) -> TokenAnswer {
        self.redeem(&self.code(browser, scope).await).await.good()
    }

    /// Redeems a code as it should be done.
    pub async fn redeem(&self, code: &str) -> TokenAnswer {
        self.try_redeem(code).await.expect("an answer")
    }

    /// Redeems a code at a server that may be killed before it has answered.
    pub async fn try_redeem(&self, code: &str) -> reqwest::Result<TokenAnswer> {
        let uri = self.client.redirect_uri.as_str();
        self.try_token(&[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", uri)]).await
    }

    /// Refreshes.
    pub async fn refresh(&self, token: &str) -> TokenAnswer {
        self.try_refresh(token).await.expect("an answer")
    }

    /// Refreshes at a server that may be killed before it has answered.
    pub async fn try_refresh(&self, token: &str) -> reqwest::Result<TokenAnswer> {
        self.try_token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    /// A token request with the client's own credentials.
    pub async fn token(&self, fields: &[(&str, &str)]) -> TokenAnswer {
        self.try_token(fields).await.expect("an answer")
    }

    async fn try_token(&self, fields: &[(&str, &str)]) -> reqwest::Result<TokenAnswer> {
        match &self.client.secret {
            Some(secret) => self.send(Some(&basic(&self.client.id, secret)), encoded(fields)).await,
            None => self.send(None, encoded(&[fields, &[("client_id", self.client.id.as_str())]].concat())).await,
        }
    }

    /// A token request with any credentials.
    pub async fn token_as(&self, authorization: Option<&str>, fields: &[(&str, &str)]) -> TokenAnswer {
        self.token_raw(authorization, encoded(fields)).await
    }

    /// A token request with any body.
    pub async fn token_raw(&self, authorization: Option<&str>, body: String) -> TokenAnswer {
        self.send(authorization, body).await.expect("an answer")
    }

    async fn send(&self, authorization: Option<&str>, body: String) -> reqwest::Result<TokenAnswer> {
        let url = self.endpoint("/token");
        let mut request =
            self.http.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let page = Page::try_read(url, request.send().await?).await?;
        assert_eq!(page.header("content-type"), Some("application/json"), "{}", page.body);
        assert_eq!(page.header("cache-control"), Some("no-store"));
        Ok(TokenAnswer { status: page.status, body: page.json(), page })
    }

    /// A form sent to any endpoint with the client's own credentials.
    pub async fn ask(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let authorization = self.client.secret.as_ref().map(|secret| basic(&self.client.id, secret));
        let name = [("client_id", self.client.id.as_str())];
        let fields = if authorization.is_some() { fields.to_vec() } else { [fields, &name].concat() };
        self.ask_as(path, authorization.as_deref(), &fields).await
    }

    /// The same with any credentials.
    pub async fn ask_as(&self, path: &str, authorization: Option<&str>, fields: &[(&str, &str)]) -> Page {
        let url = self.endpoint(path);
        let mut request = self.http.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(authorization) = authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        Page::read(url, request.body(encoded(fields)).send().await.expect("an answer")).await
    }

    /// Pushes a request (RFC 9126), which names its client anyway.
    pub async fn push(&self, request: &Request) -> Page {
        let fields: Vec<_> = request.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let authorization = self.client.secret.as_ref().map(|secret| basic(&self.client.id, secret));
        self.ask_as("/par", authorization.as_deref(), &fields).await
    }

    /// Pushes a request; gives the one that the browser brings instead.
    pub async fn pushed(&self, request: &Request) -> Request {
        let answer = self.push(request).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let reference = answer.json()["request_uri"].as_str().expect("a reference").to_owned();
        let params = vec![("client_id".to_owned(), self.client.id.clone()), ("request_uri".to_owned(), reference)];
        Request { params, ..request.clone() }
    }

    /// Asks for claims with the token in the header.
    pub async fn userinfo(&self, token: &str) -> Page {
        let url = self.endpoint("/userinfo");
        let request = self.http.get(url.clone()).header(AUTHORIZATION, format!("Bearer {token}"));
        Page::read(url, request.send().await.expect("an answer")).await
    }

    /// The claims of the member of this browser.
    pub async fn claims(&self, browser: &Browser, scope: &str) -> Value {
        let tokens = self.tokens(browser, scope).await;
        let page = self.userinfo(tokens.access_token()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.json()
    }

    /// The subject of the member of this browser.
    pub async fn subject(&self, browser: &Browser) -> String {
        self.claims(browser, "openid").await["sub"].as_str().expect("a subject").to_owned()
    }

    /// Asks with `prompt=none`.
    pub async fn silently(&self, browser: &Browser) -> Answer {
        browser.walk(&self.request().set("prompt", "none").url()).await.answer()
    }

    /// Walks through the sign-in.
    pub async fn walk(&self, browser: &Browser, scope: &str) -> Journey {
        browser.walk(&self.request().scope(scope).url()).await
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// `Authorization: Basic` with form-encoded halves (RFC 6749 §2.3.1).
pub fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

impl Request {
    /// Other scopes.
    pub fn scope(self, scope: &str) -> Self {
        self.set("scope", scope)
    }

    /// Sets a parameter, in place of what it was.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.params.retain(|(known, _)| known != name);
        self.add(name, value)
    }

    /// Adds a parameter, whatever was there.
    pub fn add(mut self, name: &str, value: &str) -> Self {
        self.params.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a parameter out.
    pub fn without(mut self, name: &str) -> Self {
        self.params.retain(|(known, _)| known != name);
        self
    }

    /// By GET.
    pub fn url(&self) -> Url {
        let mut url = self.endpoint.clone();
        url.query_pairs_mut().extend_pairs(&self.params);
        url
    }

    /// By POST: the address alone.
    pub fn endpoint(&self) -> &Url {
        &self.endpoint
    }
}

impl Answer {
    /// Reads query or fragment of the address that the browser was sent to.
    pub fn of(url: &Url) -> Self {
        let text = url.fragment().or(url.query()).unwrap_or_default();
        let params = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let mut address = url.clone();
        address.set_query(None);
        address.set_fragment(None);
        Self { address: address.into(), params }
    }

    /// A parameter that is there once.
    #[track_caller]
    pub fn get(&self, name: &str) -> Option<&str> {
        let mut found = self.params.iter().filter(|(known, _)| known == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} twice: {self:?}");
        value
    }

    /// The code.
    #[track_caller]
    pub fn code(&self) -> String {
        self.get("code").unwrap_or_else(|| panic!("no code: {self:?}")).to_owned()
    }

    /// The error, of an answer that carries `iss` and a description in ASCII and no code.
    #[track_caller]
    pub fn error(&self) -> &str {
        assert_eq!(self.get("code"), None, "{self:?}");
        assert!(self.get("iss").is_some(), "{self:?}");
        let description = self.get("error_description").unwrap_or_default();
        assert!(description.bytes().all(|b| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\'), "{description}");
        self.get("error").unwrap_or_else(|| panic!("no error: {self:?}"))
    }
}

impl TokenAnswer {
    /// It went well.
    #[track_caller]
    pub fn good(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.body);
        self
    }

    /// It was refused with this status and code.
    #[track_caller]
    pub fn assert_refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.body["error"].as_str()), (status, Some(code)), "{}", self.body);
        assert!(self.body.get("access_token").is_none());
    }

    /// The access token.
    pub fn access_token(&self) -> &str {
        self.body["access_token"].as_str().expect("an access token")
    }

    /// The refresh token.
    pub fn refresh_token(&self) -> &str {
        self.body["refresh_token"].as_str().expect("a refresh token")
    }

    /// The ID token.
    pub fn id_token(&self) -> &str {
        self.body["id_token"].as_str().expect("an ID token")
    }

    /// The claims of the ID token, unverified.
    pub fn id_claims(&self) -> Value {
        let body = self.id_token().split('.').nth(1).expect("a JWT");
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).expect("base64url");
        serde_json::from_slice(&bytes).expect("JSON")
    }
}

/// An ID token with the claims kept and the proof replaced: no algorithm, none at all, HS256 with each
/// public key as the secret, and a header that names a key of the forger's.
pub fn forged(token: &str, keys: &Value) -> Vec<String> {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let [header, claims, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("a JWT") };
    let kid =
        serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(header).expect("base64url")).expect("JSON")["kid"]
            .clone();
    let head = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut tokens = vec![
        format!("{}.{claims}.", head(json!({ "alg": "none", "kid": kid }))),
        format!("{}.{claims}.{signature}", head(json!({ "alg": "none", "kid": kid }))),
        format!("{header}.{claims}."),
        format!("{}.{claims}.{signature}", head(json!({ "alg": "RS256", "kid": "another" }))),
        format!(
            "{}.{claims}.{signature}",
            head(json!({ "alg": "RS256", "jku": "https://evil.example/jwks", "kid": kid }))
        ),
        format!("{}.{claims}.{signature}", head(json!({ "alg": "RS256" }))),
    ];
    for key in keys["keys"].as_array().expect("keys") {
        let head = head(json!({ "alg": "HS256", "kid": key["kid"] }));
        for secret in ["n", "x", "kid"].iter().filter_map(|name| key[*name].as_str()) {
            for bytes in [secret.as_bytes().to_vec(), URL_SAFE_NO_PAD.decode(secret).unwrap_or_default()] {
                let secret = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &bytes);
                let tag = aws_lc_rs::hmac::sign(&secret, format!("{head}.{claims}").as_bytes());
                tokens.push(format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode(tag)));
            }
        }
    }
    tokens
}
