// An application on openid-client 6 whose requests a test makes one by one.

import * as oidc from "openid-client";
import { World } from "./harness.mjs";

export const PORTAL = {
  client_id: "portal",
  client_secret: "portal-secret-of-these-tests-only",
  client_name: "Portal",
  redirect_uris: ["http://127.0.0.1:13001/callback"],
  post_logout_redirect_uris: ["http://127.0.0.1:13001/bye"],
  home_url: "http://127.0.0.1:13001/",
};
export const application = PORTAL.redirect_uris[0];

/** A bridge with this client, and the library's view of it; `method` makes its proof out of its secret. */
export async function portal(t, { client = {}, method, metadata = {}, settings, others = [] } = {}) {
  const table = { ...PORTAL, ...client };
  const world = await World.start(t, { clients: [table, ...others], settings });
  const { client_secret, id_token_signed_response_alg } = table;
  const known = { client_secret, id_token_signed_response_alg, ...metadata };
  const config = await oidc.discovery(new URL(world.issuer), table.client_id, known, method?.(table.client_secret), {
    // The bridge of this test speaks http on loopback.
    execute: [oidc.allowInsecureRequests],
  });
  return { world, config };
}

/** One login: PKCE S256, nonce, state; `build` makes the address out of the request. */
export async function login(visitor, config, more = {}, build = oidc.buildAuthorizationUrl) {
  const verifier = oidc.randomPKCECodeVerifier();
  const expected = { nonce: oidc.randomNonce(), state: oidc.randomState() };
  const address = await build(config, {
    redirect_uri: application,
    scope: "openid profile email phone offline_access",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...expected,
    ...more,
  });
  const arrival = await visitor.open(address.href, { application });
  return {
    ...arrival,
    exchange: (checks) =>
      oidc.authorizationCodeGrant(config, new URL(arrival.address), {
        pkceCodeVerifier: verifier,
        expectedNonce: expected.nonce,
        expectedState: expected.state,
        idTokenExpected: true,
        ...checks,
      }),
  };
}
