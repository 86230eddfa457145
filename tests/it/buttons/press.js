// Presses what can be pressed on a page, each thing once in all, as somebody who fills in what must be filled in.
const { base, path, words, isLast } = args;
const done = new Set(args.done);
const pressed = [];
const SELECTOR = "a[href], button, summary, input[type=submit]";

if (!context.heard) {
  context.heard = [];
  // What a printer would be sent stays here.
  await context.addInitScript(() => { window.print = () => {}; });
  context.on("weberror", (event) => context.heard.push(String(event.error()).slice(0, 300)));
  context.on("console", (message) => {
    // What a form or a page is refused with is told by its status.
    const isMissing = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isMissing) context.heard.push(message.text().slice(0, 300));
  });
}

// What there is to press, with a name by which it is the same thing wherever it stands.
const list = () => page.evaluate(({ SELECTOR, here }) => [...document.querySelectorAll(SELECTOR)].map((element, index) => {
  if (!element.checkVisibility({ visibilityProperty: true }) || element.disabled) return null;
  const isDanger = element.matches(".danger");
  if (element.localName === "a") {
    return { index, kind: "link", key: `link ${element.href.split("#")[0]}`, href: element.href, isDanger };
  }
  if (element.localName === "summary") {
    return { index, kind: "summary", key: `summary ${here} ${element.textContent.trim().slice(0, 80)}`, isDanger };
  }
  const form = element.form;
  if (!form || element.type === "button") {
    return { index, kind: "script", key: `script ${here} ${element.dataset.copy ?? "print"}`, isDanger };
  }
  const action = new URL(form.action).pathname.replace(/\d+/g, "#");
  const fields = [...new Set([...form.elements].map((field) => field.name).filter(Boolean))].join(",");
  const opens = (element.getAttribute("formtarget") ?? form.getAttribute("target")) === "_blank";
  const key = `button ${form.method} ${action} ${element.name}=${element.value} ${fields}`;
  return { index, kind: "button", key, isDanger, opens };
}).filter(Boolean), { SELECTOR, here: path });

// Fills in what a form must have, and what makes sense to say; says what it still lacks.
const fill = (index) => page.evaluate(({ SELECTOR, index, words, number }) => {
  const form = document.querySelectorAll(SELECTOR)[index].form;
  for (const field of form.elements) {
    const isOpen = ["INPUT", "TEXTAREA"].includes(field.tagName) && !["hidden", "checkbox", "radio", "submit"].includes(field.type);
    if (field.type === "checkbox" && field.name === "id") field.checked = true;
    if (!isOpen || field.value || field.readOnly) continue;
    const isLogin = field.name === "name" && form.querySelector("[type=password]");
    const word = (isLogin ? words.login : words[field.name]) ?? (field.required ? words[field.type] ?? "Sensible" : "");
    field.value = word.replace("#", number);
  }
  return form.checkValidity() ? "" : [...form.elements].filter((field) => !field.checkValidity()).map((field) => field.name).join(", ");
}, { SELECTOR, index, words, number: `${args.number}${pressed.length}` });

// What is wrong with what came of it.
async function judge(page, answer) {
  const problems = [];
  const status = answer?.status() ?? 200;
  if (status >= 400 && status !== 422) problems.push(`status ${status} of ${page.url()}`);
  const isHtml = (answer?.headers()["content-type"] ?? "text/html").startsWith("text/html");
  if (isHtml && !(await page.locator("body").innerText()).trim()) problems.push(`a blank page: ${page.url()}`);
  problems.push(...context.heard.splice(0));
  return { status, problems };
}

for (let turn = 0; turn < 60; turn++) {
  const answer = await page.goto(base + path, { waitUntil: "load" });
  if (turn === 0) pressed.push({ key: `page ${path}`, kind: "page", ...(await judge(page, answer)) });
  const isDue = ({ key, isDanger }) => !done.has(key) && (isLast || !isDanger) && !args.never.some((never) => key.startsWith(never));
  const next = (await list()).find(isDue);
  if (!next) break;
  done.add(next.key);
  const element = page.locator(SELECTOR).nth(next.index);
  let outcome = { status: 0, problems: [] };
  try {
    if (next.kind === "link") {
      const url = new URL(next.href);
      if (url.origin !== base || url.pathname.startsWith("/go/")) continue;
      if (/\.(csv|html|xml|svg)$/.test(url.pathname)) {
        // A file: it is there, and has something in it.
        const file = await context.request.get(next.href);
        outcome.status = file.status();
        const bytes = (await file.body()).length;
        if (file.status() !== 200 || bytes === 0) outcome.problems.push(`status ${file.status()}, ${bytes} bytes`);
      } else if (url.hash && next.href.split("#")[0] === page.url().split("#")[0]) {
        await element.focus();
        await element.press("Enter");
        outcome = await judge(page, null);
      } else {
        const [came] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), element.click()]);
        outcome = await judge(page, came);
      }
    } else if (next.kind === "button") {
      const lacks = await fill(next.index);
      if (lacks) outcome.problems.push(`cannot be sent without ${lacks}`);
      else if (next.opens) {
        const [tab] = await Promise.all([context.waitForEvent("page"), element.click()]);
        await tab.waitForLoadState("load");
        outcome = await judge(tab, null);
        await tab.close();
      } else {
        const [came] = await Promise.all([page.waitForNavigation({ waitUntil: "load" }), element.click()]);
        outcome = await judge(page, came);
        outcome.said = (await page.locator("[role=status]").first().textContent({ timeout: 50 }).catch(() => ""))?.trim();
      }
    } else {
      await element.click();
      outcome = await judge(page, null);
    }
  } catch (error) {
    outcome.problems.push(String(error).slice(0, 300));
  }
  pressed.push({ key: next.key, kind: next.kind, ...outcome });
}
return { pressed, done: [...done] };
