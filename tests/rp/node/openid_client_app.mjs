// A small application whose people sign in with WeCom, on openid-client 6.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import * as oidc from "openid-client";

const { ISSUER, ORIGIN, CLIENT_SECRET, PORT = 3000 } = process.env; // ORIGIN=https://app.example.com

const wecom = await oidc.discovery(
  new URL(ISSUER),
  "my-app",
  { client_secret: CLIENT_SECRET, id_token_signed_response_alg: "RS256" },
  oidc.ClientSecretBasic(CLIENT_SECRET),
  // Only for a bridge on loopback, as in tests.
  { execute: ISSUER.startsWith("http://127.0.0.1") ? [oidc.allowInsecureRequests] : [] },
);
// The library trusts an ID token that came over TLS; this has it check the signature as well.
oidc.enableNonRepudiationChecks(wecom);

const begun = new Map(); // what a browser's sign-in must come back with
const members = new Map(); // what the token endpoint gave, by browser

const pages = {
  async "/login"(browser) {
    const checks = { pkceCodeVerifier: oidc.randomPKCECodeVerifier(), expectedState: oidc.randomState(), expectedNonce: oidc.randomNonce() };
    begun.set(browser, checks);
    return oidc.buildAuthorizationUrl(wecom, {
      redirect_uri: `${ORIGIN}/callback`,
      scope: "openid profile email phone offline_access",
      code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
      code_challenge_method: "S256",
      state: checks.expectedState,
      nonce: checks.expectedNonce,
    });
  },

  async "/callback"(browser, address) {
    const checks = begun.get(browser) ?? {};
    begun.delete(browser);
    // Compares state and iss, sends the code with its verifier, verifies the ID token.
    const tokens = await oidc.authorizationCodeGrant(wecom, address, { ...checks, idTokenExpected: true });
    members.set(browser, { ...tokens, sub: tokens.claims().sub });
    return new URL(ORIGIN);
  },

  async "/"(browser) {
    const me = members.get(browser);
    if (!me) return { signed_in: false };
    return { signed_in: true, ...(await oidc.fetchUserInfo(wecom, me.access_token, me.sub)) };
  },

  async "/refresh"(browser) {
    const me = members.get(browser);
    members.set(browser, { ...me, ...(await oidc.refreshTokenGrant(wecom, me.refresh_token)) });
    return new URL(ORIGIN);
  },

  async "/logout"(browser) {
    const { id_token } = members.get(browser);
    members.delete(browser);
    return oidc.buildEndSessionUrl(wecom, { id_token_hint: id_token, post_logout_redirect_uri: `${ORIGIN}/signed-out` });
  },

  async "/signed-out"() {
    return { signed_in: false, signed_out: true };
  },
};

const server = createServer(async (request, response) => {
  const address = new URL(request.url, ORIGIN);
  const browser = /(?:^|; )app=([^;]*)/.exec(request.headers.cookie)?.[1] ?? randomUUID();
  response.setHeader("set-cookie", `app=${browser}; Path=/; HttpOnly; SameSite=Lax`);
  response.setHeader("content-type", "application/json");
  try {
    const answer = await pages[address.pathname](browser, address);
    if (answer instanceof URL) response.writeHead(303, { location: answer.href }).end();
    else response.end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(400).end(JSON.stringify({ error: error.error ?? error.code, description: `${error.message}: ${error.cause}` }));
  }
});
server.listen(PORT, "127.0.0.1", () => console.log(`listening on 127.0.0.1:${server.address().port}`));
