// Go, where it is at hand: what its programs need, and where they are.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Why a test cannot run here, if it cannot: tests/install installs no Go. */
export const NO_GO = lacking();

function lacking() {
  try {
    const [, major, minor] = /^go(\d+)\.(\d+)/.exec(execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }));
    return (major > 1 || minor >= 26) ? false : `Go 1.26 or later is needed, this is ${major}.${minor}`;
  } catch {
    return "Go 1.26 or later is needed, and there is none";
  }
}

/** Where tests/install puts what it builds. */
export const OAUTH2_PROXY = path("../../target/tools/bin/oauth2-proxy");

/** Compiles the application of docs/clients/go-oidc.md, or another in a folder beside it; gives the program, which goes with this process. */
export function compiled(application = ".") {
  const folder = mkdtempSync(join(tmpdir(), "wecom-oidc-go-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  execFileSync("go", ["build", "-buildvcs=false", "-o", join(folder, "application"), `./${application}`], { cwd: path("go"), stdio: "inherit" });
  return join(folder, "application");
}
