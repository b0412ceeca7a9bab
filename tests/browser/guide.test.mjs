// The computer waits at the guide: on an open line, without one, and without scripts.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LIMIT, approve, atComputer, claims, closeBrowser, errorCode, isOurs, onPhone, world } from "./chromium.mjs";

after(closeBrowser);

const GUIDED = { client: { phone: "required" } };
const NUMBER = "+8613800000001";

/** A computer at its guide; gives the link, and what its page asks us for from then on. */
async function guide(computer, application) {
  const asked = [];
  computer.on("request", (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith("/login/")) asked.push(pathname.split("/").at(-1) + search);
  });
  await computer.goto(`${application.origin}/login`);
  await approve(computer);
  const link = await computer.getAttribute("#phone-link", "href");
  return { link, asked };
}

/** The member opens a link on the phone and agrees. */
async function agree(t, link, more) {
  const phone = await onPhone(t, more);
  await phone.goto(link);
  await phone.click("#member-zhangsan");
  await phone.click("#consent-allow");
  await phone.waitForURL(/\/done$/);
  return phone;
}

const polls = (asked) => asked.filter((one) => one === "continue?status=1").length;

test("the computer goes on by itself over an open line, while the phone page says so", LIMIT, async (t) => {
  const { application } = await world(t, GUIDED);
  const computer = await atComputer(t);
  const { link, asked } = await guide(computer, application);
  const phone = await agree(t, link);
  await isOurs(phone, "zh-CN");
  assert.equal((await claims(computer)).phone_number, NUMBER);
  assert.ok(asked.includes("waiting") && polls(asked) === 0, `it never asked, it was told: ${asked}`);
});

for (const [how, cut] of [
  ["is cut", (route) => route.abort()],
  ["is refused", (route) => route.fulfill({ status: 503 })],
  ["is turned into a page by a proxy", (route) => route.fulfill({ status: 200, contentType: "text/html", body: "no" })],
  ["says nothing because a proxy holds it back", () => {}],
]) {
  test(`a computer whose line ${how} asks instead and goes on by itself`, LIMIT, async (t) => {
    const { application } = await world(t, GUIDED);
    const computer = await atComputer(t, { expected: [/waiting|503|ERR_FAILED|EventSource/] });
    await computer.route(/\/waiting$/, cut);
    const { link, asked } = await guide(computer, application);
    await agree(t, link);
    assert.equal((await claims(computer)).phone_number, NUMBER);
    assert.ok(polls(asked) > 0, String(asked));
  });
}

test("a browser that knows no open lines asks instead and goes on by itself", LIMIT, async (t) => {
  const { application } = await world(t, GUIDED);
  const computer = await atComputer(t);
  await computer.addInitScript(() => delete window.EventSource);
  const { link, asked } = await guide(computer, application);
  await agree(t, link);
  assert.equal((await claims(computer)).phone_number, NUMBER);
  assert.ok(polls(asked) > 0 && !asked.includes("waiting"), String(asked));
});

test("without scripts the page goes on by itself as well, a little later", LIMIT, async (t) => {
  const { application } = await world(t, GUIDED);
  const computer = await atComputer(t, { javaScriptEnabled: false });
  const { link, asked } = await guide(computer, application);
  await agree(t, link, { javaScriptEnabled: false });
  assert.equal((await claims(computer)).phone_number, NUMBER);
  assert.ok(!asked.includes("waiting") && polls(asked) === 0, String(asked));
});

test("a tab that nobody looks at keeps no line, and hears it when it is looked at again", LIMIT, async (t) => {
  const { application } = await world(t, GUIDED);
  const computer = await atComputer(t);
  const { link, asked } = await guide(computer, application);
  const look = (hidden) =>
    computer.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await look(true);
  const before = asked.length;
  await agree(t, link);
  assert.equal(asked.length, before, String(asked));
  await look(false);
  assert.equal((await claims(computer)).phone_number, NUMBER);
});

test("two tabs go on by themselves, each in its own sign-in", LIMIT, async (t) => {
  const { application } = await world(t, GUIDED);
  const first = await atComputer(t);
  const { link } = await guide(first, application);
  const second = await first.context().newPage();
  await second.goto(`${application.origin}/login`);
  const other = await second.getAttribute("#phone-link", "href");
  assert.notEqual(other, link);
  await agree(t, link);
  assert.equal((await claims(first)).phone_number, NUMBER);
  assert.equal((await claims(second)).phone_number, NUMBER);
  const late = await onPhone(t);
  await late.goto(other);
  assert.equal(await errorCode(late), "link_expired");
});

for (const locale of ["zh-CN", "en"]) {
  test(`one tap on the card in WeCom is enough (${locale})`, LIMIT, async (t) => {
    const { application, simulator } = await world(t, { ...GUIDED, wecom: { guide_message: true } });
    const computer = await atComputer(t, { locale });
    const { link } = await guide(computer, application);
    await computer.waitForSelector("#card-asked");
    await isOurs(computer, locale);
    let cards = [];
    for (let tries = 0; cards.length === 0 && tries < 100; tries += 1) {
      cards = await simulator.ask("GET", "/messages");
      if (cards.length === 0) await new Promise((later) => setTimeout(later, 50));
    }
    assert.equal(cards.length, 1);
    const { title, description, url } = cards[0].body.textcard;
    assert.ok(title.includes("Portal") && description.includes("127.0.0.1"), `${title} ${description}`);
    assert.equal(url, link);
    await agree(t, url, { locale });
    assert.equal((await claims(computer)).phone_number, NUMBER);
  });

  test(`opened at a computer, the link shows itself to be scanned (${locale})`, LIMIT, async (t) => {
    const { application } = await world(t, GUIDED);
    const computer = await atComputer(t, { locale });
    const { link } = await guide(computer, application);
    const other = await atComputer(t, { locale });
    await other.goto(link);
    assert.equal(await errorCode(other), "open_in_wecom");
    await isOurs(other, locale);
    assert.equal(await other.getAttribute("#open-link", "href"), link);
  });
}
