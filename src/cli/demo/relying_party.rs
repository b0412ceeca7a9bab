//! The relying party, on the `openidconnect` crate: discovery, the code flow with PKCE and nonce, userinfo, sign-out.

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreIdToken, CoreIdTokenClaims, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndSessionUrl,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    RedirectUrl, Scope, TokenResponse as _, UserInfoClaims, http,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::settings::{Settings, WITH_PHONE, WITHOUT};

/// No answer of the bridge comes near it.
const LARGEST: usize = 256 * 1_024;

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Claims that the crate has no field for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Further(Map<String, Value>);

impl AdditionalClaims for Further {}

/// What discovery told.
pub struct Discovered {
    metadata: ProviderMetadataWithLogout,
}

impl Discovered {
    /// Reads the metadata and the keys of an issuer.
    pub async fn fetch(issuer: &str, http: &reqwest::Client) -> Result<Self, String> {
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|error| error.to_string())?;
        let call = |request| call(http.clone(), request);
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &call).await;
        metadata.map(|metadata| Self { metadata }).map_err(|error| whole(&error))
    }
}

/// The sample application, registered twice.
pub struct RelyingParties {
    /// Where it is.
    pub origin: String,
    /// The issuer it believes.
    pub issuer: String,
    http: reqwest::Client,
    with_phone: Client,
    without: Client,
    end_session: Option<EndSessionUrl>,
}

/// A sign-in under way, kept on our side.
pub struct Begun {
    /// The client that began it.
    pub client: &'static str,
    /// The browser that began it.
    pub browser: String,
    /// Where it is to end.
    pub target: String,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Somebody signed in.
pub struct SignedIn {
    /// The client that was signed in to.
    pub client: &'static str,
    /// The ID token as it came.
    pub id_token: CoreIdToken,
    /// What userinfo told.
    pub claims: Map<String, Value>,
}

impl RelyingParties {
    /// Both, with the same secret.
    pub fn new(discovered: &Discovered, http: reqwest::Client, settings: &Settings, origin: &str) -> Self {
        let client = |id: &str| {
            let secret = Some(ClientSecret::new(settings.client_secret.clone()));
            let client =
                CoreClient::from_provider_metadata(discovered.metadata.clone(), ClientId::new(id.to_owned()), secret);
            match RedirectUrl::new(format!("{origin}/callback")) {
                Ok(redirect) => client.set_redirect_uri(redirect),
                Err(_) => client,
            }
        };
        Self {
            origin: origin.to_owned(),
            issuer: settings.issuer.clone(),
            with_phone: client(WITH_PHONE),
            without: client(WITHOUT),
            end_session: discovered.metadata.additional_metadata().end_session_endpoint.clone(),
            http,
        }
    }

    fn client(&self, id: &str) -> &Client {
        if id == WITHOUT { &self.without } else { &self.with_phone }
    }

    /// The address that the browser is sent to, the `state` it will bring back, and what is kept until then.
    pub fn begin(&self, client: &'static str, browser: String, target: String) -> (Url, CsrfToken, Begun) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let request = self.client(client).authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let scopes = ["profile", "email", "phone"].map(|scope| Scope::new(scope.to_owned()));
        let (address, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        (address, state, Begun { client, browser, target, nonce, verifier })
    }

    /// Redeems the code, verifies the ID token and asks userinfo. The error is a text for the page.
    pub async fn finish(&self, begun: Begun, code: String) -> Result<SignedIn, String> {
        let call = |request| call(self.http.clone(), request);
        let client = self.client(begun.client);
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(|error| whole(&error))?;
        let tokens = request.set_pkce_verifier(begun.verifier).request_async(&call).await;
        let tokens = tokens.map_err(|error| whole(&error))?;
        let (id_token, claims) = verified(client, &tokens, &begun.nonce)?;
        let request = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()));
        let request = request.map_err(|error| whole(&error))?;
        let told: UserInfoClaims<Further, CoreGenderClaim> =
            request.request_async(&call).await.map_err(|error| whole(&error))?;
        let claims = match serde_json::to_value(&told) {
            Ok(Value::Object(claims)) => claims,
            _ => Map::new(),
        };
        Ok(SignedIn { client: begun.client, id_token: id_token.clone(), claims })
    }

    /// Where a sign-out goes (RP-Initiated Logout 1.0 §2); `None` when the provider has no such place.
    pub fn sign_out(&self, signed_in: &SignedIn) -> Option<Url> {
        let back = PostLogoutRedirectUrl::new(format!("{}/", self.origin)).ok()?;
        let request = LogoutRequest::from(self.end_session.clone()?).set_id_token_hint(&signed_in.id_token);
        Some(request.set_post_logout_redirect_uri(back).http_get_url())
    }
}

/// The ID token of an answer with its claims: signature, issuer, audience, times and nonce are
/// looked at, and that the access token is the one it speaks of (Core §3.1.3.7, §3.1.3.8).
fn verified<'a>(
    client: &Client,
    tokens: &'a CoreTokenResponse,
    nonce: &Nonce,
) -> Result<(&'a CoreIdToken, &'a CoreIdTokenClaims), String> {
    let id_token = tokens.id_token().ok_or("the answer holds no ID token")?;
    let verifier = client.id_token_verifier();
    let claims = id_token.claims(&verifier, nonce).map_err(|error| whole(&error))?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = id_token.signing_alg().map_err(|error| whole(&error))?;
        let key = id_token.signing_key(&verifier).map_err(|error| whole(&error))?;
        let actual =
            AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(|error| whole(&error))?;
        if actual != *expected {
            return Err("the access token is not the one that the ID token speaks of".to_owned());
        }
    }
    Ok((id_token, claims))
}

/// A call that could not be made or read.
#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error("the bridge cannot be reached")]
    Reqwest(#[from] reqwest::Error),
    #[error("the bridge answered something that is no HTTP")]
    Http(#[from] http::Error),
    #[error("the answer of the bridge is too large")]
    TooLarge,
}

/// The crate's way to call, over our own HTTP client.
async fn call(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, CallError> {
    let response = client.execute(request.try_into()?).await?;
    let mut answer = http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        answer = answer.header(name, value);
    }
    let body = bounded(response, LARGEST).await?.ok_or(CallError::TooLarge)?;
    Ok(answer.body(body)?)
}

/// The body of an answer; `None` when it is larger than `most`.
pub async fn bounded(mut response: reqwest::Response, most: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > most {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// An error with its causes in one line.
fn whole(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
