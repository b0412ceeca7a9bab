// Requests that are pushed, tokens that are looked at and given back, on openid-client 6 and 5.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as oidc from "openid-client";
import { LIMIT } from "./harness.mjs";
import { PORTAL, login, portal } from "./portal.mjs";
import { login5, portal5 } from "./portal5.mjs";
import { Visitor } from "./visitor.mjs";

test("openid-client 6: a request is pushed, and only what is pushed counts where the client must push", LIMIT, async (t) => {
  const { world, config } = await portal(t, { client: { require_pushed_authorization_requests: true } });
  const visitor = Visitor.inWecom(world, "zhangsan");
  const pushed = await login(visitor, config, {}, oidc.buildAuthorizationUrlWithPAR);
  assert.deepEqual([...new URL(pushed.trail[0]).searchParams.keys()].sort(), ["client_id", "request_uri"]);
  assert.deepEqual([(await pushed.exchange()).claims().aud].flat(), [PORTAL.client_id]);
  const bare = await login(visitor, config);
  await assert.rejects(bare.exchange(), { error: "invalid_request" });
  await assert.rejects(login(visitor, config, { scope: "profile" }, oidc.buildAuthorizationUrlWithPAR), { error: "invalid_scope" });
});

test("openid-client 6: a token is introspected as active, revoked, and introspected as nothing", LIMIT, async (t) => {
  const { world, config } = await portal(t);
  const tokens = await (await login(Visitor.inWecom(world, "zhangsan"), config)).exchange();
  const active = await oidc.tokenIntrospection(config, tokens.access_token);
  assert.equal(active.active, true);
  assert.equal(active.sub, tokens.claims().sub);
  assert.equal(active.client_id, PORTAL.client_id);
  await oidc.tokenRevocation(config, tokens.refresh_token);
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    assert.deepEqual({ ...(await oidc.tokenIntrospection(config, token)) }, { active: false });
  }
  await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), { error: "invalid_grant" });
  await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));
});

test("openid-client 6: introspection is signed where the client is registered for it", LIMIT, async (t) => {
  const alg = { introspection_signed_response_alg: "ES256" };
  const { world, config } = await portal(t, { client: alg, metadata: alg });
  oidc.enableNonRepudiationChecks(config);
  const types = [];
  config[oidc.customFetch] = async (...request) => {
    const answer = await fetch(...request);
    types.push(answer.headers.get("content-type"));
    return answer;
  };
  const tokens = await (await login(Visitor.inWecom(world, "zhangsan"), config)).exchange();
  const active = await oidc.tokenIntrospection(config, tokens.access_token);
  assert.equal(active.sub, tokens.claims().sub);
  assert.ok(types.includes("application/token-introspection+jwt"), types.join());
});

test("openid-client 5: pushed requests, introspection and revocation", LIMIT, async (t) => {
  const both = await portal5(t, { table: { require_pushed_authorization_requests: true } });
  const { library } = both;
  const tokens = await login5(both, async (request) => {
    const { request_uri } = await library.pushedAuthorizationRequest(request);
    return { request_uri, response_type: undefined, scope: undefined, redirect_uri: undefined };
  });
  assert.equal((await library.introspect(tokens.access_token)).active, true);
  await library.revoke(tokens.refresh_token);
  assert.deepEqual(await library.introspect(tokens.access_token), { active: false });
});
