// What other sites can make a member's browser do: post, frame, listen, and nothing else.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMIT, approve, claims, closeBrowser, errorCode } from "./chromium.mjs";
import { HOST, Site, escaped, requestOf, selfSending, someone, world } from "./https.mjs";

after(closeBrowser);

/** Signs in at an application. */
async function signIn(page, application, query = "") {
  await page.goto(`${application.origin}/login${query}`);
  await approve(page);
  await page.waitForSelector("#claims");
}

/** Whether somebody is signed in at the bridge: without a page and without a trace. */
async function isSignedIn(page, application) {
  const tab = await page.context().newPage();
  await tab.goto(`${application.origin}/login?prompt=none`);
  const is = (await tab.locator("#claims").count()) === 1;
  await tab.close();
  return is;
}

/** The headers of the next request of a page to an address that begins so. */
const headersOf = async (page, start, method = "POST") => {
  const request = await page.waitForRequest((one) => one.url().startsWith(start) && one.method() === method);
  return request.allHeaders();
};

const fieldsOf = (address) => Object.fromEntries(new URL(address).searchParams);

const both = async (t) => [[await Site.start(t, HOST.attacker), "cross-site"], [await Site.start(t, HOST.sibling), "same-site"]];

test("threat 33: an authorization request that another site posts carries no session, and single sign-on works all the same", LIMIT, async (t) => {
  const { bridge, portal, desk, simulator } = await world(t);
  const page = await someone(t);
  await signIn(page, portal);
  const { sub } = await claims(page);
  const calls = await simulator.calls();
  const request = await requestOf(desk);
  const site = await Site.start(t, HOST.third);
  const address = site.page("/", selfSending(`${bridge.issuer}/authorize`, fieldsOf(request)));
  const [posted, followed] = await Promise.all([
    headersOf(page, `${bridge.issuer}/authorize`),
    headersOf(page, `${bridge.issuer}/login/`, "GET"),
    page.goto(address, { waitUntil: "commit" }),
  ]);
  await page.waitForURL((url) => url.origin === desk.origin);
  assert.equal((await claims(page)).sub, sub);
  assert.equal(posted["sec-fetch-site"], "cross-site");
  assert.equal(posted.cookie, undefined);
  assert.match(followed.cookie, /__Host-session=/);
  assert.deepEqual(await simulator.calls(), calls, "WeCom was asked");
});

test("threat 33: a sign-out that another site posts asks the member, and only her click ends the session", LIMIT, async (t) => {
  const { bridge, portal } = await world(t);
  const page = await someone(t);
  await signIn(page, portal);
  for (const [site, relation] of await both(t)) {
    const address = site.page("/", selfSending(portal.config.serverMetadata().end_session_endpoint, { client_id: "portal" }));
    const [posted] = await Promise.all([
      headersOf(page, portal.config.serverMetadata().end_session_endpoint),
      page.goto(address, { waitUntil: "commit" }),
    ]);
    assert.equal(posted["sec-fetch-site"], relation);
    await page.waitForSelector("#logout-confirm");
    assert.ok(await isSignedIn(page, portal), relation);
    // What its page shows is out of reach, and so is the token of its form.
    const form = await page.getAttribute("form", "action");
    const forged = site.page("/forged", selfSending(new URL(form, bridge.issuer).href, { token: "0".repeat(64) }));
    const tab = await page.context().newPage();
    await tab.goto(forged, { waitUntil: "commit" });
    assert.equal(await errorCode(tab), "start_again");
    assert.ok(await isSignedIn(page, portal), relation);
  }
  await page.click("#logout-confirm");
  await page.waitForSelector("h1");
  assert.equal(await isSignedIn(page, portal), false);
});

