//! One run of a module: an empty cookie jar, discovery, a request, the answer, the tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use url::Url;

use super::asked::{Asked, random};
use super::checks;
use super::variant::{Authentication, Variant, key};
use crate::support::signer::by_secret;
use crate::support::{Answer, Browser, Page, RelyingParty, Stand, TokenAnswer};

/// A run.
pub struct Suite {
    pub stand: Stand,
    pub browser: Browser,
    pub metadata: Value,
    variant: Variant,
    keys: JwkSet,
}

/// The answer at the application, and how many pages of ours stood before it.
pub struct Visited {
    pub answer: Answer,
    pub pages: Vec<Page>,
}

/// What a code brought: the answer of the token endpoint and the verified claims.
pub struct Tokens {
    pub answer: TokenAnswer,
    pub claims: Value,
}

impl Suite {
    /// Two static clients, `app` and `other`; metadata and keys are fetched and looked at.
    pub async fn begin(variant: Variant) -> Self {
        let stand = Stand::of(["app", "other"].map(|id| variant.client(id))).await;
        let json = |path: &'static str| {
            let request = stand.http.get(stand.address(path));
            async move {
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.headers()["content-type"], "application/json");
                answer.json::<Value>().await.expect("JSON")
            }
        };
        let metadata = json("/.well-known/openid-configuration").await;
        assert_eq!(metadata["issuer"], stand.issuer.as_str());
        assert!(names(&metadata, "token_endpoint_auth_methods_supported").contains(&variant.method()), "{metadata}");
        assert_eq!(metadata["jwks_uri"], stand.address("/jwks.json").as_str());
        let keys = json("/jwks.json").await;
        checks::keys_are_clean(&keys);
        let keys = serde_json::from_value(keys).expect("a key set");
        let browser = stand.computer("zhangsan");
        Self { stand, browser, metadata, variant, keys }
    }

    /// What the plan sets.
    pub fn variant(&self) -> Variant {
        self.variant
    }

    /// The same run with a browser inside the client, whose member agrees to everything.
    pub fn inside_wecom(mut self) -> Self {
        self.browser = self.stand.client_of("zhangsan").granting("mobile,biz_mail");
        self
    }

    /// The first client.
    pub fn app(&self) -> RelyingParty {
        self.stand.app()
    }

    /// A request of the first client: `openid`, a new `state` and `nonce`.
    pub fn ask(&self) -> Asked {
        self.ask_as(&self.app())
    }

    /// A request of this client. Public clients send PKCE, which they must here.
    pub fn ask_as(&self, rp: &RelyingParty) -> Asked {
        let (state, nonce) = (random(), random());
        let mut request = rp.request().set("state", &state).set("nonce", &nonce);
        if let Some(mode) = self.variant.response_mode {
            request = request.set("response_mode", mode);
        }
        let asked = Asked { request, state, nonce: Some(nonce), verifier: None };
        if self.variant.authentication == Authentication::None { asked.with_pkce() } else { asked }
    }

    /// Goes where a person would: clicks the one link of our sign-in page, until the application is reached.
    pub async fn visit(&self, asked: &Asked) -> Visited {
        self.visit_from(asked, self.browser.get(&asked.request.url()).await).await
    }

    /// The same from an answer on.
    pub async fn visit_from(&self, asked: &Asked, first: Page) -> Visited {
        let mut pages = Vec::new();
        let mut journey = self.browser.onward(first).await;
        let answer = loop {
            match journey.end() {
                Err(address) => break self.by_query(&address),
                Ok(page) if page.has("form-post") => break self.by_form(&page),
                Ok(page) => {
                    assert_eq!(page.status, 200, "{}", page.text());
                    journey = self.browser.click(&page, "wecom-login").await;
                    pages.push(page);
                }
            }
        };
        assert_eq!(answer.get("state"), Some(asked.state.as_str()));
        assert_eq!(answer.get("iss"), Some(self.stand.issuer.as_str()));
        let known = ["code", "error", "error_description", "error_uri", "state", "iss"];
        assert!(answer.params.iter().all(|(name, _)| known.contains(&name.as_str())), "{answer:?}");
        Visited { answer, pages }
    }

    fn by_query(&self, address: &Url) -> Answer {
        assert_eq!(self.variant.response_mode, None, "not in an address: {address}");
        assert!(address.fragment().is_none() && address.query().is_some(), "{address}");
        let answer = Answer::of(address);
        assert_eq!(answer.address, self.app().client.redirect_uri);
        answer
    }

    /// Form Post Response Mode §2: a POST, encoded as forms are, and nothing in the address.
    fn by_form(&self, page: &Page) -> Answer {
        assert_eq!(self.variant.response_mode, Some("form_post"), "{}", page.url);
        assert!(!page.body.contains("enctype"), "{}", page.body);
        let form = page.form("form-post");
        assert_eq!((form.action.as_str(), form.method.as_str()), (self.app().client.redirect_uri.as_str(), "POST"));
        Answer { address: form.action.to_string(), params: form.fields }
    }

    /// Signs in without any page of ours and redeems.
    pub async fn sign_in(&self, asked: &Asked) -> Tokens {
        let visited = self.visit(asked).await;
        assert!(visited.pages.is_empty(), "{}", visited.pages[0].text());
        self.redeem(asked, &visited.answer).await
    }

    /// Redeems the code of an answer; everything that came of it is looked at.
    pub async fn redeem(&self, asked: &Asked, answer: &Answer) -> Tokens {
        checks::is_unguessable("code", &answer.code());
        let tokens = self.exchange(asked, &answer.code()).await.good();
        self.looked_at(tokens, asked.nonce.as_deref(), &self.app())
    }

    /// The token request for a code, whatever comes of it.
    pub async fn exchange(&self, asked: &Asked, code: &str) -> TokenAnswer {
        let app = self.app();
        let uri = app.client.redirect_uri.as_str();
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", uri)];
        fields.extend(asked.verifier.as_deref().map(|verifier| ("code_verifier", verifier)));
        self.token(&app, &fields).await
    }

    /// A token request of this client, proven as the plan says.
    pub async fn token(&self, rp: &RelyingParty, fields: &[(&str, &str)]) -> TokenAnswer {
        let secret = rp.client.secret.as_deref().unwrap_or_default();
        let signed = match self.variant.authentication {
            Authentication::Basic | Authentication::None => return rp.token(fields).await,
            Authentication::Post => {
                let proof = [("client_id", rp.client.id.as_str()), ("client_secret", secret)];
                return rp.token_as(None, &[fields, &proof].concat()).await;
            }
            Authentication::PrivateKeyJwt => key().jwt(&self.assertion(rp)),
            Authentication::ClientSecretJwt => {
                by_secret(secret.as_bytes(), &json!({ "alg": "HS256" }), &self.assertion(rp))
            }
        };
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let proof = [("client_assertion_type", kind), ("client_assertion", signed.as_str())];
        rp.token_as(None, &[fields, &proof].concat()).await
    }

    /// The claims of a client's assertion (Core §9).
    fn assertion(&self, rp: &RelyingParty) -> Value {
        let (id, now) = (rp.client.id.as_str(), self.stand.now().0);
        json!({ "iss": id, "sub": id, "aud": self.stand.issuer, "jti": random(), "iat": now, "exp": now + 60 })
    }

    /// The checks of a good answer of the token endpoint.
    pub fn looked_at(&self, answer: TokenAnswer, nonce: Option<&str>, rp: &RelyingParty) -> Tokens {
        assert!(answer.body["token_type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")));
        assert!(answer.body["expires_in"].is_u64(), "{}", answer.body);
        checks::is_unguessable("access token", answer.access_token());
        let claims = self.verified(answer.id_token(), &rp.client.id);
        assert_eq!(claims["nonce"].as_str(), nonce, "{claims}");
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, answer.access_token().as_bytes());
        assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
        Tokens { answer, claims }
    }

    /// The claims of an ID token in RS256 by a published key.
    fn verified(&self, token: &str, client: &str) -> Value {
        let header = jsonwebtoken::decode_header(token).expect("a header");
        assert_eq!(header.alg, Algorithm::RS256);
        let key = self.keys.find(header.kid.as_deref().expect("a kid")).expect("a published key");
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&[client]);
        validation.set_issuer(&[&self.stand.issuer]);
        // By the clock of the bridge, below.
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(key).expect("a usable key");
        let claims = jsonwebtoken::decode::<Value>(token, &key, &validation).expect("a genuine token").claims;
        let (now, time) = (self.stand.now().0, |name: &str| claims[name].as_u64().expect("a time"));
        assert!(time("exp") > now && time("iat").abs_diff(now) <= 300 && time("auth_time") <= now, "{claims}");
        checks::claims_are_well_typed(&serde_json::json!({ "sub": claims["sub"] }), now);
        assert!(claims.get("azp").is_none_or(|party| party == client), "{claims}");
        assert_ne!(claims["acr"], "");
        claims
    }

    /// Userinfo by GET, about whom the ID token is about.
    pub async fn userinfo(&self, tokens: &Tokens) -> Value {
        self.looked_at_userinfo(tokens, &self.app().userinfo(tokens.answer.access_token()).await)
    }

    /// The checks of an answer of userinfo.
    pub fn looked_at_userinfo(&self, tokens: &Tokens, page: &Page) -> Value {
        assert_eq!((page.status, page.header("content-type")), (200, Some("application/json")), "{}", page.body);
        let claims = page.json();
        assert_eq!(claims["sub"], tokens.claims["sub"]);
        checks::claims_are_well_typed(&claims, self.stand.now().0);
        claims
    }
}

/// The words of a list in the metadata.
pub fn names<'a>(metadata: &'a Value, key: &str) -> Vec<&'a str> {
    metadata[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
