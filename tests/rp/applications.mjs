// What every small application of docs/clients must do, whatever its language: it signs people in at /login, shows at /
// what it was told, refreshes at /refresh, signs out at /logout, and answers 400 with an `error` where its library
// refuses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMIT } from "./harness.mjs";
import { Visitor } from "./visitor.mjs";

/** A browser inside WeCom at an application. */
class Customer {
  constructor({ world, origin }, member = "zhangsan") {
    Object.assign(this, { world, origin, visitor: Visitor.inWecom(world, member) });
  }

  /** Goes to a path of the application and wherever that leads; agrees where it is asked. */
  async go(path) {
    return this.follow(await this.visitor.open(path.startsWith("/") ? this.origin + path : path));
  }

  /** Like `go`, but stands still before an address. */
  async upTo(stop, path) {
    const arrival = await this.visitor.open(path.startsWith("/") ? this.origin + path : path, { application: stop });
    return arrival.arrived ? arrival : this.follow(arrival, stop);
  }

  /** Agrees, and after a sign-out wants to sign in again. */
  async follow(arrival, stop) {
    const { html = "", page } = arrival;
    const on = async (address, form) => {
      const next = await this.visitor.open(address, { form, application: stop });
      return this.follow({ ...next, trail: [...arrival.trail, ...next.trail] }, stop);
    };
    if (html.includes('id="wecom-login"')) return on(page.link("wecom-login"));
    if (!html.includes('id="consent-allow"')) return arrival;
    const { action, fields } = page.form();
    return on(action, { ...fields, answer: "allow" });
  }

  /** The address of the authorization request. */
  async request() {
    return (await this.upTo(`${this.world.issuer}/authorize`, "/login")).address;
  }

  /** The answer to a request, not yet given to the application. */
  async answer(request) {
    return new URL((await this.upTo(`${this.origin}/callback`, request ?? "/login")).address);
  }
}

const told = ({ status, html }, expected = 200) => {
  assert.equal(status, expected, html);
  return JSON.parse(html);
};

/**
 * The tests of one application: `start(t, more)` gives its world and origin; `pinned` is the algorithm that it insists
 * on, where it does; `skip` says why it cannot run here.
 */
export function application(library, start, { pinned, skip } = {}) {
  const one = { ...LIMIT, skip };

  test(`${library}: PKCE, nonce, userinfo, refresh and sign-out`, one, async (t) => {
    const running = await start(t, { settings: { lifetimes: { refresh_grace: "0s", membership: "0s" } } });
    const { world } = running;
    const customer = new Customer(running);
    assert.deepEqual(told(await customer.go("/")), { signed_in: false });
    const request = new URL(await customer.request());
    assert.equal(request.searchParams.get("code_challenge_method"), "S256");
    assert.ok(request.searchParams.get("nonce") && request.searchParams.get("state"));

    const { updated_at: at, ...claims } = told(await customer.go("/login"));
    assert.ok(Number.isInteger(at));
    assert.match(claims.sub, /^[\w-]{43}$/);
    assert.equal(claims.preferred_username, "zhangsan");
    assert.equal(claims.name, "张三");
    assert.equal(claims.phone_number, "+8613800000001");
    // Without a grace the second one works only with what the first one brought.
    for (let round = 0; round < 2; round += 1) {
      const { updated_at: later, ...same } = told(await customer.go("/refresh"));
      assert.deepEqual(same, claims);
      assert.ok(later >= at);
    }

    const left = await customer.go("/logout");
    assert.deepEqual(told(left), { signed_in: false, signed_out: true });
    const { end_session_endpoint: end } = await (await fetch(`${world.issuer}/.well-known/openid-configuration`)).json();
    assert.ok(left.trail.some((address) => address.startsWith(end)), left.trail.join("\n"));
    assert.deepEqual(told(await customer.go("/")), { signed_in: false });
    const again = await customer.go("/login");
    assert.equal(told(again).sub, claims.sub);
    assert.ok(again.trail.some((address) => world.simulator.owns(address)), "the session at the bridge was not ended");
  });

  test(`${library}: a member whom the corp disabled gets no further by refreshing`, one, async (t) => {
    const running = await start(t, { settings: { lifetimes: { membership: "0s" } } });
    const customer = new Customer(running, "lisi");
    assert.equal(told(await customer.go("/login")).preferred_username, "lisi");
    await running.world.simulator.ask("PATCH", "/members/lisi", { status: 2 });
    assert.match(JSON.stringify(told(await customer.go("/refresh"), 400)), /invalid_grant/);
  });

  test(`${library}: an ID token with another nonce is refused`, one, async (t) => {
    const customer = new Customer(await start(t));
    const request = new URL(await customer.request());
    request.searchParams.set("nonce", "n-of-somebody-else");
    const answer = await customer.answer(request.href);
    const { error, description } = told(await customer.go(answer.href), 400);
    assert.match(`${error} ${description}`, /nonce|unknown|invalid/i);
    assert.deepEqual(told(await customer.go("/")), { signed_in: false });
  });

  test(`${library}: an answer that belongs to another browser is refused`, one, async (t) => {
    const running = await start(t);
    const [mine, theirs] = [new Customer(running), new Customer(running, "lisi")];
    const answer = await theirs.answer();
    // With their state: it was not this browser that began.
    told(await mine.go(answer.href), 400);
    // With a state of its own: the verifier is another one.
    const own = await mine.answer();
    own.searchParams.set("code", answer.searchParams.get("code"));
    told(await mine.go(own.href), 400);
    assert.deepEqual(told(await mine.go("/")), { signed_in: false });
  });

  test(`${library}: a refusal of the bridge arrives as an error`, one, async (t) => {
    const customer = new Customer(await start(t));
    const request = new URL(await customer.request());
    request.searchParams.set("prompt", "none");
    const answer = await customer.answer(request.href);
    assert.equal(answer.searchParams.get("error"), "login_required");
    assert.match(JSON.stringify(told(await customer.go(answer.href), 400)), /login_required/);
  });

  for (const algorithm of ["ES256", "EdDSA"]) {
    const title = pinned ? `an ID token in ${algorithm} is refused, ${pinned} is pinned` : `an ID token in ${algorithm} verifies`;
    test(`${library}: ${title}`, one, async (t) => {
      const customer = new Customer(await start(t, { registered: `id_token_signed_response_alg = "${algorithm}"` }));
      const arrival = await customer.go("/login");
      if (!pinned) return assert.equal(told(arrival).preferred_username, "zhangsan");
      assert.match(JSON.stringify(told(arrival, 400)), new RegExp(`alg|sign|${algorithm}`, "i"));
      assert.deepEqual(told(await customer.go("/")), { signed_in: false });
    });
  }
}
