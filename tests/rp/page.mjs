// The pages of docs/clients: what they tell people to write is what the tests run. A block of configuration is taken
// from its page, with the addresses of the test in place of the examples; secrets stay names of the environment.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";

const FOLDER = new URL("../../docs/clients/", import.meta.url);

/** The addresses that the pages use for examples. */
const EXAMPLE = { issuer: "https://login.example.com", application: "https://app.example.com" };

/** The names of all pages, the index left out. */
export const PAGES = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".md") && file !== "README.md")
  .map((file) => file.slice(0, -".md".length));

/** The fenced blocks of a page: language, the file that it shows if a comment before it names one, text. */
export function blocks(name) {
  const text = readFileSync(new URL(`${name}.md`, FOLDER), "utf8");
  return [...text.matchAll(/(?:^<!-- (\S+) -->\n\n?)?^```(\w+)\n(.*?)^```$/gms)].map(([, file, language, block]) => ({
    file,
    language,
    text: block,
  }));
}

/** The first block of a page in one language, or a later one, with the addresses of the test. */
export function block(name, language, addresses = {}, nth = 0) {
  const found = blocks(name).filter((one) => one.language === language)[nth];
  assert.ok(found, `docs/clients/${name}.md has too few blocks of ${language}`);
  return placed(found.text, addresses);
}

/** A line that a page names as a choice, so that what the test adds is what the page says. */
export function choice(name, line, addresses = {}) {
  const text = readFileSync(new URL(`${name}.md`, FOLDER), "utf8");
  assert.ok(text.includes(`\`${line}\``), `docs/clients/${name}.md does not name: ${line}`);
  return placed(line, addresses);
}

/** A text with real addresses for the examples. */
function placed(text, { issuer, application, ...others }) {
  const places = { [EXAMPLE.issuer]: issuer, [EXAMPLE.application]: application, ...others };
  for (const [example, real] of Object.entries(places)) if (real) text = text.replaceAll(example, real);
  return text;
}
