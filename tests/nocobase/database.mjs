// Makes the database of a fresh NocoBase with the plugin of these tests; tests/nocobase/install runs it once.

import { cli } from "./nocobase.mjs";
import { FRESH, Postgres } from "./postgres.mjs";

let end = () => {};
const t = { after: (all) => (end = all) };

try {
  const postgres = await Postgres.start(t);
  await postgres.create(FRESH);
  for (const command of [["install"], ["pm", "enable", "@wecom-oidc/plugin-oidc"]]) {
    const running = cli(t, command, postgres.environment(FRESH));
    // A plugin that cannot be enabled is a line of the log to it, and no status.
    if ((await running.gone) !== 0 || /Failed to/.test(running.log)) throw new Error(`nocobase ${command.join(" ")}:\n${running.log}`);
  }
} finally {
  await end();
}
