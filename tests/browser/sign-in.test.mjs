// Signing in and out with a real browser, by clicking.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  LIMIT, SIZE, USER_AGENT, approve, atComputer, claims, closeBrowser, errorCode, isOurs, onPhone, person, world,
} from "./chromium.mjs";

after(closeBrowser);

const GUIDED = { client: { phone: "required" } };

for (const locale of ["zh-CN", "en"]) {
  test(`at a computer, one scan is all (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t);
    const page = await atComputer(t, { locale });
    await page.goto(`${application.origin}/login`);
    await approve(page);
    const told = await claims(page);
    assert.equal(told.preferred_username, "zhangsan");
    // The second time nobody asks anything.
    await page.goto(`${application.origin}/login`);
    assert.equal((await claims(page)).sub, told.sub);
  });

  test(`who says no at WeCom reads so, and may try again (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t);
    const page = await atComputer(t, { locale, size: SIZE.narrow });
    await page.goto(`${application.origin}/login`);
    await page.click("#deny");
    assert.equal(await errorCode(page), "denied");
    await isOurs(page, locale);
    await page.click("#start-again");
    await isOurs(page, locale);
    await page.click("#wecom-login");
    await approve(page);
    assert.equal((await claims(page)).preferred_username, "zhangsan");
  });

  test(`who says no at WeCom can go back to the application (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t);
    const page = await atComputer(t, { locale });
    await page.goto(`${application.origin}/login`);
    await page.click("#deny");
    await page.click("#back-to-app");
    assert.equal(JSON.parse(await page.textContent("#error")).error, "access_denied");
  });

  test(`the first time, the phone is asked once and the computer goes on by itself (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t, GUIDED);
    const computer = await atComputer(t, { locale });
    await computer.goto(`${application.origin}/login`);
    await approve(computer);
    const link = await computer.getAttribute("#phone-link", "href");
    await isOurs(computer, locale);

    const phone = await onPhone(t, { locale });
    await phone.goto(link);
    await phone.click("#member-zhangsan");
    await phone.click("#consent-allow");
    await phone.waitForURL(/\/done$/);
    await isOurs(phone, locale);

    // Nobody touches the computer.
    await computer.waitForSelector("#claims");
    assert.equal((await claims(computer)).phone_number, "+8613800000001");
    // The link has done its work.
    await phone.goto(link);
    await phone.waitForSelector("#error-code");
    assert.equal(await errorCode(phone), "link_expired");
  });

  test(`the guide works without scripts (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t, GUIDED);
    const computer = await atComputer(t, { locale, javaScriptEnabled: false });
    await computer.goto(`${application.origin}/login`);
    await approve(computer);
    await computer.click("#continue");
    await computer.waitForSelector("[role=alert]");
    assert.match(await computer.getAttribute("meta[http-equiv=refresh]", "content"), /^\d+$/);

    const phone = await onPhone(t, { locale, javaScriptEnabled: false });
    await phone.goto(await computer.getAttribute("#phone-link", "href"));
    await phone.click("#member-zhangsan");
    await phone.click("#consent-allow");
    await phone.waitForURL(/\/done$/);
    await computer.click("#continue");
    assert.equal((await claims(computer)).phone_number, "+8613800000001");
  });

  test(`inside WeCom one agreement is all, and next time nothing (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t, GUIDED);
    const page = await onPhone(t, { locale });
    await page.goto(`${application.origin}/login`);
    await page.click("#member-lisi");
    await page.click("#consent-allow");
    assert.equal((await claims(page)).preferred_username, "lisi");
    await page.context().clearCookies({ name: "session" });
    await page.goto(`${application.origin}/login`);
    assert.equal((await claims(page)).preferred_username, "lisi");
  });

  test(`the workbench entry ends at the application's home (${locale})`, LIMIT, async (t) => {
    const { application, bridge } = await world(t);
    const page = await onPhone(t, { locale });
    await page.goto(`${bridge.issuer}/open/portal`);
    await page.click("#member-lisi");
    await page.click("#consent-allow");
    await page.waitForSelector("#home");
    assert.equal(page.url(), `${application.origin}/`);
  });

  test(`an application may have its member prove it again (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t);
    const page = await atComputer(t, { locale, size: SIZE.narrow });
    await page.goto(`${application.origin}/login`);
    await approve(page);
    const first = await claims(page);
    await page.goto(`${application.origin}/login?prompt=login`);
    await isOurs(page, locale);
    await page.click("#wecom-login");
    await approve(page);
    const second = await claims(page);
    assert.equal(second.sub, first.sub);
    assert.ok(second.auth_time >= first.auth_time);
  });

  test(`an application may have its member asked what it is told (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t);
    const page = await atComputer(t, { locale, size: SIZE.narrow });
    await page.goto(`${application.origin}/login?prompt=consent`);
    await approve(page);
    await isOurs(page, locale);
    await page.click("#consent-allow");
    assert.equal((await claims(page)).preferred_username, "zhangsan");
    await page.goto(`${application.origin}/login?prompt=consent`);
    await page.click("#consent-deny");
    await page.waitForSelector("#error, #error-code");
    assert.match(await page.content(), /access_denied|denied/);
  });

  test(`signing out is confirmed, and ends at the application (${locale})`, LIMIT, async (t) => {
    const { application, simulator } = await world(t);
    const page = await atComputer(t, { locale, size: SIZE.narrow });
    await page.goto(`${application.origin}/login`);
    await approve(page);
    await page.waitForSelector("#claims");
    await page.goto(`${application.origin}/logout`);
    await isOurs(page, locale);
    await page.click("#logout-confirm");
    assert.equal(await page.textContent("#signed-out"), '"bye"');
    await page.goto(`${application.origin}/login`);
    assert.ok(simulator.owns(page.url()), "still signed in");
  });

  test(`WeChat instead of WeCom is told where to go (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t);
    const page = await person(t, { locale, size: SIZE.phone, userAgent: USER_AGENT.wechat });
    await page.goto(`${application.origin}/login`);
    assert.equal(await errorCode(page), "open_in_wecom");
    await isOurs(page, locale);
    assert.match(await page.getAttribute("#open-link", "href"), /\/open\/portal$/);
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`an answer comes as a form, ${javaScriptEnabled ? "by itself" : "by a button where scripts are off"}`, LIMIT, async (t) => {
    const { application } = await world(t);
    const page = await atComputer(t, { javaScriptEnabled });
    const login = `${application.origin}/login?response_mode=form_post`;
    for (const first of [true, false]) {
      await page.goto(login);
      if (first) await approve(page);
      if (!javaScriptEnabled) await page.click("#form-post button");
      const told = await claims(page);
      assert.deepEqual([told.by, told.preferred_username], ["POST", "zhangsan"]);
    }
  });
}

test("an application may ask by POST", LIMIT, async (t) => {
  const { application, bridge } = await world(t);
  const page = await atComputer(t);
  await page.goto(`${application.origin}/login`);
  await approve(page);
  const { sub } = await claims(page);
  // The same request once more, as a form of another origin: cookies of ours do not come with it.
  const answer = await fetch(`${application.origin}/login`, { redirect: "manual" });
  const request = new URL(answer.headers.get("location"));
  await page.evaluate(
    ([action, fields]) => {
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action });
      for (const [name, value] of fields) {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name, value });
        form.append(input);
      }
      document.body.append(form);
      form.submit();
    },
    [`${bridge.issuer}/authorize`, [...request.searchParams]],
  );
  await page.waitForURL((address) => address.origin === application.origin && address.pathname === "/callback");
  assert.equal((await claims(page)).sub, sub);
});
