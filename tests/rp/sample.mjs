// An application of docs/clients in another language: a process of its own behind a front, told where its bridge is by
// the environment.

import { Front } from "./front.mjs";
import { Running, World } from "./harness.mjs";
import { block, choice } from "./page.mjs";

const SECRET = "my-app-secret-of-these-tests-only";

/**
 * A bridge with the client of a page, the `nth` of it, with `choices` that the page names and what is `registered`
 * beside; and the page's application: a `program` that says on which port it is `listening`.
 */
export async function running(t, page, { settings, choices = [], registered = "", nth } = {}, { program, argv, cwd, listening }) {
  const front = await Front.start(t);
  const place = { application: front.origin };
  const world = await World.start(t, {
    settings,
    more: [block(page, "toml", place, nth), ...choices.map((line) => choice(page, line, place)), registered].join("\n"),
    env: { MY_APP_SECRET: SECRET },
  });
  const server = new Running(t, argv, {
    program,
    cwd,
    env: { ...process.env, ISSUER: world.issuer, ORIGIN: front.origin, CLIENT_SECRET: SECRET, PORT: "0" },
  });
  const [, port] = await server.says(listening);
  front.to(port);
  return { world, front, server, origin: front.origin };
}
