// An application that is nothing but a page: its script signs in, redeems, asks for claims and signs out again, all on
// an origin of its own. Whoever has no origin that is registered reads nothing.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMIT, approve, closeBrowser } from "./chromium.mjs";
import { HOST, Site, escaped, someone, world } from "./https.mjs";

after(closeBrowser);

/** What the page of the application does; `#told` holds what came of it. */
const SCRIPT = `
const { issuer, client_id } = JSON.parse(document.getElementById("settings").textContent);
const redirect_uri = location.origin + "/spa";
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/[+]/g, "-").replace(/[/]/g, "_").replace(/=/g, "");
const form = (fields) => ({ method: "POST", body: new URLSearchParams(fields) });
const read = async (url, options) => {
  const answer = await fetch(url, options);
  const text = await answer.text();
  return { status: answer.status, challenge: answer.headers.get("www-authenticate"), body: text && JSON.parse(text) };
};
async function begin(metadata) {
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  sessionStorage.setItem("verifier", verifier);
  const query = new URLSearchParams({
    response_type: "code", response_mode: "fragment", client_id, redirect_uri, scope: "openid profile offline_access",
    state: "of-the-page", code_challenge: base64url(new Uint8Array(digest)), code_challenge_method: "S256",
  });
  location.assign(metadata.authorization_endpoint + "?" + query);
}
async function end(metadata, answer) {
  const told = { search: location.search, state: answer.get("state"), iss: answer.get("iss") };
  history.replaceState(null, "", "/spa");
  const code = { grant_type: "authorization_code", code: answer.get("code"), redirect_uri, client_id, code_verifier: sessionStorage.getItem("verifier") };
  told.keys = (await read(metadata.jwks_uri)).body.keys.length;
  told.tokens = await read(metadata.token_endpoint, form(code));
  const { access_token, refresh_token } = told.tokens.body;
  const bearer = { headers: { authorization: "Bearer " + access_token }, credentials: "omit" };
  told.claims = await read(metadata.userinfo_endpoint, bearer);
  told.posted = await read(metadata.userinfo_endpoint, { ...bearer, method: "POST" });
  told.revoked = await read(metadata.revocation_endpoint, form({ token: refresh_token, client_id }));
  told.afterwards = await read(metadata.userinfo_endpoint, bearer);
  told.again = await read(metadata.token_endpoint, form(code));
  for (const [name, url] of [["pushed", metadata.pushed_authorization_request_endpoint], ["introspected", metadata.introspection_endpoint]]) {
    told[name] = await read(url, form({ token: access_token, client_id })).catch(() => "unreadable");
  }
  told.withCookies = await read(metadata.userinfo_endpoint, { ...bearer, credentials: "include" }).catch(() => "unreadable");
  return told;
}
const metadata = (await read(issuer + "/.well-known/openid-configuration")).body;
const answer = new URLSearchParams(location.hash.slice(1));
if (!answer.has("code")) await begin(metadata);
else {
  const told = document.createElement("pre");
  told.id = "told";
  told.textContent = JSON.stringify(await end(metadata, answer));
  document.body.append(told);
}
`;

/** What a script anywhere can read of each endpoint without a question beforehand, and with one. */
const PROBE = `
const { urls } = JSON.parse(document.getElementById("settings").textContent);
const found = {};
for (const [name, url] of Object.entries(urls)) {
  for (const [kind, options] of [["simple", {}], ["asked", { headers: { authorization: "Bearer x" } }], ["form", { method: "POST", body: new URLSearchParams({ token: "x" }) }]]) {
    found[name + " " + kind] = await fetch(url, options).then((answer) => answer.status, () => "unreadable");
  }
}
parent.postMessage({ origin: self.origin, found }, "*");
`;

const page = (settings, script) =>
  `<body><script type="application/json" id="settings">${JSON.stringify(settings)}</script><script type="module">${script}</script></body>`;

/** A site where an application stands that is registered without a secret. */
async function spaAt(t) {
  const site = await Site.start(t, HOST.third);
  const client = { client_id: "spa", token_endpoint_auth_method: "none", redirect_uris: [`${site.origin}/spa`] };
  const { bridge, portal } = await world(t, { further: [client] });
  return { site, bridge, portal };
}

const FAILED = [/blocked by CORS policy/, /Failed to load resource/];

test("threat 40: an application that is nothing but a page signs in and reads what concerns it, errors included", LIMIT, async (t) => {
  const { site, bridge } = await spaAt(t);
  site.page("/spa", page({ issuer: bridge.issuer, client_id: "spa" }, SCRIPT));
  const window = await someone(t, { expected: FAILED });
  await window.goto(`${site.origin}/spa`);
  await approve(window);
  const told = JSON.parse(await window.textContent("#told"));
  assert.deepEqual([told.search, told.state, told.iss], ["", "of-the-page", bridge.issuer]);
  assert.ok(told.keys >= 3);
  assert.equal(told.tokens.status, 200);
  assert.deepEqual([told.claims.status, told.claims.body.preferred_username], [200, "zhangsan"]);
  assert.deepEqual(told.posted.body, told.claims.body);
  assert.equal(told.revoked.status, 200);
  assert.equal(told.afterwards.status, 401);
  assert.match(told.afterwards.challenge, /^Bearer .*error="invalid_token"/);
  assert.deepEqual([told.again.status, told.again.body.error], [400, "invalid_grant"]);
  assert.deepEqual([told.pushed, told.introspected, told.withCookies], ["unreadable", "unreadable", "unreadable"]);
});

test("threat 40: a sandboxed frame without an origin and a site that is not registered read documents and nothing else", LIMIT, async (t) => {
  const { site, bridge, portal } = await spaAt(t);
  const attacker = await Site.start(t, HOST.attacker);
  const metadata = portal.config.serverMetadata();
  const urls = {
    token: metadata.token_endpoint,
    userinfo: metadata.userinfo_endpoint,
    revocation: metadata.revocation_endpoint,
    introspection: metadata.introspection_endpoint,
    pushed: metadata.pushed_authorization_request_endpoint,
    authorize: `${metadata.authorization_endpoint}?client_id=spa`,
  };
  const documents = { metadata: `${bridge.issuer}/.well-known/openid-configuration`, keys: metadata.jwks_uri };
  const probe = page({ urls: { ...urls, ...documents } }, PROBE);
  const framed = (sandbox) => `<script>addEventListener("message", ({ data }) => (globalThis.told = data))</script>
    <iframe ${sandbox} srcdoc="${escaped(probe)}"></iframe>`;
  for (const [host, sandbox, origin] of [
    [site, 'sandbox="allow-scripts"', "null"],
    [attacker, "", attacker.origin],
  ]) {
    const window = await someone(t, { expected: FAILED });
    await window.goto(host.page("/probe", framed(sandbox)));
    await window.waitForFunction(() => globalThis.told);
    const told = await window.evaluate(() => globalThis.told);
    assert.equal(told.origin, origin);
    for (const [what, status] of Object.entries(told.found)) {
      const readable = /^(metadata|keys) (simple|asked)$/.test(what);
      assert.equal(status, readable ? 200 : "unreadable", `${origin}: ${what}`);
    }
  }
});
