// Over https, what browsers do by themselves or at a gesture: tabs side by side, back, restored tabs, prefetch.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { securely } from "./authority.mjs";
import { LIMIT, approve, claims, closeBrowser, errorCode } from "./chromium.mjs";
import { HOST, Site, escaped, onPhone, requestOf, signInOf, someone, world } from "./https.mjs";

after(closeBrowser);

const GETUSERINFO = "/cgi-bin/auth/getuserinfo";

/** The addresses of our callback that a page goes through. */
function callbacks(page) {
  const seen = [];
  page.on("request", (request) => /\/login\/[^/]+\/callback\?/.test(request.url()) && seen.push(request.url()));
  return seen;
}

/** How often WeCom exchanged a code. */
const exchanges = async (simulator) => (await simulator.calls())[GETUSERINFO] ?? 0;

test("threat 21: tabs of two applications interleave, and each ends in its own application", LIMIT, async (t) => {
  const { portal, desk, simulator } = await world(t);
  const first = await someone(t);
  const second = await first.context().newPage();
  const third = await first.context().newPage();
  await first.goto(`${portal.origin}/login`);
  await second.goto(`${desk.origin}/login`);
  await third.goto(`${portal.origin}/login?prompt=login`);
  await approve(second);
  const { sub } = await claims(second);
  await third.click("#wecom-login");
  await approve(first);
  assert.equal((await claims(first)).sub, sub);
  await approve(third);
  assert.equal((await claims(third)).sub, sub);
  assert.deepEqual([first, second, third].map((page) => new URL(page.url()).origin), [portal.origin, desk.origin, portal.origin]);
  assert.equal(await exchanges(simulator), 3);
});

test("threat 21: back, forward and reload after a sign-in exchange nothing again", LIMIT, async (t) => {
  const { portal, simulator } = await world(t);
  const page = await someone(t);
  const seen = callbacks(page);
  await page.goto(`${portal.origin}/`);
  await page.goto(`${portal.origin}/login`);
  await approve(page);
  const { sub } = await claims(page);
  await page.goBack();
  assert.ok(simulator.owns(page.url()));
  // The application is asked to redeem its code once more; that it cannot is its own affair.
  await page.goForward();
  assert.equal(JSON.parse(await page.textContent("#error")).error, "invalid_grant");
  await page.goto(seen[0]);
  assert.equal((await claims(page)).sub, sub);
  await page.goBack();
  await page.goBack();
  assert.ok(simulator.owns(page.url()));
  await approve(page);
  assert.equal(await errorCode(page), "start_again");
  await page.reload();
  assert.equal(await errorCode(page), "start_again");
  assert.equal(await exchanges(simulator), 1);
  await page.goto(`${portal.origin}/login`);
  assert.equal((await claims(page)).sub, sub);
});

test("threats 19 and 21: a tab that a restarted browser opens again leads in or says how to start again", LIMIT, async (t) => {
  const { portal, simulator } = await world(t);
  const page = await someone(t);
  const seen = callbacks(page);
  await page.goto(`${portal.origin}/login?prompt=login`);
  const ours = page.url();
  await page.click("#wecom-login");
  await approve(page);
  const { sub } = await claims(page);
  const storageState = await page.context().storageState();

  // The cookies were kept: the callback answers from its record, and the sign-in page has work no more.
  const restored = await someone(t, { storageState });
  await restored.goto(seen[0]);
  assert.equal((await claims(restored)).sub, sub);
  await restored.goto(ours);
  await restored.click("#wecom-login");
  await approve(restored);
  assert.equal(await errorCode(restored), "start_again");
  // Only the session was kept, or nothing at all.
  const cookies = (kept) => ({ ...storageState, cookies: storageState.cookies.filter(kept) });
  for (const kept of [({ name }) => name === "__Host-session", ({ name }) => !name.startsWith("__Host-login"), () => false]) {
    const tab = await someone(t, { storageState: cookies(kept) });
    for (const address of [seen[0], ours]) {
      await tab.goto(address);
      assert.equal(await errorCode(tab), "start_again");
    }
  }
  assert.equal(await exchanges(simulator), 1);

  // After a sign-out the old address signs nobody in, whatever the browser kept.
  await page.goto(`${portal.origin}/logout`);
  await page.click("#logout-confirm");
  await page.waitForSelector("#signed-out");
  const late = await someone(t, { storageState });
  await late.goto(seen[0]);
  assert.equal(await errorCode(late), "start_again");
  await late.goto(`${portal.origin}/login?prompt=none`);
  assert.equal(JSON.parse(await late.textContent("#error")).error, "login_required");
});

