// NocoBase's plugin against the bridge: what it sends, what it gets, whatever its administrator chose.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMIT, World } from "./harness.mjs";
import { NOCOBASE, Nocobase } from "./nocobase.mjs";
import { Visitor } from "./visitor.mjs";

const application = NOCOBASE.redirect_uris[0];

/** A bridge that knows NocoBase, and NocoBase set up for it. */
async function nocobase(t, { client = {}, settings = {}, path } = {}) {
  const world = await World.start(t, { clients: [{ ...NOCOBASE, ...client }], path });
  const plugin = (more) => new Nocobase({ issuer: world.issuer, ...settings, ...more });
  return { world, plugin };
}

test("a member signs in to NocoBase", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t);
  const nocobaseServer = plugin();
  const { address } = await Visitor.inWecom(world, "zhangsan").open(await nocobaseServer.authUrl(), { application });
  const { sub, updated_at: updatedAt, ...claims } = await nocobaseServer.validate(address);
  assert.match(sub, /^\S{20,}$/);
  assert.ok(Number.isInteger(updatedAt));
  assert.deepEqual(claims, {
    username: "zhangsan",
    nickname: "张三",
    name: "张三",
    preferred_username: "zhangsan",
    email: "zhangsan@corp.example",
    email_verified: true,
    phone: "13800000001",
  });
});

test("the state comes back byte for byte, beside code and issuer, to an address with a colon in its path", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  for (const redirect of ["/admin", "/admin?a=1&b=%2F#x", "/管理 员+1"]) {
    const server = plugin();
    const { address, trail } = await visitor.open(await server.authUrl({ redirect, token: "a+b/c==" }), { application });
    const given = /[?&]state=([^&]*)/.exec(address)[1];
    assert.equal(decodeURIComponent(given), server.state);
    assert.ok(address.startsWith("http://127.0.0.1:13000/api/oidc:redirect?code="), address);
    assert.equal(new URL(address).searchParams.get("iss"), world.issuer);
    const elsewhere = trail.filter((step) => world.simulator.owns(step));
    assert.ok(elsewhere.every((step) => !step.includes("token%3D")), "NocoBase's state went to WeCom");
    await server.validate(address);
  }
});

for (const [form, whole] of Object.entries({
  "as it is": (issuer) => issuer,
  "with a slash": (issuer) => `${issuer}/`,
  "as the whole well-known address": (issuer) => `${issuer}/.well-known/openid-configuration`,
})) {
  test(`the issuer may be written ${form}`, LIMIT, async (t) => {
    const { world, plugin } = await nocobase(t);
    const server = plugin({ issuer: whole(world.issuer) });
    const { address } = await Visitor.inWecom(world, "zhangsan").open(await server.authUrl(), { application });
    assert.equal((await server.validate(address)).username, "zhangsan");
  });
}

test("the bridge may stand below a path of NocoBase's own host", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t, { path: "/sso" });
  const computer = new Visitor(world, { member: "zhangsan" });
  const server = plugin();
  const guide = await computer.open(await server.authUrl(), { application });
  await Visitor.inWecom(world, "zhangsan").open(guide.page.link("phone-link"));
  const { address, trail } = await computer.open(guide.page.link("continue"), { application });
  assert.equal((await server.validate(address)).phone, "13800000001");
  const ours = [...guide.trail, ...trail].filter((step) => step.startsWith(new URL(world.issuer).origin));
  assert.ok(ours.every((step) => step.startsWith(`${world.issuer}/`)), ours.join("\n"));
});

for (const [way, settings, client] of [
  ["in the header", {}, {}],
  ["in the header and in the body at once", { passParametersInExchange: true }, {}],
  ["in the body", { tokenEndpointAuthMethod: "client_secret_post" }, {}],
  ["in the body, where the bridge was told so", { tokenEndpointAuthMethod: "client_secret_post" }, { token_endpoint_auth_method: "client_secret_post" }],
  ["in the header and in the body at once, where the bridge was told of the header", { passParametersInExchange: true }, { token_endpoint_auth_method: "client_secret_basic" }],
  ["percent-encoded, where it has signs that need it", { clientSecret: "a secret: with+signs/%=&" }, { client_secret: "a secret: with+signs/%=&" }],
]) {
  test(`the secret may come ${way}`, LIMIT, async (t) => {
    const { world, plugin } = await nocobase(t, { settings, client });
    const server = plugin();
    const { address } = await Visitor.inWecom(world, "zhangsan").open(await server.authUrl(), { application });
    assert.equal((await server.validate(address)).username, "zhangsan");
  });
}

