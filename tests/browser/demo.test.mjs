// The demo, clicked through as its welcome says: nothing is configured, nobody needs a WeCom.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMIT, SIZE, approve, atComputer, closeBrowser, errorCode, isOurs } from "./chromium.mjs";
import { agreeOnThePhone, demo, toTheGuide } from "./demo.mjs";

after(closeBrowser);

for (const [locale, size] of [
  ["zh-CN", "desktop"],
  ["en", "phone"],
]) {
  test(`the demo shows everything, in a window the size of a ${size} (${locale})`, LIMIT, async (t) => {
    const { address, running } = await demo(t);
    const computer = await atComputer(t, { locale, size: SIZE[size] });
    await computer.goto(address);
    await isOurs(computer, locale);

    const link = await toTheGuide(computer, address);
    await isOurs(computer, locale);
    const phone = await agreeOnThePhone(computer, address, link);
    await isOurs(phone, locale);

    // The computer goes on by itself.
    assert.match(await computer.textContent("#claim-phone_number"), /13800000001/);
    await isOurs(computer, locale);
    // Once more: no questions.
    await computer.click("#demo-again");
    await computer.waitForSelector("#claims");

    // Out of the workbench, in the phone that the member holds.
    await computer.goto(address);
    const [workbench] = await Promise.all([computer.waitForEvent("popup"), computer.click("#demo-workbench")]);
    const screen = workbench.frameLocator("#phone-screen");
    await screen.locator("#claims, #demo-signed-in").first().waitFor();
    await isOurs(workbench, locale);

    await computer.click("#demo-signed-in a");
    // The application proves with its hint whose session it is: nothing is asked.
    await computer.click("#demo-logout");
    await computer.waitForURL(address);
    await computer.waitForSelector("#demo-computer");
    assert.equal(await computer.locator("#demo-signed-in").count(), 0);

    assert.equal(await running.stop(), 0);
    assert.doesNotMatch(running.log, /panicked|13800000001/);
  });
}

test("who may not enter reads why in the demo too, and no number is needed for the second application", LIMIT, async (t) => {
  const { address } = await demo(t);
  const computer = await atComputer(t, { locale: "en" });
  await computer.goto(address);
  await computer.click("#demo-computer");
  await approve(computer, "disabled");
  assert.equal(await errorCode(computer), "member_disabled");
  await computer.goto(address);
  await computer.click("#demo-free");
  await approve(computer, "lisi");
  assert.equal(await computer.textContent("#claim-preferred_username"), "lisi");
});