test("the first sign-in over https: the phone agrees, and the computer goes on by itself", LIMIT, async (t) => {
  const { portal } = await world(t, { portal: { phone: "required" } });
  const computer = await someone(t);
  await computer.goto(`${portal.origin}/login`);
  await approve(computer);
  const phone = await onPhone(t);
  await phone.goto(await computer.getAttribute("#phone-link", "href"));
  await phone.click("#member-zhangsan");
  await phone.click("#consent-allow");
  await phone.waitForURL(/\/done$/);
  assert.equal((await claims(computer)).phone_number, "+8613800000001");
});

/** How a page has the browser fetch an address before anybody asks for it. */
const AHEAD = {
  "a link element": (address) => `<link rel="prefetch" href="${escaped(address)}">`,
  "speculation rules": (address) => rules("prefetch", address),
  "speculation rules that ask for a whole page": (address) => rules("prerender", address),
};

function rules(kind, address) {
  const list = { [kind]: [{ source: "list", urls: [address], eagerness: "immediate" }] };
  return `<script type="speculationrules">${JSON.stringify(list)}</script>`;
}

/** Shows a page that has an address fetched ahead, and a link `#go` to it; gives the request's headers and what it was answered. */
async function ahead(page, site, html, address) {
  const asks = page.context().waitForEvent("request", (one) => one.url() === address);
  await page.goto(site.page("/", `${html}<a id="go" href="${escaped(address)}">go</a>`));
  const request = await asks;
  const response = await request.response();
  const cookies = (await response.headersArray()).filter(({ name }) => name.toLowerCase() === "set-cookie");
  return { headers: await request.allHeaders(), status: response.status(), cookies };
}

for (const [how, html] of Object.entries(AHEAD)) {
  test(`what is fetched ahead by ${how} begins nothing, and the click afterwards leads on`, LIMIT, async (t) => {
    const all = await world(t);
    const { portal, simulator } = all;
    const sites = [await Site.start(t, HOST.attacker), await Site.start(t, HOST.sibling)];
    const nothing = { status: how === "a link element" ? 204 : 503, cookies: [] };
    // A browser that was never there, from anywhere: to WeCom.
    for (const site of sites) {
      const page = await someone(t, { expected: [/status of 503/] });
      const address = await requestOf(portal);
      const { headers, ...answer } = await ahead(page, site, html(address), address);
      assert.match(headers["sec-purpose"], /^prefetch/);
      assert.deepEqual(answer, nothing);
      assert.deepEqual(await page.context().cookies(), []);
      await page.click("#go");
      await page.waitForURL((url) => url.origin === simulator.front);
    }
    // A member on the way back from WeCom: the cookies come along, and still nothing happens before the click.
    const page = await someone(t, { expected: [/status of 503/] });
    const { address, cookies } = await signInOf("zhangsan", all);
    const ours = { domain: HOST.bridge, secure: true, httpOnly: true, sameSite: "Lax" };
    await page.context().addCookies(cookies.map(({ key, value, path }) => ({ name: key, value, path, ...ours })));
    const { headers, ...answer } = await ahead(page, sites[1], html(address), address);
    assert.match(headers.cookie, /__Host-login-.*__Secure-login|__Secure-login.*__Host-login-/);
    assert.deepEqual(answer, nothing);
    assert.equal(await exchanges(simulator), 0);
    await page.click("#go");
    assert.equal((await claims(page)).preferred_username, "zhangsan");
    assert.equal(await exchanges(simulator), 1);
  });
}

test("an application's own link that is fetched ahead through us leads on when it is clicked", LIMIT, async (t) => {
  const { portal, simulator } = await world(t);
  const page = await someone(t, { expected: [/status of 503/] });
  const address = `${portal.origin}/login`;
  const asked = page.context().waitForEvent("request", (one) => one.url().includes("/authorize?"));
  // The site in front of the application and the application share a host, as a page and its sign-in link do.
  const site = await Site.start(t, HOST.portal);
  await page.goto(site.page("/", `${rules("prefetch", address)}<a id="go" href="${address}">go</a>`));
  const response = await (await asked).response();
  assert.equal(response.status(), 503);
  await page.click("#go");
  await page.waitForURL((url) => url.origin === simulator.front);
});

test("a request that says it is a prefetch gets 204 at every address of a sign-in", LIMIT, async (t) => {
  const { bridge, portal } = await world(t);
  const request = await requestOf(portal);
  for (const address of [request, `${bridge.issuer}/open/portal`, `${bridge.issuer}/login/0000000000000000000000/callback?code=a&state=b`]) {
    for (const headers of [{ "sec-purpose": "prefetch" }, { purpose: "prefetch" }, { "sec-purpose": "prefetch;prerender" }]) {
      const answer = await securely(address, { headers });
      assert.deepEqual([answer.status, answer.headers.getSetCookie(), answer.headers.get("cache-control")], [204, [], "no-store"]);
    }
  }
});
