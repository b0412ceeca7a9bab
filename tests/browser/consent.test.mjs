// Being asked what an application may know, and choosing the account, with a real browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMIT, SIZE, approve, atComputer, claims, closeBrowser, errorCode, isOurs, world } from "./chromium.mjs";

after(closeBrowser);

const FIRST = { client: { consent: "first" } };
const ALWAYS = { client: { consent: "always" } };

const login = (application, query = "") => `${application.origin}/login${query}`;

/** Signs in for the first time where nobody asks anything. */
async function signIn(page, application, member = "zhangsan") {
  await page.goto(login(application));
  await approve(page, member);
  return claims(page);
}

for (const locale of ["zh-CN", "en"]) {
  for (const size of [SIZE.desktop, SIZE.narrow]) {
    test(`the first sign-in asks what may be told, and no later one does (${locale}, ${size.width})`, LIMIT, async (t) => {
      const { application } = await world(t, FIRST);
      const page = await atComputer(t, { locale, size });
      await page.goto(login(application, "?scope=openid%20profile"));
      await approve(page);
      await isOurs(page, locale);
      assert.match(await page.textContent("main"), /Portal[\s\S]*张三/);
      assert.equal(await page.locator(".items li").count(), 2);
      await page.click("#consent-allow");
      assert.equal((await claims(page)).preferred_username, "zhangsan");
      await page.goto(login(application, "?scope=openid%20profile&prompt=none"));
      assert.equal((await claims(page)).preferred_username, "zhangsan");
      // More than was agreed to is asked about.
      await page.goto(login(application));
      await page.waitForSelector("#consent-allow");
      assert.equal(await page.locator(".items li").count(), 4);
    });

    test(`whoever is signed in goes on with one click, or signs in as another (${locale}, ${size.width})`, LIMIT, async (t) => {
      const { application, simulator } = await world(t);
      const page = await atComputer(t, { locale, size });
      const { sub } = await signIn(page, application);
      await page.goto(login(application, "?prompt=select_account"));
      await isOurs(page, locale);
      await page.click("#account-continue");
      assert.equal((await claims(page)).sub, sub);

      await page.goto(login(application, "?prompt=select_account"));
      await page.click("#account-other");
      await isOurs(page, locale);
      await page.click("#wecom-login");
      assert.ok(simulator.owns(page.url()));
      await approve(page, "lisi");
      assert.equal((await claims(page)).preferred_username, "lisi");
      await page.goto(login(application));
      assert.equal((await claims(page)).preferred_username, "lisi");
    });
  }

  test(`a no leads back to the application, and the next sign-in asks again (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t, FIRST);
    const page = await atComputer(t, { locale });
    await page.goto(login(application));
    await approve(page);
    await page.click("#consent-deny");
    assert.equal(await errorCode(page), "denied");
    await isOurs(page, locale);
    await page.click("#back-to-app");
    assert.equal(JSON.parse(await page.textContent("#error")).error, "access_denied");
    await page.goto(login(application));
    await page.click("#consent-allow");
    assert.equal((await claims(page)).preferred_username, "zhangsan");
  });
}

test("an application that always asks is agreed to each time", LIMIT, async (t) => {
  const { application } = await world(t, ALWAYS);
  const page = await atComputer(t);
  await page.goto(login(application));
  await approve(page);
  for (let round = 0; round < 3; round += 1) {
    await page.click("#consent-allow");
    await page.waitForSelector("#claims");
    await page.goto(login(application));
  }
  await page.goto(login(application, "?prompt=none"));
  assert.equal(JSON.parse(await page.textContent("#error")).error, "consent_required");
});

for (const javaScriptEnabled of [true, false]) {
  test(`agreeing and choosing work in form_post mode, scripts ${javaScriptEnabled ? "on" : "off"}`, LIMIT, async (t) => {
    const { application } = await world(t, FIRST);
    const page = await atComputer(t, { javaScriptEnabled });
    await page.goto(login(application, "?response_mode=form_post"));
    await approve(page);
    await page.click("#consent-allow");
    if (!javaScriptEnabled) await page.click("#form-post button");
    assert.equal((await claims(page)).by, "POST");
    await page.goto(login(application, "?response_mode=form_post&prompt=select_account"));
    await page.click("#account-continue");
    if (!javaScriptEnabled) await page.click("#form-post button");
    assert.equal((await claims(page)).by, "POST");
    await page.goto(login(application, "?response_mode=form_post&prompt=select_account"));
    await page.click("#back-to-app");
    assert.equal(JSON.parse(await page.textContent("#error")).error, "access_denied");
  });
}

test("back from the application shows the question again, and a second yes brings a fresh code", LIMIT, async (t) => {
  const { application } = await world(t, FIRST);
  const page = await atComputer(t);
  await page.goto(login(application));
  await approve(page);
  await page.waitForSelector("#consent-allow");
  const question = page.url();
  await page.click("#consent-allow");
  const { sub } = await claims(page);
  await page.goBack();
  assert.equal(page.url(), question);
  await page.click("#consent-allow");
  assert.equal((await claims(page)).sub, sub);
  // Back from the choice, too: it is made once more.
  await page.goto(login(application, "?prompt=select_account"));
  await page.click("#account-continue");
  await page.waitForSelector("#claims");
  await page.goBack();
  await page.click("#account-continue");
  assert.equal((await claims(page)).sub, sub);
});

test("two tabs ask each for themselves, and what one agreed to the other one knows", LIMIT, async (t) => {
  const { application } = await world(t, FIRST);
  const first = await atComputer(t);
  await first.goto(login(application));
  await approve(first);
  await first.waitForSelector("#consent-allow");
  const second = await first.context().newPage();
  await second.goto(login(application));
  await second.waitForSelector("#consent-allow");
  await first.click("#consent-allow");
  const { sub } = await claims(first);
  // The question of the second tab is still open, and either answer is good.
  await second.reload();
  await second.click("#consent-allow");
  assert.equal((await claims(second)).sub, sub);
  await second.goto(login(application));
  assert.equal((await claims(second)).sub, sub);
});

test("a choice in one tab is nothing once another member signed in in the other one", LIMIT, async (t) => {
  const { application } = await world(t);
  const first = await atComputer(t);
  await signIn(first, application);
  await first.goto(login(application, "?prompt=select_account"));
  await first.waitForSelector("#account-continue");
  const second = await first.context().newPage();
  await second.goto(login(application, "?prompt=login"));
  await second.click("#wecom-login");
  await approve(second, "lisi");
  assert.equal((await claims(second)).preferred_username, "lisi");
  await first.click("#account-continue");
  assert.equal(await errorCode(first), "start_again");
  await first.goto(login(application, "?prompt=select_account"));
  assert.match(await first.textContent("main"), /李四/);
  await first.click("#account-continue");
  assert.equal((await claims(first)).preferred_username, "lisi");
});
