// A real NocoBase with a database of its own, and what its administrator does in it.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Running, atTheEnd, freePort } from "../rp/harness.mjs";
import { FRESH, Postgres, TARGET } from "./postgres.mjs";

const APP = join(TARGET, "app");
/** The first administrator. */
export const ADMINISTRATOR = { account: "admin@nocobase.com", password: "admin123" };

function environment(more) {
  return {
    PATH: `${join(APP, "node_modules/.bin")}:${process.env.PATH}`,
    HOME: process.env.HOME,
    APP_ENV: "production",
    APP_KEY: "of-these-tests-only",
    APP_HOST: "127.0.0.1",
    INIT_ROOT_EMAIL: ADMINISTRATOR.account,
    INIT_ROOT_PASSWORD: ADMINISTRATOR.password,
    INIT_ROOT_NICKNAME: "Super Admin",
    INIT_ROOT_USERNAME: "nocobase",
    ...more,
  };
}

/** One of NocoBase's own commands. */
export function cli(t, command, more) {
  // Without this file no command of it runs.
  writeFileSync(join(APP, ".env.e2e"), "");
  const argv = [join(APP, "node_modules/.bin/nocobase-v1"), ...command];
  return new Running(t, argv, { program: process.execPath, cwd: APP, leads: true, env: environment(more) });
}

export class NocoBase {
  /** Starts one as fresh as on the first day. */
  static async start(t) {
    const nocobase = new NocoBase();
    const postgres = await Postgres.start(t);
    await postgres.create("nocobase", { from: FRESH });
    const port = await freePort();
    nocobase.port = port;
    nocobase.origin = `http://127.0.0.1:${port}`;
    // Its command `start` leaves its server behind when it is told to end, so the server is started without it.
    const start = ["--preserve-symlinks", "--require", join(import.meta.dirname, "environment.cjs")];
    nocobase.server = new Running(t, [...start, "node_modules/@nocobase/app/lib/index.js", "start"], {
      program: process.execPath,
      cwd: APP,
      env: environment({ ...postgres.environment("nocobase"), APP_PORT: String(port) }),
    });
    await nocobase.server.says(/app has been started/);
    nocobase.token = (await nocobase.ask("POST", "auth:signIn", ADMINISTRATOR, { "x-authenticator": "basic" })).token;
    return nocobase;
  }

  /** One call of NocoBase's API as its administrator; gives `data` of the answer. */
  async ask(method, path, body, headers = { authorization: `Bearer ${this.token}` }) {
    const answer = await fetch(`${this.origin}/api/${path}`, {
      method,
      headers: { ...headers, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text).data;
  }

  /** Adds the authenticator for a bridge, as its administrator would in the form; `t` takes it away. */
  async authenticator(t, issuer, options = {}) {
    const values = { http: true, port: this.port, userBindField: "email", autoSignup: false, enableLogout: true };
    const { id } = await this.ask("POST", "authenticators:create", {
      name: AUTHENTICATOR,
      authType: "OIDC",
      title: "企业微信",
      enabled: true,
      options: { issuer, ...values, ...options },
    });
    atTheEnd(t, () => this.ask("POST", `authenticators:destroy?filterByTk=${id}`));
  }

  /** A user who was there before. */
  user(values) {
    return this.ask("POST", "users:create", values);
  }

  /** All users but the first administrator, with the subjects that they are linked to. */
  async users() {
    const links = await this.ask("GET", "usersAuthenticators:list?paginate=false");
    const users = await this.ask("GET", `users:list?paginate=false&filter=${filter({ id: { $ne: 1 } })}`);
    return users.map(({ id, username, nickname, email, phone }) => {
      const subjects = links.filter(({ userId }) => userId === id).map(({ uuid }) => uuid);
      return { id, username, nickname, email, phone, subjects };
    });
  }

  /** Takes away what another test may have left: users but the first administrator, and roles of its own. */
  async clear() {
    await this.ask("POST", `users:destroy?filter=${filter({ id: { $ne: 1 } })}`);
    await this.ask("POST", `roles:destroy?filter=${filter({ name: { $notIn: ["root", "admin", "member"] } })}`);
  }
}

/** The name of the authenticator in every test. */
export const AUTHENTICATOR = "wecom-oidc";

export const filter = (value) => encodeURIComponent(JSON.stringify(value));