test("a wrong secret, and two secrets that differ, are refused", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  const server = plugin();
  const { address } = await visitor.open(await server.authUrl(), { application });
  await assert.rejects(plugin({ clientSecret: "not-the-secret-at-all" }).exchange(address), { error: "invalid_client" });

  const client = await server.client();
  const code = new URL(address).searchParams.get("code");
  const other = { exchangeBody: { client_id: NOCOBASE.client_id, client_secret: "not-the-secret-at-all" } };
  await assert.rejects(client.callback(application, { code, iss: world.issuer }, {}, other), (error) =>
    ["invalid_client", "invalid_request"].includes(error.error),
  );
});

for (const [shape, settings] of [
  ["GET with the token in the header", { userInfoMethod: "GET", accessTokenVia: "header" }],
  ["POST with the token in the header", { userInfoMethod: "POST", accessTokenVia: "header" }],
  ["POST with the token in the body", { userInfoMethod: "POST", accessTokenVia: "body" }],
  ["GET with the token in the header and in the query", { userInfoMethod: "GET", accessTokenVia: "query" }],
]) {
  test(`userinfo answers ${shape}`, LIMIT, async (t) => {
    const { world, plugin } = await nocobase(t, { settings });
    const server = plugin();
    const { address } = await Visitor.inWecom(world, "zhangsan").open(await server.authUrl(), { application });
    assert.equal((await server.validate(address)).phone, "13800000001");
  });
}

for (const algorithm of ["RS256", "ES256", "EdDSA"]) {
  test(`ID tokens are signed with ${algorithm} where both sides say so, and refused where NocoBase says otherwise`, LIMIT, async (t) => {
    const { world, plugin } = await nocobase(t, { client: { id_token_signed_response_alg: algorithm } });
    const visitor = Visitor.inWecom(world, "zhangsan");
    const agreed = plugin({ idTokenSignedResponseAlg: algorithm });
    let { address } = await visitor.open(await agreed.authUrl(), { application });
    assert.equal((await agreed.validate(address)).username, "zhangsan");

    const different = plugin({ idTokenSignedResponseAlg: algorithm === "RS256" ? "ES256" : "RS256" });
    ({ address } = await visitor.open(await different.authUrl(), { application }));
    await assert.rejects(different.exchange(address), /unexpected JWT alg received/);
  });
}

test("NocoBase gets username and phone of every kind of member in forms that it takes", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t);
  const usernames = new Set();
  for (const [member, phone] of [
    ["lisi", /^1\d{10}$/],
    ["hongkong", /^\+85291234567$/],
    ["america", /^\+12025550143$/],
    ["prefixed", /^13800000008$/],
    ["blank", /^13800000009$/],
    ["WangWu", /^1\d{10}$/],
    ["chen.liu_01-a@corp", /^1\d{10}$/],
  ]) {
    const server = plugin();
    const { address, html } = await Visitor.inWecom(world, member).open(await server.authUrl(), { application });
    assert.ok(address.startsWith(application), `${member}: ${html}`);
    const claims = await server.validate(address);
    assert.match(claims.phone, phone, member);
    assert.match(claims.username, /^[^@<>"'/]{1,50}$/);
    assert.ok(claims.nickname && claims.name, member);
    assert.ok(!("phone_number" in claims), "the scope has no phone");
    assert.ok(Object.values(claims).every((value) => value !== null && value !== ""), JSON.stringify(claims));
    usernames.add(claims.username);
  }
  assert.equal(usernames.size, 7);
});

test("a computer goes on once the phone agreed, and needs WeCom no more afterwards", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t);
  const computer = new Visitor(world, { member: "zhangsan" });
  let server = plugin();
  const guide = await computer.open(await server.authUrl(), { application });
  assert.equal(guide.status, 200);
  const early = await computer.open(guide.page.link("continue"), { application });
  assert.equal(early.arrived, undefined, "it went on before the number was there");

  const link = guide.page.link("phone-link");
  const phone = await Visitor.inWecom(world, "zhangsan").open(link);
  assert.match(phone.address, /\/done$/);
  let { address } = await computer.open(early.page.link("continue"), { application });
  const first = await server.validate(address);
  assert.equal(first.phone, "13800000001");

  const before = await world.simulator.calls();
  server = plugin();
  ({ address } = await computer.open(await server.authUrl(), { application }));
  assert.equal((await server.validate(address)).sub, first.sub);
  assert.deepEqual(await world.simulator.calls(), before, "single sign-on asked WeCom");

  // Another computer: one scan, and no guide.
  server = plugin();
  ({ address } = await new Visitor(world, { member: "zhangsan" }).open(await server.authUrl(), { application }));
  assert.equal((await server.validate(address)).phone, "13800000001");
});

