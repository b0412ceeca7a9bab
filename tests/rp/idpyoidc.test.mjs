// idpyoidc, with the application of docs/clients/idpyoidc.md.

import assert from "node:assert/strict";
import { test } from "node:test";
import { application } from "./applications.mjs";
import { LIMIT } from "./harness.mjs";
import { flask } from "./python.mjs";
import { Visitor } from "./visitor.mjs";

application("idpyoidc", (t, more) => flask(t, "idpyoidc", more), { pinned: "RS256" });

test("idpyoidc: a sign-out elsewhere is told server to server, and its token verifies", LIMIT, async (t) => {
  const { world, front, origin } = await flask(t, "idpyoidc", { choices: ['backchannel_logout_uri = "https://app.example.com/backchannel"'] });
  const visitor = Visitor.inWecom(world, "zhangsan");
  const { page } = await visitor.open(`${origin}/login`);
  const { action, fields } = page.form();
  const { html } = await visitor.open(action, { form: { ...fields, answer: "allow" } });
  assert.equal(JSON.parse(html).preferred_username, "zhangsan");

  const { end_session_endpoint: end } = await (await fetch(`${world.issuer}/.well-known/openid-configuration`)).json();
  const { page: question } = await visitor.open(end);
  await visitor.open(question.form().action, { form: question.form().fields });
  const telling = await front.sees("/backchannel");
  assert.deepEqual([telling.method, telling.status], ["POST", 200]);
  assert.deepEqual(JSON.parse((await visitor.open(`${origin}/`)).html), { signed_in: false });
});
