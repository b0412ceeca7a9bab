// openid-client 6: today's library, with everything that it checks by itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as oidc from "openid-client";
import { LIMIT } from "./harness.mjs";
import { PORTAL, application, login, portal } from "./portal.mjs";
import { Visitor } from "./visitor.mjs";

test("PKCE, nonce, userinfo, refresh and sign-out", LIMIT, async (t) => {
  const { world, config } = await portal(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  const tokens = await (await login(visitor, config)).exchange();
  const { sub } = tokens.claims();
  const claims = await oidc.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(claims.phone_number, "+8613800000001");
  assert.equal(claims.phone_number_verified, true);
  assert.equal(claims.preferred_username, "zhangsan");

  const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(renewed.refresh_token, tokens.refresh_token);
  assert.equal((await oidc.fetchUserInfo(config, renewed.access_token, sub)).sub, sub);
  world.secret(tokens.access_token, tokens.refresh_token, tokens.id_token, renewed.access_token, renewed.refresh_token);

  const back = PORTAL.post_logout_redirect_uris[0];
  const state = "bye bye & 再见";
  const end = oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: back, state });
  const { address } = await visitor.open(end.href, { application: back });
  assert.ok(address.startsWith(back), "a genuine hint needs no question");
  assert.equal(new URL(address).searchParams.get("state"), state);
  const silent = await login(visitor, config, { prompt: "none" });
  await assert.rejects(silent.exchange(), { error: "login_required" });
});

for (const [way, method] of Object.entries({
  client_secret_basic: oidc.ClientSecretBasic,
  client_secret_post: oidc.ClientSecretPost,
})) {
  test(`a secret full of signs comes by ${way}`, LIMIT, async (t) => {
    const client = { client_secret: "~a+b c:%41&=/*'()!", token_endpoint_auth_method: way };
    const { world, config } = await portal(t, { client, method });
    const tokens = await (await login(Visitor.inWecom(world, "lisi"), config)).exchange();
    assert.equal((await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).preferred_username, "lisi");
  });
}

test("a public client signs in with PKCE alone, and not without", LIMIT, async (t) => {
  const client = { client_secret: undefined, token_endpoint_auth_method: "none" };
  const { world, config } = await portal(t, { client, method: () => oidc.None() });
  const visitor = Visitor.inWecom(world, "zhangsan");
  const tokens = await (await login(visitor, config)).exchange();
  assert.deepEqual([tokens.claims().aud].flat(), ["portal"]);
  const bare = await login(visitor, config, { code_challenge: "", code_challenge_method: "" });
  await assert.rejects(bare.exchange(), { error: "invalid_request" });
});

for (const algorithm of ["ES256", "EdDSA"]) {
  test(`ID tokens in ${algorithm} verify against the published keys`, LIMIT, async (t) => {
    const { world, config } = await portal(t, { client: { id_token_signed_response_alg: algorithm } });
    // The key is looked up and the signature checked, which this library leaves to TLS otherwise.
    oidc.enableNonRepudiationChecks(config);
    const tokens = await (await login(Visitor.inWecom(world, "zhangsan"), config)).exchange();
    const header = JSON.parse(Buffer.from(tokens.id_token.split(".")[0], "base64url"));
    assert.equal(header.alg, algorithm);
  });
}

test("ID tokens in RS256 verify against the published keys, with max_age looked at", LIMIT, async (t) => {
  const { world, config } = await portal(t);
  oidc.enableNonRepudiationChecks(config);
  const asked = await login(Visitor.inWecom(world, "zhangsan"), config, { max_age: "60" });
  const tokens = await asked.exchange({ maxAge: 60 });
  assert.ok(Math.abs(tokens.claims().auth_time - Date.now() / 1000) < 60);
});

for (const [alg, algorithm] of [
  ["RS256", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }],
  ["PS256", { name: "RSA-PSS", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }],
  ["ES256", { name: "ECDSA", namedCurve: "P-256" }],
]) {
  test(`a client without a secret signs its requests and proves itself by its key (${alg})`, LIMIT, async (t) => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey("jwk", publicKey);
    const client = {
      client_secret: undefined,
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [{ kty, n, e, crv, x, y, alg, kid: "portal-1" }] },
    };
    const key = { key: privateKey, kid: "portal-1" };
    const { world, config } = await portal(t, { client, method: () => oidc.PrivateKeyJwt(key) });
    const verifier = oidc.randomPKCECodeVerifier();
    const expected = { nonce: oidc.randomNonce(), state: oidc.randomState() };
    const request = {
      redirect_uri: application,
      scope: "openid profile offline_access",
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      max_age: "3600",
      claims: JSON.stringify({ id_token: { name: null } }),
      ...expected,
    };
    const address = await oidc.buildAuthorizationUrlWithJAR(config, request, key);
    assert.deepEqual([...address.searchParams.keys()].sort(), ["client_id", "request"]);
    const arrival = await Visitor.inWecom(world, "zhangsan").open(address.href, { application });
    const tokens = await oidc.authorizationCodeGrant(config, new URL(arrival.address), {
      pkceCodeVerifier: verifier,
      expectedNonce: expected.nonce,
      expectedState: expected.state,
      idTokenExpected: true,
      maxAge: 3600,
    });
    assert.ok(tokens.claims().name, "claims of the object");
    await oidc.refreshTokenGrant(config, tokens.refresh_token);
  });
}

