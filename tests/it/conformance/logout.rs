//! What the plans of the three ways to sign out share: a member signed in at the suite's client, and the end session endpoint.

use serde_json::Value;
use url::Url;

use crate::support::{Answer, Browser, Client, Page, Setup, Stand, TokenAnswer};

/// Where the suite wants to be sent afterwards.
pub const AFTERWARDS: &str = "https://app.example/post_logout_redirect";

/// The suite's `state`: 128 characters.
pub fn state() -> String {
    format!("{}-._~", "s".repeat(124))
}

/// A member who went through the happy flow.
pub struct SignedIn {
    pub stand: Stand,
    pub browser: Browser,
    pub tokens: TokenAnswer,
}

/// Signs in at the one client of a plan, registered with these further lines. The provider speaks TLS where the module
/// looks at its addresses.
pub async fn signed_in(lines: &str, tls: bool) -> SignedIn {
    let client = Client::new("app").with(&format!("post_logout_redirect_uris = [\"{AFTERWARDS}\"]\n{lines}"));
    let setup = Setup::of([client]);
    let stand = Stand::with(if tls { setup.over_tls() } else { setup }).await;
    let browser = stand.computer("zhangsan");
    let tokens = stand.app().tokens(&browser, "openid").await;
    SignedIn { stand, browser, tokens }
}

impl SignedIn {
    /// The metadata document.
    pub async fn metadata(&self) -> Value {
        self.stand.app().metadata().await
    }

    /// The end session endpoint with these parameters.
    pub fn end_session(&self, pairs: &[(&str, &str)]) -> Url {
        let mut url = self.stand.address("/logout");
        url.query_pairs_mut().extend_pairs(pairs);
        url
    }

    /// The parameters of a whole request, those named left out.
    pub fn request(&self, without: &[&str]) -> Url {
        let state = state();
        let pairs = [
            ("id_token_hint", self.tokens.id_token()),
            ("post_logout_redirect_uri", AFTERWARDS),
            ("state", state.as_str()),
        ];
        let kept: Vec<_> = pairs.into_iter().filter(|(name, _)| !without.contains(name)).collect();
        self.end_session(&kept)
    }

    /// The member is signed out: a second request with `prompt=none` ends in an error that says so.
    pub async fn is_signed_out(&self) {
        assert_eq!(self.stand.app().silently(&self.browser).await.error(), "login_required");
    }

    /// A page of the provider, perhaps with a question before it; nothing is redirected.
    pub async fn ends_on_a_page(&self, url: &Url) -> Page {
        let mut page = self.browser.walk(url).await.page();
        if page.has("logout-confirm") {
            page = self.browser.press(&page, "logout-confirm").await.page();
        }
        assert!(!page.body.contains("post_logout_redirect"), "{}", page.body);
        page
    }

    /// A "logged out" page; the member is signed out.
    pub async fn shows_signed_out(&self, url: &Url) {
        let page = self.ends_on_a_page(url).await;
        assert!(page.status == 200 && page.text().contains("你已退出登录"), "{}", page.text());
        self.is_signed_out().await;
    }

    /// What came to the registered address.
    pub async fn comes_back(&self, url: &Url) -> Answer {
        let answer = Answer::of(&self.browser.walk(url).await.left());
        assert_eq!(answer.address, AFTERWARDS);
        answer
    }
}

/// Every endpoint is https, and this one is there.
pub fn assert_endpoints(metadata: &Value) {
    assert!(metadata["end_session_endpoint"].is_string());
    for (name, value) in metadata.as_object().expect("an object") {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            let address = value.as_str().expect("an address");
            assert!(address.starts_with("https://"), "{name}: {address}");
        }
    }
}
