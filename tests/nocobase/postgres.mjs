// The private PostgreSQL of these tests: one cluster below target/nocobase that lives as long as who started it.

import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Running, freePort } from "../rp/harness.mjs";

const run = promisify(execFile);

/** Where tests/nocobase/install puts everything. */
export const TARGET = fileURLToPath(new URL("../../target/nocobase", import.meta.url));

const CLUSTER = join(TARGET, "cluster");

/** The database of a fresh NocoBase, from which each run copies its own. */
export const FRESH = "fresh";

export class Postgres {
  static async start(t) {
    const postgres = new Postgres();
    postgres.programs = join("/usr/lib/postgresql", readFileSync(join(CLUSTER, "PG_VERSION"), "utf8").trim(), "bin");
    postgres.port = await freePort();
    postgres.password = readFileSync(`${CLUSTER}.password`, "utf8");
    // Nothing in it outlives a run, so nothing is synced.
    const settings = ["listen_addresses=127.0.0.1", `port=${postgres.port}`, "unix_socket_directories=", "fsync=off"];
    // It refuses to run as root: whoever owns the cluster runs it.
    const { uid, gid } = statSync(CLUSTER);
    const server = new Running(t, ["-D", CLUSTER, ...settings.flatMap((setting) => ["-c", setting])], {
      program: join(postgres.programs, "postgres"),
      cwd: CLUSTER,
      env: { PATH: process.env.PATH, LC_ALL: "C" },
      ...(process.getuid() === 0 && { uid, gid }),
    });
    await server.says(/database system is ready to accept connections/);
    return postgres;
  }

  /** What NocoBase is told of a database. */
  environment(database) {
    return {
      DB_DIALECT: "postgres",
      DB_HOST: "127.0.0.1",
      DB_PORT: String(this.port),
      DB_DATABASE: database,
      DB_USER: "nocobase",
      DB_PASSWORD: this.password,
      DB_LOGGING: "off",
      DB_TIMEZONE: "+00:00",
      TZ: "UTC",
    };
  }

  /** Makes a database anew: empty, or a copy of another. */
  async create(database, { from } = {}) {
    await this.run("dropdb", "--if-exists", "--force", database);
    await this.run("createdb", ...(from ? ["--template", from] : []), database);
  }

  run(program, ...argv) {
    const env = { ...process.env, PGPASSWORD: this.password };
    return run(join(this.programs, program), ["-h", "127.0.0.1", "-p", String(this.port), "-U", "nocobase", ...argv], { env });
  }
}
