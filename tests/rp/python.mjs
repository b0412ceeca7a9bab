// Applications in Python, each a process of its own in the environment that tests/install made.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Front } from "./front.mjs";
import { Running, World } from "./harness.mjs";
import { block } from "./page.mjs";

const FOLDER = fileURLToPath(new URL("python", import.meta.url));
const PYTHON = process.env.RP_PY ?? `${FOLDER}/.venv/bin/python`;
const SECRET = "my-app-secret-of-these-tests-only";

/** A bridge with the client of a page and what is `registered` beside, and the page's application behind a front. */
export async function flask(t, page, { settings, registered = "" } = {}) {
  const front = await Front.start(t);
  const world = await World.start(t, {
    settings,
    more: `${block(page, "toml", { application: front.origin })}\n${registered}`,
    env: { MY_APP_SECRET: SECRET },
  });
  const server = new Running(t, ["-B", "-m", "flask", "--app", `${page}_app`, "run", "--port", "0"], {
    program: PYTHON,
    cwd: FOLDER,
    env: { ...process.env, ISSUER: world.issuer, ORIGIN: front.origin, CLIENT_SECRET: SECRET },
  });
  const [, port] = await server.says(/Running on http:\/\/127\.0\.0\.1:(\d+)/);
  front.to(port);
  return { world, front, server, origin: front.origin };
}
