// The world as it is in a company: everything over https, everybody on a site of their own, and one host beside the
// bridge that somebody else runs. A suffix that nobody listed (`example`, `test`) counts like `com`, so each of these
// names is a site of its own, and only the sibling and the intranet are of the bridge's site.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer as createPlainServer, request } from "node:http";
import { createServer } from "node:https";
import { Application } from "../rp/application.mjs";
import { Simulator, USER_AGENT, World, listen } from "../rp/harness.mjs";
import { Visitor } from "../rp/visitor.mjs";
import { certificate, home, securely } from "./authority.mjs";
import { SIZE, launch, person } from "./chromium.mjs";

export const HOST = {
  bridge: "login.bridge.test",
  sibling: "evil.bridge.test",
  intranet: "portal.bridge.test",
  wecom: "wecom.example",
  portal: "portal.example",
  desk: "desk.example",
  attacker: "attacker.example",
  third: "third.example",
};

const HOSTS = new Set(Object.values(HOST));

const files = new Map();

/** One certificate for each host and run. */
function certificateOf(host) {
  if (!files.has(host)) files.set(host, certificate(host));
  return files.get(host);
}

/** Serves a host over TLS, or without where it is somebody's own loss; gives its origin. */
async function serve(t, host, handler, { tls = true } = {}) {
  if (!tls) return `http://${host}:${await listen(t, createPlainServer(handler))}`;
  const { key, certificate } = certificateOf(host);
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, handler);
  return `https://${host}:${await listen(t, server)}`;
}

/** Where an application stands that a browser reaches over https. */
const at = (host) => ({ serve: (t, handler) => serve(t, host, handler), fetch: securely });

/** What stands before the simulated WeCom: the same pages over https. */
function front(t, simulator) {
  return serve(t, HOST.wecom, (asked, answer) => {
    const { url: path, method, headers } = asked;
    const call = request(simulator.api_url + path, { method, headers }, (response) => {
      answer.writeHead(response.statusCode, response.rawHeaders);
      response.pipe(answer);
    });
    call.on("error", () => answer.destroy());
    asked.pipe(call);
  });
}

/** A bridge with its own certificate, a simulated WeCom, two applications, and `further` clients that the test serves itself. */
export async function world(t, { portal = {}, desk = {}, further = [], portalAt = HOST.portal } = {}) {
  const simulator = await Simulator.start(t);
  simulator.front = await front(t, simulator);
  const wecom = Object.fromEntries(
    ["authorize_url", "login_url"].map((name) => [name, simulator[name].replace(simulator.api_url, simulator.front)]),
  );
  const applications = [
    await Application.start(t, "Portal", portal, at(portalAt)),
    await Application.start(t, "Desk", desk, at(HOST.desk)),
  ];
  const { key, certificate } = certificateOf(HOST.bridge);
  const bridge = await World.start(t, {
    simulator,
    wecom,
    clients: [...applications.map((application) => application.client()), ...further],
    tls: { host: HOST.bridge, tls_cert: certificate, tls_key: key },
  });
  bridge.fetch = securely;
  await simulator.ask("PATCH", "/apps/1000002", { trusted_domains: [new URL(bridge.issuer).host] });
  for (const application of applications) await application.meet(bridge.issuer);
  return { bridge, simulator, portal: applications[0], desk: applications[1] };
}

let browser;

/** A person whose browser checks certificates and finds every name on this machine. */
export async function someone(t, more) {
  browser ??= launch({ args: ["--host-resolver-rules=MAP * 127.0.0.1"], env: { ...process.env, HOME: home() } });
  return person(t, { browser, isHere: (hostname) => HOSTS.has(hostname), ...more });
}

/** Somebody with WeCom on a phone. */
export const onPhone = (t, more) => someone(t, { size: SIZE.phone, userAgent: USER_AGENT.wecomPhone, ...more });

/** The address at which an application begins a sign-in, and the request that it makes. */
export async function requestOf(application, query = "") {
  const answer = await securely(`${application.origin}/login${query}`);
  return answer.headers.get("location");
}

/**
 * A member's sign-in in a browser without a screen, up to but not into our callback, or with `finish` to its end:
 * the next address and our cookies.
 */
export async function signInOf(member, { bridge, portal }, { finish = false } = {}) {
  const visitor = new Visitor(bridge, { member });
  const end = finish ? portal.origin : `${bridge.issuer}/login/`;
  const { address, arrived, status, html } = await visitor.open(await requestOf(portal), { application: end });
  assert.ok(arrived, `${status} ${html}`);
  const cookies = await visitor.jar.getCookies(finish ? bridge.issuer : address);
  return { address, cookies, named: (start) => cookies.find(({ key }) => key.startsWith(start)) };
}

/** A site of anybody's: shows what the test put there. */
export class Site {
  static async start(t, host, options) {
    const site = new Site();
    site.pages = new Map();
    site.origin = await serve(t, host, (request, response) => {
      const { html, headers } = site.pages.get(new URL(request.url, site.origin).pathname) ?? { html: "" };
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", ...headers });
      response.end(`<!doctype html><link rel="icon" href="data:,"><title>${host}</title>${html}`);
    }, options);
    return site;
  }

  /** Puts a page at a path; gives its address. */
  page(path, html, headers = {}) {
    this.pages.set(path, { html, headers });
    return this.origin + path;
  }
}

/** A form that sends itself, as a page that attacks has it. */
export function selfSending(action, fields = {}) {
  const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`);
  const form = `<form id="attack" method="post" action="${escaped(action)}">${inputs.join("")}</form>`;
  return `${form}<script>document.getElementById("attack").submit()</script>`;
}

/** A text as the value of an attribute. */
export function escaped(text) {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