test("threat 33: a consent that another site posts is worth nothing, its own token included", LIMIT, async (t) => {
  const { bridge, portal, desk } = await world(t);
  const page = await someone(t);
  await signIn(page, portal);
  await page.goto(`${desk.origin}/login?prompt=consent`);
  await page.waitForSelector("#consent-allow");
  const action = new URL(await page.getAttribute("form", "action"), bridge.issuer).href;
  for (const [site, relation] of await both(t)) {
    for (const token of [undefined, "", "0".repeat(64)]) {
      const fields = { answer: "allow", ...(token !== undefined && { token }) };
      const tab = await page.context().newPage();
      const [posted] = await Promise.all([
        headersOf(tab, action),
        tab.goto(site.page("/", selfSending(action, fields)), { waitUntil: "commit" }),
      ]);
      assert.equal(await errorCode(tab), "start_again");
      assert.equal(posted["sec-fetch-site"], relation);
      assert.equal(posted.cookie !== undefined, relation === "same-site");
      await tab.close();
    }
  }
  await page.click("#consent-allow");
  assert.equal((await claims(page)).preferred_username, "zhangsan");
});

test("threat 27: a foreign page that frames ours shows nothing of it", LIMIT, async (t) => {
  const { bridge, portal } = await world(t, { portal: { phone: "required" } });
  const page = await someone(t, { expected: [/frame-ancestors/, /status of 40[034]/] });
  await page.goto(`${portal.origin}/login`);
  await approve(page);
  await page.waitForSelector("#phone-link");
  const guide = page.url();
  const link = await page.getAttribute("#phone-link", "href");
  const tab = await page.context().newPage();
  await tab.goto(`${portal.origin}/login?prompt=login`);
  const signInPage = tab.url();
  await tab.goto(`${portal.origin}/logout`);
  const logout = tab.url();
  const framed = [
    signInPage,
    guide,
    link,
    logout,
    portal.config.serverMetadata().end_session_endpoint,
    `${bridge.issuer}/authorize?client_id=nobody`,
    `${bridge.issuer}/nothing`,
    await requestOf(portal),
    await requestOf(portal, "?prompt=login"),
    await requestOf(portal, "?prompt=consent"),
    await requestOf(portal, "?response_mode=form_post&prompt=none"),
  ];
  for (const [site, relation] of await both(t)) {
    const frames = framed.map((address) => `<iframe src="${escaped(address)}"></iframe>`);
    const others = [`<embed src="${escaped(guide)}">`, `<object data="${escaped(guide)}"></object>`];
    await tab.goto(site.page("/", [...frames, ...others].join("")));
    await tab.waitForLoadState("networkidle");
    const shown = tab.frames().slice(1).map((frame) => frame.url());
    // What an <object> cannot show, it takes away.
    assert.ok(shown.length > framed.length, shown.join("\n"));
    for (const address of shown) {
      // Without a session an authorization request is no page of ours at all: WeCom's own may be framed or not.
      assert.ok(/^chrome-error:|^https:\/\/wecom\.example:/.test(address), `${relation}: ${address} is shown`);
    }
    assert.ok(shown.filter((address) => /^chrome-error:/.test(address)).length >= shown.length - 2, shown.join("\n"));
  }
});

