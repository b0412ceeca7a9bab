// Starts what a test needs: a simulated WeCom and a bridge, both the compiled program, each on free ports and in a
// folder of its own. Everything ends with the test, and a bridge must have lived and ended well.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The program under test; tests/run says where it is. */
export const PROGRAM = process.env.WECOM_OIDC ?? fileURLToPath(new URL("../../target/debug/wecom-oidc", import.meta.url));

/** What a test may take, children included. */
export const LIMIT = { timeout: 120_000 };

export const APP = {
  corp_id: "ww0123456789abcdef",
  agent_id: 1000002,
  secret: "sim-secret-of-app-1000002-not-a-real-one-00",
};

export const USER_AGENT = {
  desktop: "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  wecomPhone:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 wxwork/4.1.38 MicroMessenger/7.0.1 Language/zh ColorScheme/Light",
  wecomDesktop:
    "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 wxwork/4.1.38 (MicroMessenger/6.2) WindowsWechat MailPlugin_Electron WeMail embeddisk wwmver/3.26",
  wechat:
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.60 NetType/WIFI Language/zh_CN",
};

/** A child that has children leads a group of its own, and goes with all of it. */
function kill(child, signal) {
  if (!child.pid) return;
  try {
    process.kill(child.leads ? -child.pid : child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

// A child outlives neither its test nor this process.
const children = new Set();
const endAll = () => children.forEach((child) => kill(child, "SIGKILL"));
process.on("exit", endAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    endAll();
    process.exit(1);
  });
}

const endings = new WeakMap();

/** Ends something with its test: the youngest first, all of them whatever fails. */
export function atTheEnd(t, end) {
  if (!endings.has(t)) {
    const all = [];
    endings.set(t, all);
    t.after(async () => {
      const failures = [];
      for (const one of all.reverse()) {
        try {
          await one();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    });
  }
  endings.get(t).push(end);
}

/** One process: of the program under test, or of somebody else's. */
export class Running {
  /** Starts it; `t` ends it. With `leads` it has children. */
  constructor(t, argv, { program = PROGRAM, leads = false, ...options } = {}) {
    this.lines = [];
    this.waiting = new Set();
    this.child = spawn(program, argv, { stdio: ["ignore", "pipe", "pipe"], detached: leads, ...options });
    this.child.leads = leads;
    children.add(this.child);
    this.gone = once(this.child, "close").then(([code, signal]) => {
      children.delete(this.child);
      this.end = signal ?? code;
      this.waiting.forEach((look) => look());
      return this.end;
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        this.waiting.forEach((look) => look());
      });
    }
    atTheEnd(t, () => this.stop());
  }

  /** The first match of a line that it prints, or an error when it ends before. */
  async says(pattern) {
    return new Promise((found, lost) => {
      const look = () => {
        const match = this.lines.map((line) => pattern.exec(line)).find(Boolean);
        if (!match && this.end === undefined) return;
        this.waiting.delete(look);
        if (match) found(match);
        else lost(new Error(`it ended (${this.end}) without saying ${pattern}:\n${this.lines.join("\n")}`));
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Everything it printed. */
  get log() {
    return this.lines.join("\n");
  }

  /** Asks it to end, as an operator would. */
  async stop() {
    if (this.end === undefined) this.child.kill("SIGTERM");
    return this.gone;
  }
}

/** The simulated WeCom. */
export class Simulator {
  static async start(t) {
    const simulator = new Simulator();
    simulator.process = new Running(t, ["simulate-wecom", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0"]);
    for (const name of ["api_url", "authorize_url", "login_url", "control"]) {
      [, simulator[name]] = await simulator.process.says(new RegExp(`^${name} *= "(.*)"$`));
    }
    return simulator;
  }

  /** One request of the control API (sim/README.md). */
  async ask(method, path, body) {
    const answer = await fetch(this.control + path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body),
      headers: body === undefined ? {} : { "content-type": "application/json" },
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** How often each path of the API was called. */
  async calls() {
    const counters = await this.ask("GET", "/counters");
    return Object.fromEntries(Object.entries(counters).map(([path, counter]) => [path, counter.calls]));
  }

  /** Whether a page is WeCom's; `front` is the origin of whatever stands before it. */
  owns(address) {
    return [this.api_url, this.front].includes(new URL(address).origin);
  }
}

/** The bridge with its simulator. */
export class World {
  /**
   * `clients` are tables of the configuration, `settings` further tables by their names, `path` that of the issuer,
   * `more` is text of the configuration that finds its secrets in `env`.
   * `tls` is the bridge's name and its two files, `wecom` are addresses of WeCom other than the simulator's own.
   */
  static async start(t, { clients, settings = {}, path = "", simulator, tls, wecom = {}, more = "", env = {} }) {
    const world = new World();
    Object.assign(world, { tls, wecom, more, env });
    world.simulator = simulator ?? (await Simulator.start(t));
    world.folder = await mkdtemp(join(tmpdir(), "wecom-oidc-"));
    atTheEnd(t, () => rm(world.folder, { recursive: true, force: true }));
    // Between the look for a free port and its use another process may take it: then the next one.
    for (let attempts = 0; ; attempts += 1) {
      try {
        await world.serve(t, clients, settings, path);
        break;
      } catch (error) {
        if (attempts === 4 || !/address already in use|AddrInUse|os error 98/i.test(String(error))) throw error;
      }
    }
    atTheEnd(t, () => world.check());
    return world;
  }

  async serve(t, clients, settings, path) {
    const port = await freePort();
    const { host, ...files } = this.tls ?? {};
    this.issuer = `${host ? `https://${host}` : "http://127.0.0.1"}:${port}${path}`;
    const { api_url, authorize_url, login_url } = this.simulator;
    const secrets = clients?.flatMap((client) => client.client_secret ?? []) ?? [];
    this.secrets = [APP.secret, ...secrets, ...Object.values(this.env)];
    const file = join(this.folder, "config.toml");
    await writeFile(
      file,
      toml({
        issuer: this.issuer,
        server: { listen: `127.0.0.1:${port}`, admin_listen: "127.0.0.1:0", ...files },
        store: { path: "data" },
        keys: { dir: "keys" },
        wecom: { main: { ...APP, api_url, authorize_url, login_url, ...this.wecom } },
        ...settings,
        clients,
      }) + `\n${this.more}`,
    );
    this.bridge = new Running(t, ["serve", "--config", file], { env: { ...process.env, ...this.env } });
    await this.bridge.says(/server\.ready/);
  }

  /** Law 9 and good manners: how every bridge must have ended. */
  async check() {
    assert.equal(await this.bridge.stop(), 0, this.bridge.log);
    assert.doesNotMatch(this.bridge.log, /panicked/);
    assert.doesNotMatch(this.bridge.log, /1380000000\d|91234567|202-?555-?0143/, "a phone number in the log");
    for (const secret of this.secrets) assert.ok(!this.bridge.log.includes(secret), "a secret in the log");
  }

  /** Whatever stands here must not stand in the log. */
  secret(...values) {
    this.secrets.push(...values.filter(Boolean));
  }
}

/** Lets a server of node's listen on loopback until the test ends; gives its port. */
export async function listen(t, server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  atTheEnd(t, () => {
    server.close();
    server.closeAllConnections();
  });
  return server.address().port;
}

/** A port of loopback that nobody uses at the moment. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** As much TOML as the configuration needs: strings of JSON are strings of TOML. */
export function toml(table, path = []) {
  const isTable = (value) => typeof value === "object" && !Array.isArray(value);
  const isTables = (value) => Array.isArray(value) && value.some((one) => typeof one === "object");
  const entries = Object.entries(table).filter(([, value]) => value !== undefined);
  const plain = entries.filter(([, value]) => !isTable(value) && !isTables(value));
  const lines = plain.map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  for (const [key, value] of entries) {
    const name = [...path, key].join(".");
    if (isTable(value)) lines.push(`[${name}]`, toml(value, [...path, key]));
    if (isTables(value)) for (const one of value) lines.push(`[[${name}]]`, toml(one, [...path, key]));
  }
  return lines.join("\n");
}
