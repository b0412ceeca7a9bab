//! A relying party on the `openidconnect` crate: discovery, PKCE, nonce, every check of the ID token, userinfo.

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreGenderClaim, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EmptyAdditionalClaims, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl, Scope,
    TokenResponse as _, UserInfoClaims,
};

use super::browser::Browser;
use super::relying_party::{Answer, RelyingParty};

/// What a whole sign-in brought, verified.
pub struct SignedIn {
    /// The claims of the ID token.
    pub id_token: CoreIdTokenClaims,
    /// The token endpoint's answer.
    pub tokens: CoreTokenResponse,
    /// The claims of userinfo.
    pub userinfo: UserInfoClaims<EmptyAdditionalClaims, CoreGenderClaim>,
}

/// Our HTTP client in the shape that the crate wants.
pub async fn send(http: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let response = http.execute(request.try_into()?).await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut answer = HttpResponse::new(response.bytes().await?.to_vec());
    (*answer.status_mut(), *answer.headers_mut()) = (status, headers);
    Ok(answer)
}

/// Signs the member of this browser in as the crate's documentation does, and verifies everything that can be.
pub async fn sign_in(
    rp: &RelyingParty,
    browser: &Browser,
    scopes: &[&str],
    algorithm: CoreJwsSigningAlgorithm,
) -> SignedIn {
    let http = |request| send(rp.http.clone(), request);
    let issuer = IssuerUrl::new(rp.issuer.clone()).expect("an issuer");
    let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.expect("metadata and keys");
    let secret = rp.client.secret.clone().map(ClientSecret::new);
    let client = CoreClient::from_provider_metadata(metadata, ClientId::new(rp.client.id.clone()), secret)
        .set_redirect_uri(RedirectUrl::new(rp.client.redirect_uri.clone()).expect("an address"));

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let mut request =
        client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random).set_pkce_challenge(challenge);
    for scope in scopes {
        request = request.add_scope(Scope::new((*scope).to_owned()));
    }
    let (url, csrf, nonce) = request.url();
    let answer: Answer = browser.walk(&url).await.answer();
    assert_eq!(answer.get("state"), Some(csrf.secret().as_str()));
    assert_eq!(answer.get("iss"), Some(rp.issuer.as_str()));

    let code = AuthorizationCode::new(answer.code());
    let exchange = client.exchange_code(code).expect("a token endpoint").set_pkce_verifier(verifier);
    let tokens = exchange.request_async(&http).await.expect("tokens");
    let id_token: &CoreIdToken = tokens.id_token().expect("an ID token");
    let verifier = client.id_token_verifier().set_allowed_algs([algorithm]);
    let claims = id_token.claims(&verifier, &nonce).expect("a genuine ID token").clone();
    let key = id_token.signing_key(&verifier).expect("its key");
    let hash = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg().expect("alg"), key);
    assert_eq!(claims.access_token_hash(), Some(&hash.expect("a hash")));

    let subject = claims.subject().clone();
    let userinfo = client.user_info(tokens.access_token().clone(), Some(subject)).expect("a userinfo endpoint");
    let userinfo = userinfo.request_async(&http).await.expect("claims");
    SignedIn { id_token: claims, userinfo, tokens }
}
