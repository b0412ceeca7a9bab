// A host beside the bridge that somebody else runs: what it can put into a browser, and what it cannot gain by it.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMIT, approve, claims, closeBrowser, errorCode } from "./chromium.mjs";
import { HOST, Site, signInOf, someone, world } from "./https.mjs";

after(closeBrowser);

const GETUSERINFO = "/cgi-bin/auth/getuserinfo";

/** Every way to set a cookie that somebody beside the bridge could think of; the last belongs to the sibling alone. */
function forms(name, value, path = "/") {
  return [
    `${name}=${value}; Domain=bridge.test; Path=${path}; Secure`,
    `${name}=${value}; Domain=.bridge.test; Path=${path}; Secure; HttpOnly; SameSite=Lax`,
    `${name}=${value}; Domain=login.bridge.test; Path=${path}; Secure`,
    `${name.toUpperCase()}=${value}; Domain=bridge.test; Path=${path}; Secure`,
    `${name.toLowerCase()}=${value}; Domain=bridge.test; Path=${path}; Secure`,
    `=${name}=${value}; Domain=bridge.test; Path=${path}; Secure`,
    `${name}=${value}; Domain=bridge.test; Path=${path}`,
    `${name}=${value}; Path=${path}; Secure`,
  ];
}

/** The sibling sets these cookies, by header and by script, and then sends the browser on. */
async function plant(page, sibling, cookies, to) {
  const script = cookies.map((cookie) => `document.cookie = ${JSON.stringify(cookie)};`).join("\n");
  const on = to ? `location.href = ${JSON.stringify(to)};` : "";
  const address = sibling.page("/plant", `<p id="planted"></p><script>${script}${on}</script>`, { "set-cookie": cookies });
  await page.goto(address, { waitUntil: "commit" });
  if (to) await page.waitForURL((url) => url.href === to || url.hostname !== HOST.sibling);
  else await page.waitForSelector("#planted", { state: "attached" });
}

/** The cookies that the browser sends to an address, as they travel. */
async function sent(page, address) {
  const response = await page.goto(address);
  const { cookie = "" } = await response.request().allHeaders();
  return cookie.split("; ").filter(Boolean);
}

/** What a browser keeps, without the value and with how long it will. */
const kept = ({ value, expires, ...cookie }) => ({ ...cookie, seconds: expires - Date.now() / 1000 });

test("threat 39: over https the browser keeps every cookie under a name that binds it to the bridge's host", LIMIT, async (t) => {
  const { bridge, portal } = await world(t);
  const sibling = await Site.start(t, HOST.sibling);
  const page = await someone(t);
  await page.goto(`${portal.origin}/login`);
  await approve(page);
  await page.waitForSelector("#claims");
  const cookies = (await page.context().cookies()).filter(({ domain }) => domain.endsWith("bridge.test")).map(kept);
  const [, id] = /^__Host-login-([0-9A-Za-z]{22})$/.exec(cookies.find(({ name }) => name.startsWith("__Host-login-")).name);
  const common = { domain: HOST.bridge, httpOnly: true, secure: true, sameSite: "Lax" };
  assert.deepEqual(
    cookies.map(({ seconds, ...cookie }) => cookie).sort((one, other) => one.name.localeCompare(other.name)),
    [
      { name: `__Host-login-${id}`, path: "/", ...common },
      { name: "__Host-session", path: "/", ...common },
      { name: "__Secure-login", path: `/login/${id}/`, ...common },
    ].sort((one, other) => one.name.localeCompare(other.name)),
  );
  for (const { name, seconds } of cookies) {
    if (name !== "__Host-session") assert.ok(seconds > 0 && seconds <= 600, `${name}: ${seconds}`);
  }
  // The second one stays below its own transaction, and nothing goes to the host beside.
  assert.deepEqual((await sent(page, `${bridge.issuer}/login/${id}/nothing`)).length, 3);
  assert.deepEqual((await sent(page, `${bridge.issuer}/login/0000000000000000000000/`)).length, 2);
  assert.equal(await page.evaluate("document.cookie"), "");
  assert.deepEqual(await sent(page, sibling.page("/", "")), []);
});

test("threat 39: no cookie with the prefix __Host- can be set for the bridge from beside it", LIMIT, async (t) => {
  const { bridge } = await world(t);
  const page = await someone(t);
  for (const sibling of [await Site.start(t, HOST.sibling), await Site.start(t, HOST.sibling, { tls: false })]) {
    await plant(page, sibling, [
      ...forms("__Host-session", "planted"),
      ...forms("__Host-login-0000000000000000000000", "planted"),
      "control=there; Domain=bridge.test; Path=/",
    ]);
    assert.deepEqual(await sent(page, `${bridge.issuer}/nothing`), ["control=there"], sibling.origin);
  }
});

