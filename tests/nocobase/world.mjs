// NocoBase, a bridge that it signs in at, a simulated WeCom, and people at both.

import { World } from "../rp/harness.mjs";
import { NOCOBASE } from "../rp/nocobase.mjs";
import { atComputer, onPhone } from "../browser/chromium.mjs";
import { AUTHENTICATOR } from "./nocobase.mjs";

/** What NocoBase's own pages complain of, whoever signs in. */
const expected = [/.*/];

/** A bridge with NocoBase as its client, and the authenticator in NocoBase. */
export async function world(t, nocobase, { client = {}, options = {} } = {}) {
  const { origin } = nocobase;
  await nocobase.clear();
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

/** Somebody at a computer. */
export const computer = (t) => atComputer(t, { expected });

/** Somebody with WeCom on a phone. */
export const phone = (t) => onPhone(t, { expected });

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
  await page.waitForURL((address) => address.origin === nocobase.origin && address.pathname.startsWith("/admin"));
  // The menu of the person is there once everything is.
  await page.waitForSelector('[data-testid="user-center-button"]');
  return page.evaluate(async () => {
    const headers = { authorization: `Bearer ${localStorage.getItem("NOCOBASE_TOKEN")}` };
    const { data } = await (await fetch("/api/auth:check", { headers })).json();
    return { id: data.id, username: data.username, nickname: data.nickname, email: data.email, phone: data.phone };
  });
}