test("an application that asks without a page in a frame of another site is told login_required, of the same site it gets its code", LIMIT, async (t) => {
  const { portal, desk, simulator } = await world(t);
  const page = await someone(t);
  await signIn(page, portal);
  const { sub } = await claims(page);
  const calls = await simulator.calls();
  const silently = `${desk.origin}/login?prompt=none`;
  for (const [site, relation] of await both(t)) {
    // The frame ends at the application either way; what differs is whether Lax cookies travel in it.
    await page.goto(site.page("/", `<iframe src="${silently}"></iframe>`));
    const frame = page.frameLocator("iframe");
    if (relation === "same-site") {
      assert.equal(JSON.parse(await frame.locator("#claims").textContent()).sub, sub);
    } else {
      assert.equal(JSON.parse(await frame.locator("#error").textContent()).error, "login_required");
    }
  }
  await page.goto(silently);
  assert.equal((await claims(page)).sub, sub);
  assert.deepEqual(await simulator.calls(), calls, "WeCom was asked");
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "by itself" : "by a button where scripts are off";
  test(`a form_post answer reaches an application that redirects on to a third site, ${how}`, LIMIT, async (t) => {
    const { portal } = await world(t);
    const third = await Site.start(t, HOST.third);
    portal.onward = new URL(third.page("/arrived", '<p id="arrived">there</p>'));
    const page = await someone(t, { javaScriptEnabled });
    for (const first of [true, false]) {
      await page.goto(`${portal.origin}/login?response_mode=form_post`);
      if (first) await approve(page);
      if (!javaScriptEnabled) await page.click("#form-post button");
      await page.waitForURL((url) => url.origin === third.origin);
      assert.equal(await page.textContent("#arrived"), "there");
    }
  });
}

test("threat 31: no page, code, state or link of ours leaves in a Referer", LIMIT, async (t) => {
  const { bridge, portal, desk } = await world(t, { desk: { phone: "required" } });
  const third = await Site.start(t, HOST.third);
  portal.onward = new URL(third.page("/arrived", '<p id="arrived">there</p>'));
  const page = await someone(t);
  const asked = [];
  page.context().on("request", (request) => asked.push(request));
  await page.goto(`${portal.origin}/login?prompt=login`);
  await page.click("#wecom-login");
  await approve(page);
  await page.waitForSelector("#arrived");
  assert.equal(await page.evaluate("document.referrer"), "");
  portal.onward = undefined;
  // A form that posts an answer, a consent, a guide, a sign-out, a refusal with its way back.
  await page.goto(`${portal.origin}/login?response_mode=form_post`);
  await page.waitForSelector("#claims");
  assert.equal(await page.evaluate("document.referrer"), "");
  await page.goto(`${portal.origin}/login?prompt=consent`);
  await page.click("#consent-allow");
  await page.waitForSelector("#claims");
  await page.goto(`${desk.origin}/login`);
  await page.click("#phone-link");
  await page.waitForSelector("#error-code");
  await page.goto(`${portal.origin}/login?prompt=consent`);
  await page.click("#consent-deny");
  await page.click("#back-to-app");
  await page.waitForSelector("#error");
  assert.equal(await page.evaluate("document.referrer"), "");
  await page.goto(`${portal.origin}/logout`);
  await page.click("#logout-cancel");
  await page.waitForSelector("#home");

  const referers = await Promise.all(asked.map(async (request) => [request.url(), (await request.allHeaders()).referer]));
  assert.ok(referers.filter(([address]) => address.startsWith(bridge.issuer)).length > 20, "too little was asked");
  for (const [address, referer = ""] of referers) {
    assert.ok(!referer.startsWith(bridge.issuer), `${address} was told ${referer}`);
    // WeCom's pages know our callback and their own code: between origins they name nothing but themselves.
    const crossed = referer !== "" && new URL(referer).origin !== new URL(address).origin;
    if (crossed) assert.equal(referer, `${new URL(referer).origin}/`);
  }
});

test("threat 30: what a page of ours opens elsewhere has no hold on it", LIMIT, async (t) => {
  const { portal } = await world(t);
  const page = await someone(t);
  await signIn(page, portal);
  for (const [path, link, arrives] of [["/login?prompt=consent", "#back-to-app", "#error"], ["/logout", "#logout-cancel", "#home"]]) {
    await page.goto(portal.origin + path);
    if (path !== "/logout") await page.click("#consent-deny");
    // A window with a name would keep its opener, if the link did not cut it off.
    await page.locator(link).evaluate((anchor) => (anchor.target = "elsewhere"));
    const [window] = await Promise.all([page.waitForEvent("popup"), page.click(link)]);
    await window.waitForSelector(arrives);
    assert.deepEqual(await window.evaluate(() => [window.opener, document.referrer]), [null, ""]);
    await window.close();
  }
});
