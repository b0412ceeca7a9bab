// Signing in to a real NocoBase with a real browser.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMIT, approve, closeBrowser } from "../browser/chromium.mjs";
import { NocoBase } from "./nocobase.mjs";
import { agree, begin, computer, phone, signedIn, world } from "./world.mjs";

const nocobase = await NocoBase.start({ after });
after(closeBrowser);

test("a new member becomes a user, at a computer that waits for the phone", LIMIT, async (t) => {
  await world(t, nocobase, { options: { autoSignup: true } });
  const page = await computer(t);
  await begin(page, nocobase);
  await approve(page);
  const link = await page.getAttribute("#phone-link", "href");
  const wecom = await phone(t);
  await wecom.goto(link);
  await agree(wecom);

  const user = await signedIn(page, nocobase);
  assert.equal(user.username, "zhangsan");
  assert.equal(user.nickname, "张三");
  assert.equal(user.phone, "13800000001");
  const [known, ...others] = await nocobase.users();
  assert.deepEqual(others, []);
  assert.equal(known.id, user.id);
  assert.equal(known.subjects.length, 1);
});
