// Clients that prove themselves by signatures and sign their requests, on openid-client 6 and 5.

import assert from "node:assert/strict";
import { test } from "node:test";
import { exportJWK, generateKeyPair } from "jose";
import * as oidc from "openid-client";
import { LIMIT } from "./harness.mjs";
import { login, portal } from "./portal.mjs";
import { login5, portal5 } from "./portal5.mjs";
import { Visitor } from "./visitor.mjs";

/** A key of a client: both of its halves, and the client's table with the public one. */
async function keyed(alg) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const known = { kid: `key-${alg}`, alg, use: "sig" };
  const open = { ...(await exportJWK(publicKey)), ...known };
  const client = { client_secret: undefined, token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [open] } };
  return { client, key: { key: privateKey, kid: known.kid }, secret: { ...(await exportJWK(privateKey)), ...known } };
}

// openid-client 6 signs with an Ed25519 key as RFC 9864 calls it, whatever the key's `alg` says.
for (const algorithm of ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]) {
  test(`openid-client 6: private_key_jwt in ${algorithm} at the token endpoint, for codes and refreshes`, LIMIT, async (t) => {
    const { client, key } = await keyed(algorithm);
    const { world, config } = await portal(t, { client, method: () => oidc.PrivateKeyJwt(key) });
    const tokens = await (await login(Visitor.inWecom(world, "zhangsan"), config)).exchange();
    const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
    const { preferred_username: name } = await oidc.fetchUserInfo(config, renewed.access_token, tokens.claims().sub);
    assert.equal(name, "zhangsan");
  });
}

test("openid-client 6: private_key_jwt with a key that is not registered is invalid_client", LIMIT, async (t) => {
  const { client } = await keyed("ES256");
  const { key } = await keyed("ES256");
  const { world, config } = await portal(t, { client, method: () => oidc.PrivateKeyJwt(key) });
  const attempt = await login(Visitor.inWecom(world, "zhangsan"), config);
  await assert.rejects(attempt.exchange(), { error: "invalid_client" });
});

test("openid-client 6: client_secret_jwt at the token endpoint", LIMIT, async (t) => {
  const client = { token_endpoint_auth_method: "client_secret_jwt", client_secret: "a-secret-of-these-tests-of-32-octets-or-more" };
  const { world, config } = await portal(t, { client, method: oidc.ClientSecretJwt });
  const tokens = await (await login(Visitor.inWecom(world, "zhangsan"), config)).exchange();
  assert.equal((await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).preferred_username, "zhangsan");
});

for (const algorithm of ["RS256", "ES256"]) {
  const signed = (key) => (config, parameters) => oidc.buildAuthorizationUrlWithJAR(config, parameters, key);

  test(`openid-client 6: a request signed in ${algorithm} is taken, and nothing stands around it`, LIMIT, async (t) => {
    const { client, key } = await keyed(algorithm);
    const { world, config } = await portal(t, { client, method: () => oidc.PrivateKeyJwt(key) });
    const object = await login(Visitor.inWecom(world, "zhangsan"), config, {}, signed(key));
    assert.deepEqual([...new URL(object.trail[0]).searchParams.keys()].sort(), ["client_id", "request"]);
    await object.exchange();
  });

  test(`openid-client 6: a request signed in ${algorithm} by somebody else is refused on a page of ours`, LIMIT, async (t) => {
    const [{ client, key }, { key: other }] = [await keyed(algorithm), await keyed(algorithm)];
    const { world, config } = await portal(t, { client, method: () => oidc.PrivateKeyJwt(key) });
    const { page, status } = await login(Visitor.inWecom(world, "zhangsan"), config, {}, signed(other));
    assert.deepEqual([status, page.text("error-code")], [400, "invalid_request_object"]);
  });
}

test("openid-client 6: a signed request is pushed", LIMIT, async (t) => {
  const { client, key } = await keyed("ES256");
  const { world, config } = await portal(t, { client, method: () => oidc.PrivateKeyJwt(key) });
  const both = await login(Visitor.inWecom(world, "zhangsan"), config, {}, async (_, parameters) => {
    const { searchParams } = await oidc.buildAuthorizationUrlWithJAR(config, parameters, key);
    return oidc.buildAuthorizationUrlWithPAR(config, searchParams);
  });
  assert.deepEqual([...new URL(both.trail[0]).searchParams.keys()].sort(), ["client_id", "request_uri"]);
  await both.exchange();
});

for (const algorithm of ["RS256", "PS256", "ES256", "EdDSA"]) {
  test(`openid-client 5: private_key_jwt in ${algorithm}, and a request signed with the same key`, LIMIT, async (t) => {
    const { secret, client: table } = await keyed(algorithm);
    const metadata = { token_endpoint_auth_signing_alg: algorithm, request_object_signing_alg: algorithm };
    const both = await portal5(t, { table, metadata, jwks: [secret] });
    const tokens = await login5(both);
    assert.equal((await both.library.userinfo(tokens)).preferred_username, "zhangsan");
    assert.ok((await both.library.refresh(tokens)).refresh_token);
    const signed = async (request) => ({ ...request, request: await both.library.requestObject(request) });
    assert.equal((await login5(both, signed)).claims().sub, tokens.claims().sub);
  });
}

test("openid-client 5: client_secret_jwt", LIMIT, async (t) => {
  const table = { token_endpoint_auth_method: "client_secret_jwt", client_secret: "a-secret-of-these-tests-of-32-octets-or-more" };
  const both = await portal5(t, { table, metadata: { token_endpoint_auth_signing_alg: "HS256" } });
  assert.ok((await login5(both)).id_token);
});
