// NocoBase's generic OpenID Connect plugin, as far as a provider sees it: the calls it makes of openid-client 5.7.1,
// in its order and with its arguments. No PKCE, no nonce; discovery anew for each half of a login. The tests of a real
// NocoBase (tests/nocobase) have a plugin that makes these very calls.

import { Issuer, custom } from "openid-client-5";

// What the plugin gives every request.
custom.setHttpOptionsDefaults({ timeout: 3_500 });

export const NOCOBASE = {
  client_id: "nocobase",
  client_secret: "nocobase-secret-of-these-tests-only",
  client_name: "NocoBase",
  redirect_uris: ["http://127.0.0.1:13000/api/oidc:redirect"],
  post_logout_redirect_uris: ["http://127.0.0.1:13000/signin?redirect="],
  home_url: "http://127.0.0.1:13000/admin",
  profile: "nocobase",
  phone: "required",
};

export class Nocobase {
  /** The options are those of the plugin's settings page. */
  constructor({
    issuer,
    clientId = NOCOBASE.client_id,
    clientSecret = NOCOBASE.client_secret,
    scope = "openid email profile",
    idTokenSignedResponseAlg = "RS256",
    tokenEndpointAuthMethod,
    passParametersInExchange = false,
    userInfoMethod = "GET",
    accessTokenVia = "header",
    redirectUri = NOCOBASE.redirect_uris[0],
    postLogoutRedirectUri = NOCOBASE.post_logout_redirect_uris[0],
  }) {
    Object.assign(this, { issuer, clientId, clientSecret, scope, idTokenSignedResponseAlg, tokenEndpointAuthMethod });
    Object.assign(this, { passParametersInExchange, userInfoMethod, accessTokenVia, redirectUri, postLogoutRedirectUri });
  }

  async client() {
    const issuer = await Issuer.discover(this.issuer);
    return new issuer.Client({
      client_id: this.clientId,
      client_secret: this.clientSecret,
      id_token_signed_response_alg: this.idTokenSignedResponseAlg,
      ...(this.tokenEndpointAuthMethod && { token_endpoint_auth_method: this.tokenEndpointAuthMethod }),
    });
  }

  /** `oidc:getAuthUrl`. */
  async authUrl({ redirect = "/admin", name = "wecom-oidc", token = "3f9d7a0c-1b2e" } = {}) {
    this.state = encodeURIComponent(`token=${token}&name=${name}&app=main&redirect=${redirect}`);
    const client = await this.client();
    return client.authorizationUrl({
      response_type: "code",
      scope: this.scope,
      redirect_uri: this.redirectUri,
      state: this.state,
    });
  }

  /** `oidc:redirect` up to the tokens: only `code` and `iss` are looked at. */
  async exchange(address) {
    const { code, iss } = Object.fromEntries(new URL(address).searchParams);
    const client = await this.client();
    const exchangeBody = this.passParametersInExchange
      ? { client_id: this.clientId, client_secret: this.clientSecret }
      : undefined;
    const tokens = await client.callback(this.redirectUri, { code, iss }, {}, { exchangeBody });
    return { client, tokens };
  }

  /** The rest of `oidc:redirect`: userinfo is the only source of claims. */
  async validate(address) {
    const { client, tokens } = await this.exchange(address);
    return client.userinfo(tokens.access_token, {
      method: this.userInfoMethod,
      via: this.accessTokenVia === "query" ? "header" : this.accessTokenVia,
      params: this.accessTokenVia === "query" ? { access_token: tokens.access_token } : {},
    });
  }

  /** The sign-out of the community fork: no `id_token_hint`. */
  async logoutUrl() {
    const { end_session_endpoint: endpoint } = (await Issuer.discover(this.issuer)).metadata;
    const query = new URLSearchParams({
      client_id: this.clientId,
      post_logout_redirect_uri: this.postLogoutRedirectUri,
    });
    return `${endpoint}?${query}`;
  }
}
