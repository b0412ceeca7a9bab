// Authlib, with the application of docs/clients/authlib.md.

import assert from "node:assert/strict";
import { test } from "node:test";
import { application } from "./applications.mjs";
import { LIMIT } from "./harness.mjs";
import { flask } from "./python.mjs";
import { Visitor } from "./visitor.mjs";

application("Authlib", (t, more) => flask(t, "authlib", more));

test("Authlib: a key that the application publishes is as good as a secret, for codes and refreshes", LIMIT, async (t) => {
  const { world, front, origin } = await flask(t, "authlib", { file: "authlib_key", nth: 1 });
  const visitor = Visitor.inWecom(world, "zhangsan");
  for (const path of ["/login", "/refresh"]) {
    const { status, html } = await visitor.open(origin + path);
    assert.equal(status, 200, html);
    assert.equal(JSON.parse(html).preferred_username, "zhangsan");
  }
  // Once, although two assertions were verified.
  assert.equal(front.asked.filter(({ url }) => url === "/jwks.json").length, 1);
});
