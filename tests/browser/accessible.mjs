// What a screen reader, a thumb and weak eyes need of a page: WCAG 2.2 A and AA, as far as a program can tell.

import assert from "node:assert/strict";

/** Runs in the page: everything that is wrong, in words. */
function faults() {
  const wrong = [];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const shown = [...document.querySelectorAll("body *")].filter(seen);
  const named = (element) => `<${element.localName} id="${element.id}"> ${element.textContent.trim().slice(0, 40)}`;

  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) wrong.push(`two of #${id}`);
  for (const attribute of ["aria-labelledby", "aria-describedby"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      for (const id of element.getAttribute(attribute).split(" ")) {
        if (!document.getElementById(id)?.textContent.trim()) wrong.push(`${named(element)}: ${attribute} leads to nothing: ${id}`);
      }
    }
  }
  // 1.3.1, 2.4.6: one heading of the first order, and no order left out.
  const orders = shown.filter(({ localName }) => /^h[1-6]$/.test(localName)).map(({ localName }) => Number(localName[1]));
  if (orders.filter((order) => order === 1).length !== 1) wrong.push(`headings ${orders}`);
  orders.forEach((order, at) => order > (orders[at - 1] ?? 0) + 1 && wrong.push(`headings ${orders}`));
  if (document.querySelectorAll("main").length !== 1 || !document.title) wrong.push("no main, or no title");

  for (const element of shown.filter((element) => element.matches("a[href], button, input:not([type=hidden])"))) {
    const label = element.getAttribute("aria-label") ?? (element.labels?.[0] ?? element).textContent;
    if (!label.trim()) wrong.push(`${named(element)} has no name`);
    const { width, height } = element.getBoundingClientRect();
    // 2.5.8 asks for 24 at the least; buttons of ours are for thumbs.
    const least = element.localName === "button" ? 44 : 24;
    if (width < least || height < least) wrong.push(`${named(element)} is small: ${width} × ${height}`);
  }

  // 1.4.3: words stand out from what lies behind them.
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const over = (colours) => {
    canvas.fillStyle = "white";
    canvas.fillRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const element of shown) {
    const words = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!words || element.closest("[aria-hidden=true]")) continue;
    const behind = [];
    for (let at = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const style = getComputedStyle(element);
    const [text, ground] = [luminance(over([...behind, style.color])), luminance(over(behind))];
    const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) wrong.push(`${named(element)}: contrast ${contrast.toFixed(2)}`);
  }
  return wrong;
}

/** The page has none of the faults that can be found so. */
export async function isAccessible(page) {
  await page.waitForLoadState("load");
  assert.deepEqual(await page.evaluate(faults), [], page.url());
}
