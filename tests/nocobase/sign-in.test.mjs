// Signing in to a real NocoBase with a real browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { approve, closeBrowser } from "../browser/chromium.mjs";
import { NocoBase } from "./nocobase.mjs";
import { LIMIT, agree, begin, computer, phone, picture, signedIn, world } from "./world.mjs";

const nocobase = await NocoBase.start({ after });
after(closeBrowser);

test("a new member becomes a user, at a computer that waits for the phone", LIMIT, async (t) => {
  await world(t, nocobase, { options: { autoSignup: true } });
  const page = await computer(t);
  await page.goto(`${nocobase.origin}/signin?redirect=/admin`);
  await page.waitForSelector("#oidc-wecom-oidc");
  await picture(page, "nocobase-sign-in");
  await page.click("#oidc-wecom-oidc");
  await approve(page);
  const link = await page.getAttribute("#phone-link", "href");
  const wecom = await phone(t);
  await wecom.goto(link);
  await agree(wecom);

  const user = await signedIn(page, nocobase);
  assert.equal(user.username, "zhangsan");
  // Its own page is open, and not only its door.
  await page.waitForSelector('[data-testid="user-center-button"]');
  assert.equal(user.nickname, "张三");
  assert.equal(user.phone, "13800000001");
  const [known, ...others] = await nocobase.users();
  assert.deepEqual(others, []);
  assert.equal(known.id, user.id);
  assert.equal(known.subjects.length, 1);
});

for (const [field, values] of Object.entries({
  email: { username: "zhang", email: "zhangsan@corp.example" },
  username: { username: "zhangsan", email: "somebody@else.example" },
})) {
  test(`a user who was there before is found by ${field}, and from then on by the subject alone`, LIMIT, async (t) => {
    await world(t, nocobase, { options: { userBindField: field } });
    const { id } = await nocobase.user({ nickname: "Zhang", ...values });
    const page = await phone(t);
    await begin(page, nocobase);
    await agree(page);
    assert.equal((await signedIn(page, nocobase)).id, id);

    await nocobase.ask("POST", `users:update?filterByTk=${id}`, { username: "renamed", email: "renamed@corp.example" });
    const again = await phone(t);
    await begin(again, nocobase);
    await again.click("#member-zhangsan");
    assert.equal((await signedIn(again, nocobase)).id, id);
    assert.equal((await nocobase.users()).length, 1);
  });
}

test("the second sign-in at a computer shows no page of ours", LIMIT, async (t) => {
  await world(t, nocobase, { client: { phone: "wanted" }, options: { autoSignup: true } });
  const page = await computer(t);
  await begin(page, nocobase);
  await approve(page);
  const { id } = await signedIn(page, nocobase);
  // NocoBase forgets the member; the bridge does not.
  await page.evaluate(() => localStorage.clear());
  await begin(page, nocobase);
  assert.equal((await signedIn(page, nocobase)).id, id);
});

for (const [what, words, { options, user }] of [
  ["nobody matches and sign-up is off", "User not found", { options: {} }],
  ["the phone is another user's", "Validation error", { options: { autoSignup: true }, user: { username: "li", phone: "13800000001" } }],
  ["the secret is another one", "invalid_client", { options: { clientSecret: "not-the-secret-at-all" } }],
  ["the algorithm is another one", "unexpected JWT alg received", { options: { idTokenSignedResponseAlg: "ES256" } }],
]) {
  test(`NocoBase says “${words}” where ${what}`, LIMIT, async (t) => {
    await world(t, nocobase, { options });
    if (user) await nocobase.user(user);
    const page = await phone(t);
    await begin(page, nocobase);
    await agree(page);
    await page.waitForSelector("#oidc-error");
    if (words === "User not found") await picture(page, "nocobase-not-found");
    assert.ok((await page.textContent("#oidc-error")).startsWith(words), await page.textContent("#oidc-error"));
    assert.deepEqual((await nocobase.users()).flatMap(({ subjects }) => subjects), []);
  });
}
