// Debian's Apache as a process of the test: a folder, a port and modules of its own, nothing of the system's service.

import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { Running, atTheEnd, freePort } from "../rp/harness.mjs";

const PROGRAM = "/usr/sbin/apache2";
const MODULES = "/usr/lib/apache2/modules";

/** What stands in every Apache's configuration before somebody adds a provider. */
const ground = (folder, port) => `
ServerRoot "${folder}"
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
PidFile "${folder}/pid"
Mutex file:${folder} default
ErrorLog "|/bin/cat"
LogLevel notice auth_openidc:info
${userInfo().uid === 0 ? "User www-data\nGroup www-data" : ""}
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so
LoadModule authn_core_module ${MODULES}/mod_authn_core.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
LoadModule authz_user_module ${MODULES}/mod_authz_user.so
LoadModule proxy_module ${MODULES}/mod_proxy.so
LoadModule proxy_http_module ${MODULES}/mod_proxy_http.so
LoadModule auth_openidc_module ${MODULES}/mod_auth_openidc.so
`;

/** Starts it with a configuration; gives its process, whose `port` is where it listens. */
export async function apache(t, configuration, env) {
  const folder = await mkdtemp(join(tmpdir(), "wecom-oidc-apache-"));
  atTheEnd(t, () => rm(folder, { recursive: true, force: true }));
  // Apache reads it as a user of its own.
  await chmod(folder, 0o777);
  const file = join(folder, "apache.conf");
  for (let attempts = 0; ; attempts += 1) {
    const port = await freePort();
    await writeFile(file, `${ground(folder, port)}\n${configuration}\n`);
    const running = new Running(t, ["-D", "FOREGROUND", "-f", file], {
      program: PROGRAM,
      leads: true,
      env: { ...process.env, ...env },
    });
    try {
      await running.says(/resuming normal operations/);
      return Object.assign(running, { port });
    } catch (error) {
      if (attempts === 4 || !/address already in use/i.test(String(error))) throw error;
    }
  }
}
