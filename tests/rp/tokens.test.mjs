// Claims that are signed, subjects that differ by application, tokens that are for a resource: openid-client 6 and 5, and
// `jose` as the resource.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as oidc from "openid-client";
import { LIMIT } from "./harness.mjs";
import { PORTAL, login, portal } from "./portal.mjs";
import { login5, portal5 } from "./portal5.mjs";
import { Visitor } from "./visitor.mjs";

/** The keys of a bridge, for `jose`. */
const keysOf = (config) => createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));

for (const algorithm of ["RS256", "ES256", "EdDSA"]) {
  test(`openid-client 6: userinfo is signed in ${algorithm} where the client is registered for it`, LIMIT, async (t) => {
    const alg = { userinfo_signed_response_alg: algorithm };
    const { world, config } = await portal(t, { client: alg, metadata: alg });
    oidc.enableNonRepudiationChecks(config);
    const tokens = await (await login(Visitor.inWecom(world, "zhangsan"), config)).exchange();
    const claims = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
    assert.equal(claims.phone_number, "+8613800000001");
  });
}

test("openid-client 6: a pairwise subject is the same at every sign-in and another one than anybody else is told", LIMIT, async (t) => {
  const other = { ...PORTAL, client_id: "other" };
  const { world, config } = await portal(t, { client: { subject_type: "pairwise" }, others: [other] });
  const subject = async (as) => (await (await login(Visitor.inWecom(world, "zhangsan"), as)).exchange()).claims().sub;
  const options = { execute: [oidc.allowInsecureRequests] };
  const second = await oidc.discovery(new URL(world.issuer), "other", PORTAL.client_secret, undefined, options);
  const mine = await subject(config);
  assert.equal(await subject(config), mine);
  assert.notEqual(await subject(second), mine);
});

test("openid-client 6: an access token for a resource is a JWT that the resource verifies by itself", LIMIT, async (t) => {
  const resource = "https://api.example.com";
  const client = { access_token_format: "jwt", resources: [resource] };
  const { world, config } = await portal(t, { client });
  const tokens = await (await login(Visitor.inWecom(world, "zhangsan"), config, { resource })).exchange();
  const expected = { issuer: world.issuer, audience: resource, typ: "at+jwt", algorithms: ["RS256"] };
  const { payload } = await jwtVerify(tokens.access_token, keysOf(config), expected);
  assert.equal(payload.sub, tokens.claims().sub);
  assert.equal(payload.client_id, PORTAL.client_id);
  // What is for a resource is not for another one, and opens nothing here.
  await assert.rejects(jwtVerify(tokens.access_token, keysOf(config), { ...expected, audience: "https://other.example.com" }));
  await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, payload.sub));
  await assert.rejects(login(Visitor.inWecom(world, "zhangsan"), config, { resource: "https://other.example.com" }).then((one) => one.exchange()), {
    error: "invalid_target",
  });
});

test("openid-client 5: userinfo signed in ES256", LIMIT, async (t) => {
  const alg = { userinfo_signed_response_alg: "ES256" };
  const both = await portal5(t, { table: alg, metadata: alg });
  const tokens = await login5(both);
  assert.equal((await both.library.userinfo(tokens)).phone_number, "+8613800000001");
});
