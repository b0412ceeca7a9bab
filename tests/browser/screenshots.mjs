// Takes the README's pictures out of the demo: `just screenshots`. Each stays below 150 kB.
// With a folder as argument it takes every kind of page, to be looked at.

import assert from "node:assert/strict";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { USER_AGENT } from "../rp/harness.mjs";
import { SIZE, approve, closeBrowser, person } from "./chromium.mjs";
import { agreeOnThePhone, demo, toTheGuide } from "./demo.mjs";

const README = ["guide-desktop", "guide-desktop.zh-CN", "guide-phone"];
const [, , everything] = process.argv;
const folder = everything ?? fileURLToPath(new URL("../../docs/pictures", import.meta.url));
await mkdir(folder, { recursive: true });

let end = () => {};
const t = { after: (all) => (end = all) };

async function picture(page, name) {
  if (!everything && !README.includes(name)) return;
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: "disabled", caret: "hide", scale: "css" });
  const { size } = await stat(path);
  console.log(`${path} ${Math.ceil(size / 1000)} kB`);
  assert.ok(everything || size < 150_000, `${name} is too large for a README`);
}

try {
  const { address } = await demo(t);
  for (const [locale, suffix] of [["zh-CN", ".zh-CN"], ["en", ""]]) {
    const browser = (more) => person(t, { locale, size: { width: 1080, height: 720 }, ...more });

    const computer = await browser();
    await computer.goto(address);
    await picture(computer, `demo${suffix}`);
    // The number is remembered from the first round on, so each language has a member of its own.
    const member = locale === "zh-CN" ? "zhangsan" : "lisi";
    const link = await toTheGuide(computer, address, member);
    await picture(computer, `guide-desktop${suffix}`);
    const phone = await agreeOnThePhone(computer, address, link, member);
    await picture(phone, `guide-phone${suffix}`);
    await computer.waitForSelector("#claims");
    await picture(computer, `claims${suffix}`);
    await computer.goto(new URL("/account", link).href);
    await picture(computer, `account${suffix}`);

    const small = await browser({ size: SIZE.phone });
    await small.goto(`${address}login`);
    await approve(small, "disabled");
    await small.waitForSelector("#error-code");
    await picture(small, `refusal${suffix}`);
    await small.click("#start-again");
    await small.waitForSelector("#wecom-login");
    await picture(small, `sign-in${suffix}`);
    const wechat = await browser({ size: SIZE.phone, userAgent: USER_AGENT.wechat });
    await wechat.goto(`${address}login`);
    await picture(wechat, `wechat${suffix}`);
  }
} finally {
  await end();
  await closeBrowser();
}
