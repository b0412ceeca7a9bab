// The member's own page with a real browser: every button, with and without scripts, for thumbs and for screen readers.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Application } from "../rp/application.mjs";
import { World } from "../rp/harness.mjs";
import { isAccessible } from "./accessible.mjs";
import { LIMIT, SIZE, approve, atComputer, claims, closeBrowser, errorCode, isOurs, onPhone } from "./chromium.mjs";

after(closeBrowser);

const LONG = "Gesellschaft für Angelegenheiten ÜberlangesWortOhneLeerzeichenDasNirgendsHinpasst 人事与行政综合服务平台（集团总部）";

/** A portal that needs the phone and may go on, a wiki that asks first, and one with a long name. */
async function company(t) {
  const applications = [
    await Application.start(t, "Portal", { phone: "required" }),
    await Application.start(t, "Wiki", { consent: "first", frontchannel_logout_uri: (origin) => `${origin}/told` }),
    await Application.start(t, "Long", { client_name: LONG }),
  ];
  const bridge = await World.start(t, { clients: applications.map((application) => application.client()) });
  for (const application of applications) await application.meet(bridge.issuer);
  const [portal, wiki, long] = applications;
  return { bridge, portal, wiki, long, account: `${bridge.issuer}/account` };
}

/** On the phone, in WeCom: signs in at the portal and gives the number. */
async function givesTheNumber(t, { portal }) {
  const phone = await onPhone(t);
  await phone.goto(`${portal.origin}/login?scope=openid%20profile%20phone%20offline_access`);
  if (await phone.locator("#member-zhangsan").count()) await phone.click("#member-zhangsan");
  await phone.click("#consent-allow");
  await claims(phone);
  return phone;
}

/** Enters an application as whoever is signed in. */
async function enters(page, application) {
  await page.goto(`${application.origin}/login?scope=openid%20profile`);
  if (await page.locator("#consent-allow").count()) await page.click("#consent-allow");
  return claims(page);
}

/** Presses the button of the form with this id. */
async function press(page, form) {
  await page.click(`#${form} button`);
  await page.waitForLoadState("load");
}

const sessions = (page) => page.locator("form[id^=session-]");
const applications = (page) => page.locator("form[id^=application-]").evaluateAll((forms) => forms.map(({ id }) => id));

for (const locale of ["zh-CN", "en"]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const size of [SIZE.desktop, SIZE.phone, SIZE.narrow]) {
      test(`the page is for everybody, empty and full (${locale}, ${colorScheme}, ${size.width})`, LIMIT, async (t) => {
        const all = await company(t);
        const page = await atComputer(t, { locale, colorScheme, size });
        await page.goto(all.account);
        await approve(page, "lisi");
        await isOurs(page, locale);
        await isAccessible(page);
        assert.equal(await sessions(page).count(), 1);
        assert.deepEqual(await applications(page), []);
        await page.click("#account-sign-out");
        await isOurs(page, locale);

        await givesTheNumber(t, all);
        await page.goto(all.account);
        await approve(page);
        for (const application of [all.portal, all.wiki, all.long]) await enters(page, application);
        await page.goto(all.account);
        await isOurs(page, locale);
        await isAccessible(page);
        assert.deepEqual(await applications(page), ["application-long", "application-portal", "application-wiki"]);
        assert.equal(await sessions(page).count(), 2);
        assert.match(await page.textContent("#account-phone"), /0001/);
      });
    }
  }
}

for (const javaScriptEnabled of [true, false]) {
  test(`every button does what it says, scripts ${javaScriptEnabled ? "on" : "off"}`, LIMIT, async (t) => {
    const all = await company(t);
    const phone = await givesTheNumber(t, all);
    const page = await atComputer(t, { javaScriptEnabled });
    await page.goto(all.account);
    await approve(page);
    await page.waitForURL(all.account);
    for (const application of [all.wiki, all.long]) await enters(page, application);

    // One application, which hears of it through the browser, and asks again.
    await page.goto(all.account);
    const hears = page.waitForResponse((one) => one.url().startsWith(`${all.wiki.origin}/told`));
    await press(page, "application-wiki");
    await hears;
    assert.deepEqual(await applications(page), ["application-long", "application-portal"]);
    assert.equal(all.wiki.told.length, 1);
    assert.equal(all.wiki.told[0].query.iss, all.bridge.issuer);
    await page.goto(`${all.wiki.origin}/login?scope=openid%20profile`);
    await page.waitForSelector("#consent-allow");

    // The number: the portal asks for it again.
    await page.goto(all.account);
    await page.click("#account-forget-phone");
    await page.waitForURL(`${all.account}#phone`);
    assert.equal(await page.locator("#account-phone, #account-forget-phone").count(), 0);
    await page.goto(`${all.portal.origin}/login`);
    await page.waitForSelector("#phone-link");

    // The phone's session, from here.
    await page.goto(all.account);
    assert.equal(await sessions(page).count(), 2);
    await press(page, await sessions(page).nth(1).getAttribute("id"));
    await page.waitForURL(`${all.account}#sessions`);
    assert.equal(await sessions(page).count(), 1);
    await phone.goto(`${all.long.origin}/login?prompt=none`);
    assert.equal(JSON.parse(await phone.textContent("#error")).error, "login_required");

    // Here, then everywhere.
    await page.click("#account-sign-out");
    await page.waitForSelector(".sign.good");
    await page.goto(all.account);
    await approve(page);
    await page.click("#account-sign-out-everywhere");
    await page.waitForSelector(".sign.good");
    await page.goto(`${all.long.origin}/login?prompt=none`);
    assert.equal(JSON.parse(await page.textContent("#error")).error, "login_required");
  });
}

test("a button on a page whose session is over leads to a page with a way on, and no policy is in its way", LIMIT, async (t) => {
  const { account } = await company(t);
  const first = await atComputer(t, { locale: "en" });
  await first.goto(account);
  await approve(first);
  await first.waitForSelector("#account-sign-out");
  const second = await first.context().newPage();
  await second.goto(account);
  await second.click("#account-sign-out-everywhere");
  await second.waitForSelector(".sign.good");
  await first.click("#account-sign-out");
  assert.equal(await errorCode(first), "start_again");
  await isAccessible(first);
  await first.click("#start-again");
  await approve(first, "lisi");
  await first.waitForURL(account);
  assert.equal(await first.textContent("#account-userid"), "lisi");
});

test("back after a sign-out shows nothing of the page", LIMIT, async (t) => {
  const { account } = await company(t);
  const page = await atComputer(t);
  await page.goto(account);
  await approve(page);
  await page.click("#account-sign-out");
  await page.waitForSelector(".sign.good");
  await page.goBack();
  assert.equal(await page.locator("#account-userid").count(), 0);
});

test("the keyboard reaches every button in the order of the page, and each says what it is about", LIMIT, async (t) => {
  const all = await company(t);
  await givesTheNumber(t, all);
  const page = await atComputer(t, { locale: "en" });
  await page.goto(all.account);
  await approve(page);
  for (const application of [all.wiki, all.long]) await enters(page, application);
  await page.goto(all.account);
  const reached = [];
  for (;;) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => document.activeElement.localName === "button" && document.activeElement.textContent);
    if (!at) break;
    reached.push(at);
  }
  assert.deepEqual(reached, [
    "Sign out here",
    "Sign out · WeCom, iPhone",
    "Sign out everywhere",
    `Take away access · ${LONG}`,
    "Take away access · Portal",
    "Take away access · Wiki",
    "Forget · Phone number",
  ]);
  await page.locator("#application-wiki button").focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !document.querySelector("#application-wiki"));
});
