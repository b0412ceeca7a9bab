// What people do with browsers: go back, reload, open two tabs, carry an address elsewhere.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMIT, approve, atComputer, claims, closeBrowser, errorCode, onPhone, world } from "./chromium.mjs";

after(closeBrowser);

/** The addresses of our callback that a page goes through. */
function callbacks(page) {
  const seen = [];
  page.on("request", (request) => /\/login\/[^/]+\/callback\?/.test(request.url()) && seen.push(request.url()));
  return seen;
}

test("two tabs sign in side by side, in any order", LIMIT, async (t) => {
  const { application } = await world(t);
  const first = await atComputer(t);
  const second = await first.context().newPage();
  await first.goto(`${application.origin}/login`);
  await second.goto(`${application.origin}/login`);
  await approve(second);
  const { sub } = await claims(second);
  await approve(first);
  assert.equal((await claims(first)).sub, sub);
});

test("going back and signing in once more leads in, or says how to start again", LIMIT, async (t) => {
  const { application, simulator } = await world(t);
  const page = await atComputer(t);
  await page.goto(`${application.origin}/`);
  await page.goto(`${application.origin}/login`);
  await approve(page);
  await page.waitForSelector("#claims");
  await page.goBack();
  assert.ok(simulator.owns(page.url()));
  await approve(page);
  // Another code for a transaction that has ended.
  assert.equal(await errorCode(page), "start_again");
  await page.goto(`${application.origin}/login`);
  assert.equal((await claims(page)).preferred_username, "zhangsan");
});

test("a callback that is loaded again leads in again, and asks WeCom nothing", LIMIT, async (t) => {
  const { application, simulator } = await world(t);
  const page = await atComputer(t);
  const seen = callbacks(page);
  await page.goto(`${application.origin}/login`);
  await approve(page);
  const { sub } = await claims(page);
  const calls = await simulator.calls();
  await page.goto(seen[0]);
  assert.equal((await claims(page)).sub, sub);
  assert.deepEqual(await simulator.calls(), calls);
});

test("a callback in another browser starts nothing", LIMIT, async (t) => {
  const { application } = await world(t);
  const page = await atComputer(t);
  const seen = callbacks(page);
  await page.goto(`${application.origin}/login`);
  await approve(page);
  await page.waitForSelector("#claims");
  const other = await atComputer(t);
  await other.goto(seen[0]);
  assert.equal(await errorCode(other), "start_again");
});

test("the guide may be reloaded, and another member's phone does not open it", LIMIT, async (t) => {
  const { application, simulator } = await world(t, { client: { phone: "required" } });
  const computer = await atComputer(t);
  await computer.goto(`${application.origin}/login`);
  await approve(computer);
  await computer.waitForSelector("#phone-link");
  await computer.reload();
  const link = await computer.getAttribute("#phone-link", "href");

  const stranger = await onPhone(t);
  await stranger.goto(link);
  await stranger.click("#member-lisi");
  await stranger.click("#consent-allow");
  assert.equal(await errorCode(stranger), "wrong_member");

  const phone = await onPhone(t);
  await phone.goto(link);
  await phone.click("#member-zhangsan");
  await phone.click("#consent-allow");
  await phone.waitForURL(/\/done$/);
  await computer.waitForSelector("#claims");
  assert.equal((await claims(computer)).phone_number, "+8613800000001");
  // "Back" skips the guide, which has nothing left to wait for.
  await computer.goBack();
  assert.ok(simulator.owns(computer.url()));
});

test("a forgotten guide goes on when it is reloaded after the phone", LIMIT, async (t) => {
  const { application } = await world(t, { client: { phone: "required" } });
  const computer = await atComputer(t, { javaScriptEnabled: false });
  await computer.goto(`${application.origin}/login`);
  await approve(computer);
  const phone = await onPhone(t);
  await phone.goto(await computer.getAttribute("#phone-link", "href"));
  await phone.click("#member-zhangsan");
  await phone.click("#consent-allow");
  await phone.waitForURL(/\/done$/);
  await computer.reload();
  assert.equal((await claims(computer)).phone_number, "+8613800000001");
});
