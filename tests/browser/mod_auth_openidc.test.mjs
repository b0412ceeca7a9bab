// Debian's Apache with mod_auth_openidc as docs/clients/mod_auth_openidc.md has it, before an application that shows
// what it was handed.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { Application } from "../rp/application.mjs";
import { Front } from "../rp/front.mjs";
import { World, listen } from "../rp/harness.mjs";
import { block, choice } from "../rp/page.mjs";
import { apache } from "./apache.mjs";
import { LIMIT, approve, atComputer, closeBrowser, errorCode } from "./chromium.mjs";

after(closeBrowser);

const NAME = "mod_auth_openidc";
const SECRETS = {
  APACHE_CLIENT_SECRET: "apache-secret-of-these-tests-only",
  APACHE_PASSPHRASE: "passphrase-of-these-tests-only",
};

/** A bridge, and Apache before an application; `choices` and `registered` are lines that the page offers for either. */
async function intranet(t, { settings, choices = [], registered = [], clients } = {}) {
  const front = await Front.start(t);
  const upstream = `http://127.0.0.1:${await listen(t, createServer(show))}`;
  const { APACHE_CLIENT_SECRET } = SECRETS;
  const chosen = (lines) => lines.map((line) => choice(NAME, line, { application: front.origin }));
  const bridge = await World.start(t, {
    clients,
    settings,
    more: [block(NAME, "toml", { application: front.origin }), ...chosen(registered)].join("\n"),
    env: { APACHE_CLIENT_SECRET },
  });
  const addresses = { issuer: bridge.issuer, application: front.origin, "http://127.0.0.1:3000": upstream };
  const server = await apache(t, [block(NAME, "apache", addresses), ...chosen(choices)].join("\n"), SECRETS);
  front.to(server.port);
  return { bridge, front, server, simulator: bridge.simulator, home: `${front.origin}/` };
}

/** The application behind Apache: the headers that it is handed. */
function show(request, response) {
  const told = Object.entries(request.headers).filter(([name]) => name.startsWith("oidc_"));
  // Apache hands UTF-8 through; node takes every octet for a character.
  const text = Buffer.from(JSON.stringify(Object.fromEntries(told)), "latin1").toString();
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(`<!doctype html><link rel="icon" href="data:,"><title>intranet</title><pre id="told">${text.replaceAll("<", "\\u003c")}</pre>`);
}

const told = async (page) => JSON.parse(await page.textContent("#told"));

test("Apache signs a member in with PKCE and hands the claims to the application", LIMIT, async (t) => {
  const { bridge, front, simulator } = await intranet(t);
  const page = await atComputer(t);
  const asked = page.waitForRequest((request) => request.url().startsWith(`${bridge.issuer}/authorize`));
  await page.goto(`${front.origin}/reports?of=today`);
  const request = new URL((await asked).url()).searchParams;
  assert.equal(request.get("code_challenge_method"), "S256");
  assert.ok(request.get("nonce"));
  await approve(page);
  const headers = await told(page);
  assert.equal(page.url(), `${front.origin}/reports?of=today`);
  assert.equal(headers.oidc_claim_preferred_username, "zhangsan");
  assert.equal(headers.oidc_claim_name, "张三");
  assert.equal(headers.oidc_claim_iss, bridge.issuer);
  assert.match(headers.oidc_claim_sub, /^[\w-]{43}$/);

  // A second browser session of the same member needs no page, and gives the same subject.
  await page.context().clearCookies({ name: /^mod_auth_openidc/ });
  const before = await simulator.calls();
  await page.goto(front.origin);
  assert.equal((await told(page)).oidc_claim_sub, headers.oidc_claim_sub);
  assert.deepEqual(await simulator.calls(), before);
});

test("Apache takes the answer as a form", LIMIT, async (t) => {
  const { front, home } = await intranet(t, { choices: ["OIDCResponseMode form_post"] });
  const page = await atComputer(t);
  await page.goto(home);
  await approve(page);
  assert.equal((await told(page)).oidc_claim_preferred_username, "zhangsan");
  const callback = await front.sees("/oidc");
  assert.deepEqual([callback.method, callback.url], ["POST", "/oidc"]);
});

test("Apache that pins another algorithm refuses the ID token", LIMIT, async (t) => {
  const { home, server } = await intranet(t, { choices: ["OIDCIDTokenSignedResponseAlg ES256"] });
  // Apache's own page, whose icon Apache keeps as well.
  const page = await atComputer(t, { expected: [/status of 401/] });
  await page.goto(home);
  await approve(page);
  assert.match(await page.textContent("body"), /Error in handling response type/);
  await server.says(/requested\/expected signature algorithm|alg.*RS256/i);
});

test("Apache takes the algorithm that it pins and the bridge signs with", LIMIT, async (t) => {
  const signing = ["OIDCIDTokenSignedResponseAlg ES256", 'id_token_signed_response_alg = "ES256"'];
  const { home } = await intranet(t, { choices: signing.slice(0, 1), registered: signing.slice(1) });
  const page = await atComputer(t);
  await page.goto(home);
  await approve(page);
  assert.equal((await told(page)).oidc_claim_preferred_username, "zhangsan");
});