test("threats 17 and 39: a sibling that plants a valid transaction of its own signs nobody in", LIMIT, async (t) => {
  const all = await world(t);
  const { portal, simulator } = all;
  const sibling = await Site.start(t, HOST.sibling);
  const own = await signInOf("lisi", all);
  const [binding, sealed] = [own.named("__Host-login-"), own.named("__Secure-login")];
  const page = await someone(t);
  const bare = binding.key.replace("__Host-", "");
  await plant(
    page,
    sibling,
    [
      ...[binding.key, bare, `__Secure-${bare}`].flatMap((name) => forms(name, binding.value)),
      ...[sealed.key, "login"].flatMap((name) => forms(name, sealed.value, sealed.path)),
    ],
    own.address,
  );
  assert.equal(await errorCode(page), "start_again");
  // The sealed cookie did come: what it lacks is the one that no sibling can set.
  assert.ok((await sent(page, own.address)).includes(`__Secure-login=${sealed.value}`));
  assert.equal((await simulator.calls())[GETUSERINFO] ?? 0, 0);

  await page.goto(`${portal.origin}/login`);
  await approve(page);
  assert.equal((await claims(page)).preferred_username, "zhangsan");
});

test("threats 17 and 39: a sibling that covers a cookie of a sign-in under way stops that one and gains nothing", LIMIT, async (t) => {
  const all = await world(t);
  const { portal, simulator } = all;
  const sibling = await Site.start(t, HOST.sibling);
  const own = await signInOf("lisi", all);
  const page = await someone(t);
  await page.goto(`${portal.origin}/login`);
  // The worst case: the sibling has learned which transaction it is.
  const { path } = (await page.context().cookies()).find(({ name }) => name === "__Secure-login");
  const tab = await page.context().newPage();
  await plant(tab, sibling, [
    `__Secure-login=${own.named("__Secure-login").value}; Domain=bridge.test; Path=${path}callback; Secure`,
    `__Secure-login=${own.named("__Secure-login").value}; Domain=bridge.test; Path=${path}; Secure`,
  ]);
  await approve(page);
  assert.equal(await errorCode(page), "start_again");
  assert.equal((await simulator.calls())[GETUSERINFO] ?? 0, 0);
  await page.goto(`${portal.origin}/login`);
  await approve(page);
  assert.equal((await claims(page)).preferred_username, "zhangsan");
});

test("threats 18 and 39: a session that a sibling plants is nobody's, before a sign-in and after it", LIMIT, async (t) => {
  const all = await world(t);
  const { portal } = all;
  const sibling = await Site.start(t, HOST.sibling);
  const { value } = (await signInOf("lisi", all, { finish: true })).named("__Host-session");
  const planted = ["__Host-session", "session", "__Secure-session"].flatMap((name) => forms(name, value));
  const page = await someone(t);
  await plant(page, sibling, planted);
  await page.goto(`${portal.origin}/login?prompt=none`);
  assert.equal(JSON.parse(await page.textContent("#error")).error, "login_required");
  await page.goto(`${portal.origin}/login`);
  await approve(page);
  const { sub, preferred_username } = await claims(page);
  assert.equal(preferred_username, "zhangsan");
  const session = (await page.context().cookies()).find((cookie) => cookie.name === "__Host-session" && cookie.domain === HOST.bridge);
  assert.notEqual(session.value, value);

  await plant(page, sibling, planted);
  await page.goto(`${portal.origin}/login?prompt=none`);
  assert.equal((await claims(page)).sub, sub);
});

test("threats 17 and 39: a sibling that drives our cookies out ends a sign-in on a friendly page, and the next one works", LIMIT, async (t) => {
  const all = await world(t);
  const { portal, simulator } = all;
  const sibling = await Site.start(t, HOST.sibling);
  const own = await signInOf("lisi", all);
  const page = await someone(t);
  await page.goto(`${portal.origin}/login`);
  const ours = async () => (await page.context().cookies()).filter(({ domain }) => domain === HOST.bridge);
  assert.equal((await ours()).length, 2);
  const tab = await page.context().newPage();
  const flood = Array.from({ length: 400 }, (_, n) => `flood-${n}=${n}; Domain=bridge.test; Path=/; Secure; Max-Age=86400`);
  await plant(tab, sibling, flood);
  assert.deepEqual(await ours(), [], "nothing was driven out");

  const callbacks = [];
  page.on("request", (request) => /\/callback\?/.test(request.url()) && callbacks.push(request.url()));
  await approve(page);
  assert.equal(await errorCode(page), "start_again");
  // Now the sibling tries its own, where the member's stood.
  await plant(tab, sibling, [...forms(own.named("__Host-login-").key, own.named("__Host-login-").value),
    `__Secure-login=${own.named("__Secure-login").value}; Domain=bridge.test; Path=${own.named("__Secure-login").path}; Secure`], own.address);
  assert.equal(await errorCode(tab), "start_again");
  assert.equal((await simulator.calls())[GETUSERINFO] ?? 0, 0);

  // The flood is still there.
  await page.goto(`${portal.origin}/login`);
  await approve(page);
  assert.equal((await claims(page)).preferred_username, "zhangsan");
  await page.goto(callbacks[0]);
  assert.equal(await errorCode(page), "start_again");
});
