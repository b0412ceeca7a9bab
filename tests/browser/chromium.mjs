// Debian's Chromium, and what every window of it must hold.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { Application } from "../rp/application.mjs";
import { USER_AGENT, World, atTheEnd } from "../rp/harness.mjs";

export { LIMIT, USER_AGENT } from "../rp/harness.mjs";

/** How long a page may take on a busy machine. */
const PATIENCE = 30_000;

export const SIZE = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 }, narrow: { width: 320, height: 640 } };

const running = [];

/** Starts a Chromium. */
export async function launch({ args = [], env = process.env } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    env,
    args: [
      "--headless",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
      ...args,
    ],
  });
  running.push(browser);
  return browser;
}

let ordinary;

/** One Chromium for all tests of a file. */
const theBrowser = () => (ordinary ??= launch());

/** To be called after the tests of a file. */
export async function closeBrowser() {
  await Promise.all(running.splice(0).map((browser) => browser.close()));
  ordinary = undefined;
}

const isThisMachine = (hostname) => hostname === "127.0.0.1";

/**
 * A person's browser: `t` closes it, and looks at what its pages complained about. `expected` are the complaints that
 * are the point of the test, `isHere` knows the hosts that a page may ask.
 */
export async function person(
  t,
  {
    browser = theBrowser(),
    isHere = isThisMachine,
    expected = [],
    locale = "zh-CN",
    size = SIZE.desktop,
    userAgent,
    javaScriptEnabled = true,
    ...more
  } = {},
) {
  const context = await (await browser).newContext({
    locale,
    viewport: size,
    userAgent,
    javaScriptEnabled,
    ...more,
  });
  context.setDefaultTimeout(PATIENCE);
  const complaints = [];
  const refusals = new Set();
  if (javaScriptEnabled) {
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }
  context.on("response", (response) => {
    // Chromium complains of every page whose status is an error; ours say so on purpose.
    if (response.status() >= 400 && response.request().isNavigationRequest()) refusals.add(response.url());
  });
  context.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (protocol !== "data:" && !isHere(hostname)) complaints.push(`left this machine: ${request.url()}`);
  });
  context.on("console", (message) => {
    if (message.type() === "error" && !refusals.has(message.location().url)) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  atTheEnd(t, async () => {
    await context.close();
    const surprises = complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)));
    assert.deepEqual(surprises, []);
  });
  const page = await context.newPage();
  return page;
}

/** Somebody at a computer. */
export const atComputer = (t, more) => person(t, { ...more });

/** Somebody with WeCom on a phone. */
export const onPhone = (t, more) => person(t, { size: SIZE.phone, userAgent: USER_AGENT.wecomPhone, ...more });

/** A bridge, a simulated WeCom, and one application. */
export async function world(t, { client = {}, wecom = {} } = {}) {
  const application = await Application.start(t, "Portal", client);
  const bridge = await World.start(t, { clients: [application.client()], wecom });
  await application.meet(bridge.issuer);
  return { bridge, simulator: bridge.simulator, application };
}

/** Scans the code of WeCom's page and says yes. */
export async function approve(page, member = "zhangsan") {
  await page.check(`#member-${member}`);
  await page.click("#approve");
}

/** What the application was told. */
export async function claims(page) {
  return JSON.parse(await page.textContent("#claims"));
}

/** The code of a page that says why it ends here. */
export async function errorCode(page) {
  return (await page.textContent("#error-code")).trim();
}

/** Our pages speak the browser's language and never scroll sideways. */
export async function isOurs(page, locale) {
  assert.equal(await page.getAttribute("html", "lang"), locale === "zh-CN" ? "zh-CN" : "en");
  // An element is found before the stylesheet has come, and the page is wider then.
  await page.waitForLoadState("load");
  const [content, window] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return [scrollWidth, clientWidth];
  });
  assert.ok(content <= window, `it scrolls sideways: ${content} > ${window}`);
}
