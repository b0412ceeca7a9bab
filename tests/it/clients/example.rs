//! An application on the crate `openidconnect`, as `docs/clients/openidconnect-rs.md` shows it.

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreJwsSigningAlgorithm, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::url::Url;
use openidconnect::{
    AccessTokenHash, AsyncHttpClient, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndSessionUrl,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, RefreshToken,
    Scope, TokenResponse as _,
};

type Failure = Box<dyn std::error::Error>;
type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

pub struct Application {
    client: Client,
    end_session: EndSessionUrl,
    signed_out: PostLogoutRedirectUrl,
}

/// What is kept for the browser that was sent away.
pub struct Begun {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

pub struct SignedIn {
    pub claims: CoreUserInfoClaims,
    pub id_token: CoreIdToken,
    pub refresh_token: Option<RefreshToken>,
}

impl Application {
    /// Reads the metadata and the keys, once; `origin` is `https://app.example.com`.
    pub async fn discover<'c, C: AsyncHttpClient<'c>>(
        http: &'c C,
        issuer: &str,
        secret: &str,
        origin: &str,
    ) -> Result<Self, Failure> {
        let metadata = ProviderMetadataWithLogout::discover_async(IssuerUrl::new(issuer.to_owned())?, http).await?;
        let end_session = metadata.additional_metadata().end_session_endpoint.clone().ok_or("no sign-out")?;
        let secret = ClientSecret::new(secret.to_owned());
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new("my-app".to_owned()), Some(secret))
            .set_redirect_uri(RedirectUrl::new(format!("{origin}/callback"))?);
        Ok(Self { client, end_session, signed_out: PostLogoutRedirectUrl::new(format!("{origin}/signed-out"))? })
    }

    /// Where the browser goes.
    pub fn begin(&self) -> (Url, Begun) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let scopes = ["profile", "email", "phone", "offline_access"].map(|scope| Scope::new(scope.to_owned()));
        let request = self.client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let (address, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        (address, Begun { state, nonce, verifier })
    }

    /// What the browser came back with.
    pub async fn finish<'c, C: AsyncHttpClient<'c>>(
        &'c self,
        http: &'c C,
        begun: Begun,
        code: String,
        state: &str,
    ) -> Result<SignedIn, Failure> {
        if state != begun.state.secret() {
            return Err("begun by another browser".into());
        }
        let request = self.client.exchange_code(AuthorizationCode::new(code))?.set_pkce_verifier(begun.verifier);
        let tokens = request.request_async(http).await?;
        // Signature by the published keys, issuer, audience, times and nonce.
        let id_token = tokens.id_token().ok_or("no ID token")?;
        let verifier =
            self.client.id_token_verifier().set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256]);
        let claims = id_token.claims(&verifier, &begun.nonce)?;
        let key = id_token.signing_key(&verifier)?;
        let hash = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, key)?;
        if claims.access_token_hash() != Some(&hash) {
            return Err("an access token of another answer".into());
        }
        let info = self.client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))?;
        let claims = info.request_async(http).await?;
        Ok(SignedIn { claims, id_token: id_token.clone(), refresh_token: tokens.refresh_token().cloned() })
    }

    /// Fresh tokens; the answer holds the next refresh token.
    pub async fn refresh<'c, C: AsyncHttpClient<'c>>(
        &'c self,
        http: &'c C,
        token: &'c RefreshToken,
    ) -> Result<CoreTokenResponse, Failure> {
        Ok(self.client.exchange_refresh_token(token)?.request_async(http).await?)
    }

    /// Where the browser goes to sign out.
    pub fn sign_out(&self, signed_in: &SignedIn) -> Url {
        let request = LogoutRequest::from(self.end_session.clone()).set_id_token_hint(&signed_in.id_token);
        request.set_post_logout_redirect_uri(self.signed_out.clone()).http_get_url()
    }
}
