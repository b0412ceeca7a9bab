// What strangers write into names, states and addresses stays text in a browser, and fits its cookies.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMIT, approve, closeBrowser, errorCode } from "./chromium.mjs";
import { requestOf, someone, world } from "./https.mjs";

after(closeBrowser);

const MARKUP = `"'><img src=x onerror="hit=1"><script>hit=1</script></title></textarea><svg onload=hit=1>&amp;{{7*7}}`;

/** The page ran and holds nothing of the markup but its text. */
async function isText(page, text) {
  assert.equal(await page.evaluate(() => globalThis.hit), undefined);
  assert.equal(await page.locator("img[src=x], svg[onload], script:not([src])").count(), 0);
  assert.ok((await page.textContent("body")).includes(text), `${page.url()} does not show ${text}`);
}

test("threat 29: names of members and applications are text on every page that shows them", LIMIT, async (t) => {
  const client_name = `Portal ${MARKUP}`;
  const { bridge, portal, desk, simulator } = await world(t, { portal: { client_name, phone: "required" }, desk: { client_name } });
  const name = `三 ${MARKUP}`.slice(0, 64);
  await simulator.ask("PATCH", "/members/zhangsan", { name });
  const page = await someone(t);
  await page.goto(`${portal.origin}/login?prompt=login`);
  await isText(page, client_name);
  await page.click("#wecom-login");
  await approve(page);
  await page.waitForSelector("#phone-link");
  await isText(page, client_name);
  await isText(page, name);
  await page.goto(`${portal.origin}/logout`);
  await isText(page, name);
  await isText(page, client_name);
  await page.goto(`${bridge.issuer}/account`);
  await isText(page, name);
  await page.goto(`${desk.origin}/login?prompt=consent`);
  await page.waitForSelector("#consent-deny");
  await isText(page, client_name);
  await isText(page, name);
  await page.click("#consent-deny");
  assert.equal(await errorCode(page), "denied");
  await isText(page, client_name);
  // What an address brings along is not shown at all.
  await page.goto(`${bridge.issuer}/authorize?client_id=${encodeURIComponent(MARKUP)}&redirect_uri=javascript:hit=1`);
  assert.equal(await errorCode(page), "unauthorized_client");
  await isText(page, "");
});

for (const [mode, carried] of [["query", (request) => new URL(request.url()).searchParams], ["form_post", (request) => new URLSearchParams(request.postData())]]) {
  test(`threats 28 and 29: a state of 2 048 bytes of markup returns byte for byte (${mode})`, LIMIT, async (t) => {
    const { portal } = await world(t);
    const page = await someone(t);
    for (const state of [MARKUP.padEnd(2_048, `<"'&+ %>\\;`), "x".repeat(2_048)]) {
      const request = new URL(await requestOf(portal, `?response_mode=${mode}&prompt=login`));
      request.searchParams.set("state", state);
      await page.goto(request.href);
      await page.click("#wecom-login");
      const arrives = page.waitForRequest((one) => one.url().startsWith(`${portal.origin}/callback`));
      await approve(page);
      assert.equal(carried(await arrives).get("state"), state);
      assert.ok(carried(await arrives).get("code"));
      await page.waitForSelector("#error");
      for (const { name, value } of await page.context().cookies()) {
        assert.ok(name.length + value.length < 3_800, `${name}: ${value.length}`);
      }
    }
  });
}

test("threat 28: a state with line breaks or without end sets no header and begins no sign-in", LIMIT, async (t) => {
  const { portal, simulator } = await world(t);
  const page = await someone(t);
  for (const state of ["a\r\nset-cookie: evil=1; Path=/", "a\nLocation: https://attacker.example/", "a\0b", "x".repeat(9_000)]) {
    const request = new URL(await requestOf(portal));
    request.searchParams.set("state", state);
    await page.goto(request.href);
    assert.ok(!simulator.owns(page.url()), "it went on to WeCom");
    assert.deepEqual(await page.context().cookies(), []);
  }
});
