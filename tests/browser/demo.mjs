// The demo, and the way through it that its welcome describes.

import { Running } from "../rp/harness.mjs";
import { approve } from "./chromium.mjs";

/** Starts the demo; gives the address of its sample application. */
export async function demo(t) {
  const running = new Running(t, ["demo", "--listen", "127.0.0.1:0"]);
  const [, address] = await running.says(/^open (http:\S+)$/);
  return { address, running };
}

/** The first sign-in at a computer, up to the guide. */
export async function toTheGuide(computer, address, member = "zhangsan") {
  await computer.goto(address);
  await computer.click("#demo-computer");
  await approve(computer, member);
  return computer.getAttribute("#phone-link", "href");
}

/** The phone in a tab of its own: the link is pasted, the member agrees. */
export async function agreeOnThePhone(computer, address, link, member = "zhangsan") {
  const phone = await computer.context().newPage();
  await phone.goto(new URL("/phone", address).href);
  await phone.fill("#phone-address", link);
  await phone.click("#phone-open");
  const screen = phone.frameLocator("#phone-screen");
  await screen.locator(`#member-${member}`).click();
  await screen.locator("#consent-allow").click();
  await screen.locator(".sign.good").waitFor();
  return phone;
}
