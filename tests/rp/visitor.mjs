// A browser without a screen: fetch, a cookie jar, redirects followed by hand.

import assert from "node:assert/strict";
import { CookieJar } from "tough-cookie";
import { USER_AGENT } from "./harness.mjs";

export class Visitor {
  /** `member` signs in at WeCom, `decision: "deny"` says no there, `consent` names the fields agreed to. */
  constructor(world, { member, decision, consent, userAgent = USER_AGENT.desktop, language = "en" } = {}) {
    this.world = world;
    this.fetch = world.fetch ?? fetch;
    this.jar = new CookieJar();
    this.headers = { "user-agent": userAgent, "accept-language": language };
    this.atWecom = {
      ...(member && { "x-sim-member": member }),
      ...(decision && { "x-sim-decision": decision }),
      ...(consent && { "x-sim-consent": consent }),
    };
  }

  /** The same browser inside the WeCom client of a phone. */
  static inWecom(world, member, consent = "mobile,email,biz_mail") {
    return new Visitor(world, { member, consent, userAgent: USER_AGENT.wecomPhone });
  }

  /**
   * Goes to an address and wherever it leads, until the browser is told to leave for `application`, the beginning of
   * an address that nobody serves here.
   */
  async open(address, { application, form } = {}) {
    const trail = [];
    for (let hops = 0; hops < 20; hops += 1) {
      trail.push(address);
      if (application && address.startsWith(application)) return { address, trail, arrived: true };
      const answer = await this.fetch(address, {
        method: form ? "POST" : "GET",
        body: form && new URLSearchParams(form),
        headers: {
          ...this.headers,
          ...(this.world.simulator.owns(address) && this.atWecom),
          cookie: await this.jar.getCookieString(address),
        },
        redirect: "manual",
      });
      for (const cookie of answer.headers.getSetCookie()) await this.jar.setCookie(cookie, address);
      const html = await answer.text();
      const location = answer.headers.get("location");
      if (!location) return { address, trail, status: answer.status, html, page: new Page(html, address) };
      address = new URL(location, address).href;
      form = undefined;
    }
    assert.fail(`redirected without end: ${trail.join("\n")}`);
  }
}

/** As much HTML as these pages need: stable ids, links, hidden fields. */
export class Page {
  constructor(html, address) {
    this.html = html;
    this.address = address;
  }

  /** The text of an element without children. */
  text(id) {
    return unescape(new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(this.html)?.[1]);
  }

  /** Where a link leads. */
  link(id) {
    const href = new RegExp(`<a id="${id}"[^>]* href="([^"]*)"`).exec(this.html)?.[1];
    assert.ok(href, `no link #${id} in ${this.html}`);
    return new URL(unescape(href), this.address).href;
  }

  /** Where the first form goes, and what it carries. */
  form() {
    const action = /<form[^>]* action="([^"]*)"/.exec(this.html)?.[1];
    assert.ok(action, `no form in ${this.html}`);
    const fields = [...this.html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
    return {
      action: new URL(unescape(action), this.address).href,
      fields: Object.fromEntries(fields.map(([, name, value]) => [unescape(name), unescape(value)])),
    };
  }
}

function unescape(text) {
  const named = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
  return text
    ?.replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(Number(number)))
    .replace(/&(lt|gt|amp|quot|apos);/g, (_, name) => named[name]);
}
