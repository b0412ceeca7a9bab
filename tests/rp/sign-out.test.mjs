// A sign-out that is told server to server; what is told, `jose` verifies.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { createRemoteJWKSet, jwtVerify } from "jose";
import * as oidc from "openid-client";
import { LIMIT, listen } from "./harness.mjs";
import { PORTAL, login, portal } from "./portal.mjs";
import { Visitor } from "./visitor.mjs";

/** The keys of a bridge, for `jose`. */
const keysOf = (config) => createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri));

test("openid-client 6: a sign-out is told server to server with a token that jose verifies", LIMIT, async (t) => {
  const posted = new Promise((done) => {
    t.server = createServer(async (request, response) => {
      const body = (await request.toArray()).join("");
      response.writeHead(200, { "cache-control": "no-store" }).end();
      done({ type: request.headers["content-type"], form: new URLSearchParams(body) });
    });
  });
  const backchannel = `http://127.0.0.1:${await listen(t, t.server)}/backchannel`;
  const client = { backchannel_logout_uri: backchannel, backchannel_logout_session_required: true };
  const { world, config } = await portal(t, { client });
  const visitor = Visitor.inWecom(world, "zhangsan");
  const tokens = await (await login(visitor, config)).exchange();
  const back = PORTAL.post_logout_redirect_uris[0];
  const end = oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: back });
  await visitor.open(end.href, { application: back });

  const { type, form } = await posted;
  assert.match(type, /^application\/x-www-form-urlencoded/);
  const { payload, protectedHeader } = await jwtVerify(form.get("logout_token"), keysOf(config), {
    issuer: world.issuer,
    audience: PORTAL.client_id,
    typ: "logout+jwt",
    algorithms: ["RS256"],
    requiredClaims: ["iat", "exp", "jti", "sid", "events"],
  });
  assert.ok(protectedHeader.kid);
  assert.deepEqual(payload.events, { "http://schemas.openid.net/event/backchannel-logout": {} });
  assert.deepEqual([payload.sid, payload.sub], [tokens.claims().sid, tokens.claims().sub]);
  assert.equal(payload.nonce, undefined);
});
