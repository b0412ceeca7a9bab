// After a sign-out: applications on other origins are told in frames, the page goes on, and inside WeCom nobody is signed
// in again without a touch. The portal is of the bridge's own site, as within a company; the desk is of another one, and
// the windows of these tests, like many people's, keep cookies from frames of other sites.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { COOKIE } from "../rp/application.mjs";
import { LIMIT, approve, claims, closeBrowser, isOurs } from "./chromium.mjs";
import { HOST, onPhone, someone, world } from "./https.mjs";

after(closeBrowser);

const TOLD = { frontchannel_logout_uri: (origin) => `${origin}/told?from=op`, frontchannel_logout_session_required: true };

/** A member signed in at both applications. */
async function signedIn(t, more, page) {
  const all = await world(t, { portal: TOLD, desk: TOLD, portalAt: HOST.intranet });
  page ??= await someone(t, more);
  await page.goto(`${all.portal.origin}/login`);
  await approve(page);
  await page.waitForSelector("#claims");
  await page.goto(`${all.desk.origin}/login`);
  await page.waitForSelector("#claims");
  return { ...all, page };
}

const isKnownTo = async (page, { origin }) => {
  const cookies = await page.context().cookies(origin);
  return cookies.some(({ name }) => name === COOKIE);
};

/** Both were told who signed out where, once each; whoever gets its cookie knows nobody any more. */
async function wereTold({ portal, desk, bridge, page }) {
  const sids = [];
  for (const [application, site] of [[portal, "same-site"], [desk, "cross-site"]]) {
    assert.equal(application.told.length, 1);
    const [{ query, headers }] = application.told;
    assert.deepEqual([query.from, query.iss], ["op", bridge.issuer]);
    assert.deepEqual(Object.keys(query).sort(), ["from", "iss", "sid"]);
    assert.deepEqual([headers["sec-fetch-dest"], headers["sec-fetch-site"]], ["iframe", site]);
    assert.equal(headers.referer, undefined);
    assert.equal(headers.cookie, application === portal ? `${COOKIE}=1` : undefined);
    assert.equal(await isKnownTo(page, application), application === desk);
    sids.push(query.sid);
  }
  assert.equal(sids[0], sids[1]);
}

for (const locale of ["zh-CN", "en"]) {
  test(`a sign-out reaches every application in the browser and goes on by itself (${locale})`, LIMIT, async (t) => {
    const all = await signedIn(t, { locale });
    const { page, portal, desk } = all;
    for (const application of [portal, desk]) assert.equal(await isKnownTo(page, application), true);
    const onward = [];
    page.on("request", (request) => request.isNavigationRequest() && request.frame() === page.mainFrame() && onward.push(request));
    await page.goto(`${portal.origin}/logout`);
    await page.click("#logout-confirm");
    await page.waitForURL(`${portal.origin}/signed-out?state=bye`);
    await wereTold(all);
    // What led here told nothing of where it came from.
    assert.equal((await onward.at(-1).allHeaders()).referer, undefined);
    // Back does not lead through the page again: the question before it has nobody left to ask, and goes on.
    await page.goBack();
    await page.waitForURL(`${portal.origin}/signed-out?state=bye`);
    for (const { told } of [portal, desk]) assert.equal(told.length, 1);
    await page.goto(`${desk.origin}/login?prompt=none`);
    assert.equal(JSON.parse(await page.textContent("#error")).error, "login_required");
  });
}

test("without scripts the page tells them too, and goes on after some seconds or by its link", LIMIT, async (t) => {
  for (const click of [false, true]) {
    const all = await signedIn(t, { javaScriptEnabled: false });
    const { page, portal } = all;
    await page.goto(`${portal.origin}/logout`);
    await page.click("#logout-confirm");
    if (click) {
      await page.waitForLoadState("load");
      await page.click("#logout-continue");
    }
    await page.waitForURL(`${portal.origin}/signed-out?state=bye`);
    await wereTold(all);
  }
});

test("an application that never answers holds nobody up", LIMIT, async (t) => {
  const { page, portal, desk } = await signedIn(t, { locale: "en" });
  desk.silent = true;
  await page.goto(`${portal.origin}/logout`);
  await page.click("#logout-confirm", { noWaitAfter: true });
  await page.waitForSelector("#logout-continue");
  await page.waitForURL(`${portal.origin}/signed-out?state=bye`, { timeout: 15_000 });
  assert.equal(portal.told.length, 1);
  assert.equal(await isKnownTo(page, portal), false);
});

for (const locale of ["zh-CN", "en"]) {
  test(`inside WeCom the first visit after a sign-out waits for a touch (${locale})`, LIMIT, async (t) => {
    const { bridge, portal, simulator } = await world(t);
    const page = await onPhone(t, { locale });
    await page.goto(`${portal.origin}/login`);
    await page.click("#member-lisi");
    await page.click("#consent-allow");
    const { sub } = await claims(page);
    await page.goto(`${portal.origin}/logout`);
    await page.click("#logout-confirm");
    await page.waitForSelector("#signed-out");
    const calls = await simulator.calls();
    await page.goto(`${portal.origin}/login`);
    await page.waitForSelector("#wecom-login");
    assert.ok(page.url().startsWith(`${bridge.issuer}/login/`));
    await isOurs(page, locale);
    assert.deepEqual(await simulator.calls(), calls, "WeCom was asked");
    await page.click("#wecom-login");
    assert.equal((await claims(page)).sub, sub);
  });
}