test("a client that proves itself by what its secret signs", LIMIT, async (t) => {
  const client = { client_secret: "portal-secret-of-these-tests-only-1", token_endpoint_auth_method: "client_secret_jwt" };
  const { world, config } = await portal(t, { client, method: (secret) => oidc.ClientSecretJwt(secret) });
  await (await login(Visitor.inWecom(world, "zhangsan"), config)).exchange();
});

test("a code without its verifier is worth nothing", LIMIT, async (t) => {
  const { world, config } = await portal(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  const first = await login(visitor, config);
  await assert.rejects(first.exchange({ pkceCodeVerifier: oidc.randomPKCECodeVerifier() }), { error: "invalid_grant" });
  const second = await login(visitor, config);
  await assert.rejects(second.exchange({ pkceCodeVerifier: undefined }), { error: "invalid_grant" });
});

test("the answer comes as a form where the client asks for it", LIMIT, async (t) => {
  const { world, config } = await portal(t);
  const arrival = await login(Visitor.inWecom(world, "zhangsan"), config, { response_mode: "form_post" });
  const { action, fields } = arrival.page.form();
  assert.equal(action, application);
  assert.deepEqual(Object.keys(fields).sort(), ["code", "iss", "state"]);
});

test("the answer comes in the fragment where the client asks for it", LIMIT, async (t) => {
  const { world, config } = await portal(t);
  const { address } = await login(Visitor.inWecom(world, "zhangsan"), config, { response_mode: "fragment" });
  const { hash, search } = new URL(address);
  assert.equal(search, "");
  assert.ok(new URLSearchParams(hash.slice(1)).has("code"));
});

test("a refused member's way back is an answer that the library understands", LIMIT, async (t) => {
  const { world, config } = await portal(t);
  const refusal = await login(Visitor.inWecom(world, "disabled"), config);
  assert.equal(refusal.page.text("error-code"), "member_disabled");
  const back = new URL(refusal.page.link("back-to-app"));
  await assert.rejects(oidc.authorizationCodeGrant(config, back, { expectedState: back.searchParams.get("state") }), {
    error: "access_denied",
  });
});

test("the library's own discovery holds the issuer to what it was told", LIMIT, async (t) => {
  const { world, config } = await portal(t);
  const server = config.serverMetadata();
  assert.equal(server.issuer, world.issuer);
  const options = { algorithm: "oauth2", execute: [oidc.allowInsecureRequests] };
  const second = await oidc.discovery(new URL(world.issuer), "portal", undefined, undefined, options);
  assert.deepEqual({ ...second.serverMetadata() }, { ...server });
});

test("a request is pushed, its tokens are looked at and given back, as the library does it", LIMIT, async (t) => {
  const client = { require_pushed_authorization_requests: true, introspection_signed_response_alg: "ES256" };
  const { world, config } = await portal(t, { client });
  const visitor = Visitor.inWecom(world, "zhangsan");
  const plain = await login(visitor, config);
  await assert.rejects(plain.exchange(), { error: "invalid_request" });
  const verifier = oidc.randomPKCECodeVerifier();
  const expected = { nonce: oidc.randomNonce(), state: oidc.randomState() };
  const address = await oidc.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: application,
    scope: "openid offline_access",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...expected,
  });
  assert.deepEqual([...address.searchParams.keys()].sort(), ["client_id", "request_uri"]);
  const arrival = await visitor.open(address.href, { application });
  const checks = { pkceCodeVerifier: verifier, expectedNonce: expected.nonce, expectedState: expected.state };
  const tokens = await oidc.authorizationCodeGrant(config, new URL(arrival.address), checks);
  world.secret(tokens.access_token, tokens.refresh_token, tokens.id_token, address.searchParams.get("request_uri"));

  const told = await oidc.tokenIntrospection(config, tokens.access_token);
  const { sub } = tokens.claims();
  assert.deepEqual([told.active, told.sub, told.client_id, told.token_type], [true, sub, "portal", "Bearer"]);
  await oidc.tokenRevocation(config, tokens.refresh_token, { token_type_hint: "refresh_token" });
  assert.deepEqual(await oidc.tokenIntrospection(config, tokens.access_token), { active: false });
  await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), { error: "invalid_grant" });
  await assert.rejects(
    oidc.buildAuthorizationUrlWithPAR(config, { redirect_uri: "https://evil.example/", scope: "openid" }),
    { error: "invalid_request" },
  );
});