test("sign-out with client_id alone asks, comes back to the very address, and ends single sign-on", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  const server = plugin();
  let { address } = await visitor.open(await server.authUrl(), { application });
  await server.validate(address);

  const back = NOCOBASE.post_logout_redirect_uris[0];
  const question = await visitor.open(await server.logoutUrl(), { application: back });
  assert.equal(question.status, 200, "nobody was asked");
  const { action, fields } = question.page.form();
  ({ address } = await visitor.open(action, { form: fields, application: back }));
  assert.equal(address, back);

  // Inside WeCom a page waits for a touch, and then WeCom is asked.
  const again = plugin();
  const waiting = await visitor.open(await again.authUrl(), { application });
  assert.equal(waiting.arrived, undefined, "the session is still there");
  const { trail, arrived } = await visitor.open(waiting.page.link("wecom-login"), { application });
  assert.ok(arrived && trail.some((step) => world.simulator.owns(step)), trail.join("\n"));
  // Signed out already: nothing to ask.
  const nobody = new Visitor(world);
  ({ address } = await nobody.open(await server.logoutUrl(), { application: back }));
  assert.equal(address, back);
});

for (const [member, code, status] of [
  ["disabled", "member_disabled", 403],
  ["notactive", "member_not_activated", 403],
  ["stranger", "not_a_member", 403],
  ["partner", "not_a_member", 403],
  ["nomobile", "phone_missing", 403],
]) {
  test(`${member} reads on a page why NocoBase stays closed, and can go back`, LIMIT, async (t) => {
    const { world, plugin } = await nocobase(t);
    const server = plugin();
    const refusal = await Visitor.inWecom(world, member).open(await server.authUrl(), { application });
    assert.equal(refusal.status, status, refusal.html ?? refusal.address);
    assert.equal(refusal.page.text("error-code"), code);
    assert.match(refusal.page.text("request-id"), /^\w{12}$/);
    const back = refusal.page.link("back-to-app");
    assert.ok(back.startsWith(application));
    const { searchParams } = new URL(back);
    assert.equal(searchParams.get("error"), "access_denied");
    assert.equal(searchParams.get("state"), server.state);
    assert.equal(searchParams.get("iss"), world.issuer);
  });
}

for (const [choice, code] of [
  ["refuse", "phone_refused"],
  ["email", "phone_refused"],
]) {
  test(`who does not give the number (${choice}) stays outside, and may change their mind`, LIMIT, async (t) => {
    const { world, plugin } = await nocobase(t);
    const server = plugin();
    const visitor = Visitor.inWecom(world, "zhangsan", choice);
    const refusal = await visitor.open(await server.authUrl(), { application });
    assert.equal(refusal.page.text("error-code"), code);
    // WeCom remembers a choice; in its settings the member takes it back.
    await world.simulator.ask("DELETE", "/consents");
    visitor.atWecom["x-sim-consent"] = "mobile";
    const signIn = await visitor.open(refusal.page.link("start-again"));
    const { address } = await visitor.open(signIn.page.link("wecom-login"), { application });
    assert.equal((await server.validate(address)).phone, "13800000001");
  });
}

test("a code is good for one exchange, and its second use takes the tokens back", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t);
  const server = plugin();
  const { address } = await Visitor.inWecom(world, "zhangsan").open(await server.authUrl(), { application });
  const { client, tokens } = await server.exchange(address);
  world.secret(tokens.access_token, tokens.id_token, new URL(address).searchParams.get("code"));
  await client.userinfo(tokens.access_token);
  await assert.rejects(server.exchange(address), { error: "invalid_grant" });
  await assert.rejects(client.userinfo(tokens.access_token), /invalid_token/);
});

test("everything answers well within NocoBase's time, however slow WeCom is, but for WeCom's own answer", LIMIT, async (t) => {
  const { world, plugin } = await nocobase(t);
  const visitor = Visitor.inWecom(world, "zhangsan");
  const server = plugin();
  const { address } = await visitor.open(await server.authUrl(), { application });
  await world.simulator.ask("POST", "/faults", { path: "*", effect: "hang" });
  // openid-client gives up after 3.5 s; discovery, token and userinfo must not wait for WeCom.
  const claims = await server.validate(address);
  assert.equal(claims.username, "zhangsan");
  // Nor must single sign-on.
  const again = plugin();
  const second = await visitor.open(await again.authUrl(), { application });
  assert.equal((await again.validate(second.address)).sub, claims.sub);
});
