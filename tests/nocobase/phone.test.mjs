// A real NocoBase whose users are found by their phone numbers, with sign-up off: the bridge links them by a key that
// docs/nocobase.md tells an administrator to make.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { closeBrowser } from "../browser/chromium.mjs";
import { ADMINISTRATOR, AUTHENTICATOR, NocoBase } from "./nocobase.mjs";
import { LIMIT, agree, begin, phone, signedIn, world } from "./world.mjs";

const nocobase = await NocoBase.start({ after });
after(closeBrowser);

/** The key, by the commands of the page. */
async function key() {
  const page = await readFile(new URL("../../docs/nocobase.md", import.meta.url), "utf8");
  const [, commands] = /^```bash\n(.*?)^```$/ms.exec(page);
  const script = commands.replace("https://nb.example.com", nocobase.origin).replace("admin@example.com", ADMINISTRATOR.account);
  const env = { ...process.env, ADMINISTRATOR_PASSWORD: ADMINISTRATOR.password };
  const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env });
  return stdout.trim().split("\n").at(-1);
}

/** A bridge that matches by phone, and one member at NocoBase's button. */
async function member(t, more = {}) {
  const { users = [], ...table } = more;
  await nocobase.clear();
  const api_key = await key();
  const client = { nocobase: { url: nocobase.origin, api_key, authenticator: AUTHENTICATOR, ...table } };
  const bridge = await world(t, nocobase, { client, clear: false });
  bridge.secret(api_key);
  const made = [];
  for (const user of users) made.push(await nocobase.user(user));
  const page = await phone(t);
  await begin(page, nocobase);
  await agree(page);
  return { page, made };
}

/** Users that are there because of the key. */
const withoutTheKeys = async () => (await nocobase.users()).filter(({ username }) => username !== "wecom-oidc");

for (const number of ["13800000001", "+8613800000001"]) {
  test(`a user is found by the phone ${number}, needing neither e-mail nor username`, LIMIT, async (t) => {
    const users = [
      { username: "li", nickname: "Li", phone: "13800000009" },
      { username: "old-zhang", nickname: "Old Zhang", phone: number },
    ];
    const { page, made } = await member(t, { users });
    assert.equal((await signedIn(page, nocobase)).id, made[1].id);
    assert.equal((await withoutTheKeys()).length, 2);

    const again = await phone(t);
    await begin(again, nocobase);
    await again.click("#member-zhangsan");
    assert.equal((await signedIn(again, nocobase)).id, made[1].id);
  });
}

test("who is nobody's number becomes a user where the bridge may make one", LIMIT, async (t) => {
  const { page } = await member(t, { unmatched: "create" });
  const user = await signedIn(page, nocobase);
  assert.deepEqual([user.username, user.nickname, user.phone], ["zhangsan", "张三", "13800000001"]);
  assert.equal((await withoutTheKeys()).length, 1);
});

test("an administrator's number leads to a page of ours and links nobody", LIMIT, async (t) => {
  const users = [{ username: "boss", phone: "13800000001", roles: [{ name: "admin" }] }];
  const { page } = await member(t, { users });
  await page.waitForSelector("#error-code");
  assert.equal((await page.textContent("#error-code")).trim(), "not_allowed");
  assert.deepEqual((await nocobase.users()).flatMap(({ subjects }) => subjects), []);
});
