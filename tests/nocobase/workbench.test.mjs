// The entry in WeCom's workbench, and the way out, with a real NocoBase.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { approve, closeBrowser } from "../browser/chromium.mjs";
import { NocoBase } from "./nocobase.mjs";
import { LIMIT, agree, begin, computer, phone, signedIn, world } from "./world.mjs";

const nocobase = await NocoBase.start({ after });
after(closeBrowser);

const AUTOMATIC = { options: { autoSignup: true, autoRedirect: true } };

/** Ends NocoBase's session by its menu. */
async function signOut(page) {
  await page.click('[data-testid="user-center-button"]');
  await page.getByText(/^(Sign out|退出登录|注销)$/).click();
}

/** Waits at NocoBase's page for signing in, which begins nothing by itself. */
async function isAtSignIn(page) {
  await page.waitForSelector("#oidc-wecom-oidc");
  assert.equal(new URL(page.url()).pathname, "/signin");
}

for (const [entry, address] of [
  ["the bridge's own", (bridge) => `${bridge.issuer}/open/nocobase`],
  ["NocoBase's own", () => `${nocobase.origin}/admin`],
]) {
  test(`the workbench entry with ${entry} address needs no click where NocoBase sends visitors on`, LIMIT, async (t) => {
    const bridge = await world(t, nocobase, AUTOMATIC);
    const page = await phone(t);
    await page.goto(address(bridge));
    await agree(page);
    assert.equal((await signedIn(page, nocobase)).username, "zhangsan");
  });
}

test("the workbench entry with a path ends there", LIMIT, async (t) => {
  const bridge = await world(t, nocobase, AUTOMATIC);
  const page = await phone(t);
  await page.goto(`${bridge.issuer}/open/nocobase?to=${encodeURIComponent("/admin/settings/security?tab=1")}`);
  await agree(page);
  await signedIn(page, nocobase);
  const { pathname, search } = new URL(page.url());
  assert.equal(pathname + search, "/admin/settings/security?tab=1");
});

test("where NocoBase sends nobody on, the workbench entry ends at its button, and the button asks nothing more", LIMIT, async (t) => {
  const bridge = await world(t, nocobase, { options: { autoSignup: true } });
  const page = await phone(t);
  await page.goto(`${bridge.issuer}/open/nocobase`);
  await agree(page);
  await isAtSignIn(page);
  await page.click("#oidc-wecom-oidc");
  assert.equal((await signedIn(page, nocobase)).username, "zhangsan");
});

for (const autoRedirect of [false, true]) {
  test(`signing out ends at NocoBase's own page${autoRedirect ? ", also where it sends visitors on" : ""}, and WeCom is asked again`, LIMIT, async (t) => {
    const bridge = await world(t, nocobase, { client: { phone: "wanted" }, options: { autoSignup: true, autoRedirect } });
    const page = await computer(t);
    if (autoRedirect) await page.goto(nocobase.origin);
    else await begin(page, nocobase);
    await approve(page);
    await signedIn(page, nocobase);

    await signOut(page);
    await page.click("#logout-confirm");
    await isAtSignIn(page);
    await page.click("#oidc-wecom-oidc");
    await page.waitForURL((url) => bridge.simulator.owns(url.href));
  });
}

test("without the option for it, signing out of NocoBase leaves the bridge's session", LIMIT, async (t) => {
  await world(t, nocobase, { client: { phone: "wanted" }, options: { autoSignup: true, enableLogout: false } });
  const page = await computer(t);
  await begin(page, nocobase);
  await approve(page);
  await signedIn(page, nocobase);
  await signOut(page);
  await isAtSignIn(page);
  await page.click("#oidc-wecom-oidc");
  assert.equal((await signedIn(page, nocobase)).username, "zhangsan");
});
