// Applications in Python, each a process of its own in the environment that tests/install made.

import { fileURLToPath } from "node:url";
import { running } from "./sample.mjs";

const FOLDER = fileURLToPath(new URL("python", import.meta.url));
/** Its interpreter. */
export const PYTHON = `${FOLDER}/.venv/bin/python`;

/** Flask with the application of a page, or with another `file` of it. */
export const flask = (t, page, { file = page, ...more } = {}) =>
  running(t, page, more, {
    program: PYTHON,
    argv: ["-B", "-m", "flask", "--app", `${file}_app`, "run", "--port", "0"],
    cwd: FOLDER,
    listening: /Running on http:\/\/127\.0\.0\.1:(\d+)/,
  });
