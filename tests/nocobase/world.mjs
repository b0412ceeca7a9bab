// NocoBase, a bridge that it signs in at, a simulated WeCom, and people at both.

import { join } from "node:path";
import { World } from "../rp/harness.mjs";
import { NOCOBASE } from "../rp/nocobase.mjs";
import { atComputer, onPhone } from "../browser/chromium.mjs";
import { AUTHENTICATOR } from "./nocobase.mjs";

/** NocoBase's own pages complain of much; ours of nothing, and nobody leaves this machine. */
const expected = [/^(?!policy: |left this machine: (?!blob:))/];

/** A bridge with NocoBase as its client, and the authenticator in NocoBase. */
export async function world(t, nocobase, { client = {}, options = {}, clear = true } = {}) {
  const { origin } = nocobase;
  if (clear) await nocobase.clear();
  const bridge = await World.start(t, {
    clients: [
      {
        ...NOCOBASE,
        redirect_uris: [`${origin}/api/oidc:redirect`],
        post_logout_redirect_uris: [`${origin}/signin`, `${origin}/signin?redirect=`],
        home_url: `${origin}/admin`,
        ...client,
      },
    ],
  });
  const secret = { clientId: NOCOBASE.client_id, clientSecret: NOCOBASE.client_secret };
  await nocobase.authenticator(t, bridge.issuer, { ...secret, ...options });
  return bridge;
}

/** What a test may take: each page of NocoBase's is some 10 MB of scripts to a browser without a cache. */
export const LIMIT = { timeout: 300_000 };

/** Somebody at a computer. */
export const computer = (t) => patient(atComputer(t, { expected }));

/** Somebody with WeCom on a phone. */
export const phone = (t) => patient(onPhone(t, { expected }));

async function patient(page) {
  (await page).setDefaultTimeout(90_000);
  return page;
}

/** Opens NocoBase's page for signing in, and takes the button. */
export async function begin(page, nocobase) {
  await page.goto(`${nocobase.origin}/signin?redirect=/admin`);
  await page.click(`#oidc-${AUTHENTICATOR}`);
}

/** Agrees on the simulated phone. */
export async function agree(page, member = "zhangsan") {
  await page.click(`#member-${member}`);
  await page.click("#consent-allow");
}

/** Waits until NocoBase is open; gives whom it takes the member for. */
export async function signedIn(page, nocobase) {
  await page.waitForURL(({ origin, pathname }) => origin === nocobase.origin && /^\/admin/.test(pathname));
  // NocoBase's page takes the token out of the address and keeps it.
  await page.waitForFunction(() => localStorage.getItem("NOCOBASE_TOKEN") && !location.search.includes("token="));
  return page.evaluate(async () => {
    const headers = { authorization: `Bearer ${localStorage.getItem("NOCOBASE_TOKEN")}` };
    const { data } = await (await fetch("/api/auth:check", { headers })).json();
    return { id: data.id, username: data.username, nickname: data.nickname, email: data.email, phone: data.phone };
  });
}

/** A picture for docs/nocobase.md, where PICTURES names a folder for it. */
export async function picture(page, name) {
  if (!process.env.PICTURES) return;
  // NocoBase draws a while longer than its page loads.
  await page.waitForLoadState("networkidle").catch(() => {});
  await page.waitForSelector(".ant-notification-notice", { state: "detached" });
  await page.screenshot({ path: join(process.env.PICTURES, `${name}.png`), animations: "disabled", caret: "hide", scale: "css" });
}
