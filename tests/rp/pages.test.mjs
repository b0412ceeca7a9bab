// The pages of docs/clients: the bridge takes what they tell people to register, and what they show of a program is
// what the tests run.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LIMIT, Running, atTheEnd, toml } from "./harness.mjs";
import { PAGES, blocks } from "./page.mjs";

const BASE = toml({
  issuer: "https://login.example.com",
  store: { path: "data" },
  wecom: { main: { corp_id: "ww0123456789abcdef", agent_id: 1000002, secret: "a secret of these tests only" } },
});

/** What a page leaves out that shows only a few lines of a client. */
const REST = 'client_secret = "0123456789abcdef0123456789abcdef"\nredirect_uris = ["https://app.example.com/callback"]';

/** A block as a whole client: tables of a client follow it, further keys stand in it. */
function completed(shown) {
  if (!/^\[\[clients\]\]/m.test(shown)) return `[[clients]]\nclient_id = "app"\nphone = "required"\n${REST}\n${shown}`;
  return /^redirect_uris/m.test(shown) ? shown : `${shown}\n${REST}`;
}

for (const page of PAGES) {
  const registrations = blocks(page).filter(({ language }) => language === "toml");

  test(`what docs/clients/${page}.md registers passes check-config`, LIMIT, async (t) => {
    assert.notEqual(registrations.length, 0);
    const folder = await mkdtemp(join(tmpdir(), "wecom-oidc-page-"));
    atTheEnd(t, () => rm(folder, { recursive: true, force: true }));
    for (const [at, { text: shown }] of registrations.entries()) {
      const text = completed(shown);
      const secrets = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => [name, "0123456789abcdef0123456789abcdef"]);
      const file = join(folder, `${at}.toml`);
      await writeFile(file, `${BASE}\n${text}`);
      const env = { ...process.env, ...Object.fromEntries(secrets) };
      const check = new Running(t, ["check-config", "--config", file], { env });
      assert.equal(await check.gone, 0, check.log);
      assert.match(check.log, /: 0 errors, 0 warnings$/m);
    }
  });

  for (const { file, text } of blocks(page).filter(({ file }) => file)) {
    test(`what docs/clients/${page}.md shows of ${file} stands there: ${text.split("\n", 1)[0].trim()}`, async () => {
      const source = await readFile(new URL(`../../${file}`, import.meta.url), "utf8");
      assert.ok(source.includes(text), text);
    });
  }
}

test("the index of docs/clients names every page", async () => {
  const index = await readFile(new URL("../../docs/clients/README.md", import.meta.url), "utf8");
  for (const page of PAGES) assert.ok(index.includes(`(${page}.md)`), page);
});
