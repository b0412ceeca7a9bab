// Gitea's sign-in by the library that it uses, goth, with the client of docs/clients/gitea.md: from the workbench to an
// account with a username by Gitea's rule.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Front } from "./front.mjs";
import { NO_GO, compiled } from "./go.mjs";
import { LIMIT, Running, World } from "./harness.mjs";
import { block } from "./page.mjs";
import { Visitor } from "./visitor.mjs";

const ONE = { ...LIMIT, skip: NO_GO };
const SECRET = "gitea-secret-of-these-tests-only";

let program;
if (!NO_GO) before(() => (program = compiled("gitea")));

async function gitea(t) {
  const front = await Front.start(t);
  const more = block("gitea", "toml", { "https://gitea.example.com": front.origin });
  const world = await World.start(t, { more, env: { GITEA_CLIENT_SECRET: SECRET } });
  const env = { ...process.env, ISSUER: world.issuer, ORIGIN: front.origin, CLIENT_SECRET: SECRET, PORT: "0" };
  const server = new Running(t, [], { program, env });
  const [, port] = await server.says(/listening on 127\.0\.0\.1:(\d+)/);
  front.to(port);
  return { world, front };
}

/** Opens the workbench entry, again until the departments have been read ahead. */
async function account(world, visitor) {
  for (let tries = 0; ; tries += 1) {
    const { status, html } = await visitor.open(`${world.issuer}/open/gitea`);
    assert.equal(status, 200, html);
    const made = JSON.parse(html);
    if (made.groups.length > 0 || tries === 200) return made;
  }
}

test("gitea: the workbench entry ends in an account with groups, without a click", ONE, async (t) => {
  const { world } = await gitea(t);
  const { identity, ...made } = await account(world, Visitor.inWecom(world, "zhangsan"));
  assert.match(identity, /^[\w-]{43}$/);
  assert.deepEqual(made, {
    username: "zhangsan",
    full_name: "张三",
    email: "zhangsan@example.com",
    groups: ["研发部", "研发部/平台组"],
  });
});

test("gitea: a userid with an @ gives a username that is nobody else's", ONE, async (t) => {
  const { world } = await gitea(t);
  const made = await account(world, Visitor.inWecom(world, "chen.liu_01-a@corp"));
  assert.deepEqual([made.username, made.full_name], ["chen.liu_01-a-corp", "陈六"]);
});

test("gitea: an answer to a sign-in that nobody began is refused", ONE, async (t) => {
  const { world, front } = await gitea(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  const { address } = await visitor.open(`${world.issuer}/open/gitea`, { application: `${front.origin}/user/oauth2/wecom/callback` });
  const answer = new URL(address);
  answer.searchParams.set("state", "another");
  const { status, html } = await visitor.open(answer.href);
  assert.equal(status, 400, html);
});
