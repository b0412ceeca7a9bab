import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMIT, World } from "./harness.mjs";
import { NOCOBASE, Nocobase } from "./nocobase.mjs";
import { Visitor } from "./visitor.mjs";

const application = NOCOBASE.redirect_uris[0];

/** A bridge that knows NocoBase, and NocoBase set up for it. */
async function nocobase(t, { client = {}, settings = {} } = {}) {
  const world = await World.start(t, { clients: [{ ...NOCOBASE, ...client }] });
  return { world, plugin: new Nocobase({ issuer: world.issuer, ...settings }) };
}

test("a member signs in to NocoBase", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t);
  const { address } = await Visitor.inWecom(world, "zhangsan").open(await plugin.authUrl(), { application });
  const claims = await plugin.validate(address);
  assert.equal(claims.username, "zhangsan");
});
