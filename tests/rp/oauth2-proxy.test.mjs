// oauth2-proxy with the configuration of docs/clients/oauth2-proxy.md, before an application that shows what it was
// handed.

import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { watch, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { Front } from "./front.mjs";
import { NO_GO, OAUTH2_PROXY } from "./go.mjs";
import { LIMIT, Running, World, listen } from "./harness.mjs";
import { block } from "./page.mjs";
import { Visitor } from "./visitor.mjs";

const NAME = "oauth2-proxy";
const ONE = { ...LIMIT, skip: NO_GO };
const SECRETS = {
  OAUTH2_PROXY_CLIENT_SECRET: "oauth2-proxy-secret-of-these-tests-only",
  OAUTH2_PROXY_COOKIE_SECRET: "0123456789abcdef0123456789abcdef",
};

/** A bridge, and oauth2-proxy before an application; `more` are options from the environment. */
async function dashboards(t, { settings, registered = "", more } = {}) {
  const front = await Front.start(t);
  const upstream = await listen(t, createServer(show));
  const { OAUTH2_PROXY_CLIENT_SECRET } = SECRETS;
  const world = await World.start(t, {
    settings,
    more: `${block(NAME, "toml", { application: front.origin })}\n${registered}`,
    env: { OAUTH2_PROXY_CLIENT_SECRET },
  });
  const file = join(world.folder, "oauth2-proxy.cfg");
  await writeFile(
    file,
    block(NAME, "ini", {
      issuer: world.issuer,
      application: front.origin,
      "http://127.0.0.1:3000": `http://127.0.0.1:${upstream}`,
      "login.example.com": new URL(world.issuer).host,
    }),
  );
  const socket = join(world.folder, "proxy.sock");
  const server = new Running(t, ["--config", file], {
    program: OAUTH2_PROXY,
    // Here it listens at a socket, and the browser comes over http.
    env: {
      ...process.env,
      ...SECRETS,
      OAUTH2_PROXY_HTTP_ADDRESS: `unix://${socket}`,
      OAUTH2_PROXY_COOKIE_SECURE: "false",
      ...more,
    },
  });
  await Promise.race([listens(socket), server.gone.then(() => Promise.reject(new Error(server.log)))]);
  front.to(socket);
  return { world, front, server, home: `${front.origin}/` };
}

/** Waits until somebody listens at a socket. */
async function listens(socket) {
  const looking = new AbortController();
  try {
    const changes = watch(dirname(socket), { signal: looking.signal });
    if (!existsSync(socket)) for await (const { filename } of changes) if (filename === basename(socket)) break;
  } finally {
    looking.abort();
  }
  // The file is there a moment before anybody listens.
  for (;;) {
    const connection = connect(socket);
    try {
      await once(connection, "connect");
      return;
    } catch (error) {
      if (error.code !== "ECONNREFUSED") throw error;
    } finally {
      connection.destroy();
    }
  }
}

function show(request, response) {
  const told = Object.entries(request.headers).filter(([name]) => name.startsWith("x-forwarded-"));
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(Object.fromEntries(told)));
}

const told = ({ status, html }) => {
  assert.equal(status, 200, html);
  return JSON.parse(html);
};

/** Asks until the application is handed something else, or somebody else answers. */
async function until(visitor, address, changed) {
  for (;;) {
    const arrival = await visitor.open(address);
    if (changed(arrival)) return arrival;
  }
}

test("oauth2-proxy signs a member in with PKCE and a nonce and hands on who it is", ONE, async (t) => {
  const { world, front } = await dashboards(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  const { trail, ...arrival } = await visitor.open(`${front.origin}/board?of=today`);
  assert.equal(arrival.address, `${front.origin}/board?of=today`);
  const { searchParams } = new URL(trail.find((address) => address.startsWith(`${world.issuer}/authorize`)));
  assert.equal(searchParams.get("code_challenge_method"), "S256");
  assert.ok(searchParams.get("nonce"));
  const headers = told(arrival);
  assert.equal(headers["x-forwarded-preferred-username"], "zhangsan");
  const { sub } = await (await fetch(`${world.issuer}/userinfo`, { headers: { authorization: `Bearer ${headers["x-forwarded-access-token"]}` } })).json();
  assert.equal(headers["x-forwarded-user"], sub);
  world.secret(headers["x-forwarded-access-token"]);
  // A member without an address enters as well.
  assert.equal(told(await Visitor.inWecom(world, "lisi").open(front.origin))["x-forwarded-preferred-username"], "lisi");
});

test("oauth2-proxy refreshes, and lets a member go whom the corp disabled", ONE, async (t) => {
  const settings = { lifetimes: { membership: "0s" } };
  const { world, home } = await dashboards(t, { settings, more: { OAUTH2_PROXY_COOKIE_REFRESH: "10ms" } });
  const visitor = Visitor.inWecom(world, "zhangsan");
  const token = (arrival) => told(arrival)["x-forwarded-access-token"];
  const first = token(await visitor.open(home));
  const second = token(await until(visitor, home, (arrival) => token(arrival) !== first));
  world.secret(first, second);
  await world.simulator.ask("PATCH", "/members/zhangsan", { status: 2 });
  const refused = await until(visitor, home, ({ status }) => status !== 200);
  assert.equal(refused.page.text("error-code"), "member_disabled");
});

test("signing out of oauth2-proxy ends the session at the bridge without a question", ONE, async (t) => {
  const { world, front, home } = await dashboards(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  told(await visitor.open(home));
  const end = block(NAME, "text", { issuer: world.issuer, application: front.origin }).trim();
  const left = await visitor.open(`${front.origin}/oauth2/sign_out?rd=${encodeURIComponent(end)}`);
  assert.equal(left.address.split("?")[0], `${front.origin}/bye`);
  // Inside WeCom a page waits for a touch, and then WeCom is asked.
  const { page } = await visitor.open(home);
  const again = await visitor.open(page.link("wecom-login"));
  assert.equal(told(again)["x-forwarded-preferred-username"], "zhangsan");
  assert.ok(again.trail.some((address) => world.simulator.owns(address)), "still signed in");
});

test("oauth2-proxy refuses another nonce, and an answer that another browser asked for", ONE, async (t) => {
  const { world, front, server, home } = await dashboards(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  const request = new URL((await visitor.open(home, { application: `${world.issuer}/authorize` })).address);
  request.searchParams.set("nonce", "n-of-somebody-else");
  assert.equal((await visitor.open(request.href)).status, 403);
  await server.says(/nonce verification failed/);
  const callback = `${front.origin}/oauth2/callback`;
  const { address } = await Visitor.inWecom(world, "lisi").open(home, { application: callback });
  assert.equal((await visitor.open(address)).status, 403);
});