test("Apache refreshes by itself before its access token ends", LIMIT, async (t) => {
  // Less than the page's five minutes: every request refreshes.
  const { bridge, home } = await intranet(t, { settings: { lifetimes: { access_token: "4m" } } });
  const page = await atComputer(t);
  await page.goto(home);
  await approve(page);
  const seen = [(await told(page)).oidc_access_token];
  for (let round = 0; round < 3; round += 1) {
    await page.reload();
    seen.push((await told(page)).oidc_access_token);
  }
  assert.equal(new Set(seen).size, 4);
  bridge.secret(...seen);
});

test("a page that asks Apache for much at once while the token runs out is signed out by none of its requests", LIMIT, async (t) => {
  // Apache has a clock of its own: seven seconds later the page's five minutes have come, and after a refresh not for another seven.
  const { bridge, home } = await intranet(t, { settings: { lifetimes: { access_token: "307s" } } });
  const page = await atComputer(t);
  await page.goto(home);
  await approve(page);
  const before = (await told(page)).oidc_access_token;
  await page.waitForTimeout(8_000);
  const answers = await page.evaluate(async (address) => {
    const all = await Promise.all(Array.from({ length: 12 }, (_, n) => fetch(`${address}?n=${n}`, { redirect: "manual" })));
    return all.map(({ status }) => status);
  }, home);
  assert.deepEqual(answers, Array.from({ length: 12 }, () => 200));
  await page.reload();
  const after = (await told(page)).oidc_access_token;
  assert.notEqual(after, before);
  bridge.secret(before, after);
});

test("Apache's own hook refreshes and goes on where it was told to", LIMIT, async (t) => {
  const { home, front } = await intranet(t);
  const page = await atComputer(t);
  await page.goto(home);
  await approve(page);
  const { oidc_access_token: before } = await told(page);
  await page.goto(`${front.origin}/oidc?refresh=${encodeURIComponent(home)}&access_token=${before}`);
  const { oidc_access_token: after } = await told(page);
  assert.equal(page.url(), home);
  assert.notEqual(after, before);
});

test("a member whom the corp disabled is signed out by Apache at the next refresh", LIMIT, async (t) => {
  const { simulator, home } = await intranet(t, { settings: { lifetimes: { access_token: "4m", membership: "0s" } } });
  const page = await atComputer(t);
  await page.goto(home);
  await approve(page);
  await told(page);
  await simulator.ask("PATCH", "/members/zhangsan", { status: 2 });
  await page.goto(home);
  assert.ok(simulator.owns(page.url()), "still signed in at Apache");
  await approve(page);
  assert.equal(await errorCode(page), "member_disabled");
});

test("signing out by Apache's address ends the session at the bridge without a question", LIMIT, async (t) => {
  const { front, home, simulator } = await intranet(t);
  const page = await atComputer(t);
  await page.goto(home);
  await approve(page);
  await told(page);
  await page.goto(`${front.origin}/oidc?logout=${encodeURIComponent(`${front.origin}/bye`)}`);
  assert.equal(page.url().split("?")[0], `${front.origin}/bye`);
  assert.deepEqual(await told(page), {});
  await page.goto(home);
  assert.ok(simulator.owns(page.url()), "still signed in");
});

/** A member signed in at Apache and, by the same session at the bridge, at another application. */
async function signedInTwice(t, options) {
  const portal = await Application.start(t, "Portal");
  const all = await intranet(t, { ...options, clients: [portal.client()] });
  await portal.meet(all.bridge.issuer);
  const page = await atComputer(t, options);
  await page.goto(all.home);
  await approve(page);
  await told(page);
  await page.goto(`${portal.origin}/login`);
  await page.waitForSelector("#claims");
  return { ...all, portal, page };
}

const TOLD = {
  back: 'backchannel_logout_uri = "https://app.example.com/oidc?logout=backchannel"',
  front: 'frontchannel_logout_uri = "https://app.example.com/oidc?logout=get"',
};

for (const [way, registered, method] of [
  ["server to server", TOLD.back, "POST"],
  ["in a frame", TOLD.front, "GET"],
]) {
  test(`signing out elsewhere reaches Apache ${way}`, LIMIT, async (t) => {
    const { front, home, portal, page, simulator } = await signedInTwice(t, {
      registered: [registered],
      // The frame shows nothing, and works all the same.
      expected: [/X-Frame-Options/],
    });
    await page.goto(`${portal.origin}/logout`);
    await page.click("#logout-confirm");
    await page.waitForSelector("#signed-out");
    const telling = await front.sees(/logout=([a-z]+)/.exec(registered)[0]);
    assert.deepEqual([telling.method, telling.status], [method, 200]);
    await page.goto(home);
    assert.ok(simulator.owns(page.url()), "still signed in at Apache");
  });
}
