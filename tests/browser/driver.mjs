// Drives a real Chromium for the end-to-end tests: one JSON request per line on stdin, one answer per line on stdout.
//
//   {"id":1,"op":"run","context":"ann","script":"await page.goto(args.url); return page.url()","args":{"url":"…"}}
//   {"id":1,"ok":"http://…"}   or   {"id":1,"error":"message and stack"}
//
// ops: run            runs `script` as the body of an async function, see `runScript` for what it is given;
//                     `timeout_ms` bounds it (default 60,000)
//      open           makes a context with `options`: those of Playwright's newContext, or {"prerender": true}
//      clear          makes the context new, as opened: no cookies, no storage, one blank page, an empty log
//      close_context  closes it and forgets its options
//      log            what the context's pages wrote and what went wrong in them, oldest first
//      version        the browser, its path, and the User-Agent that pages send
//
// A context is one visitor: own cookies, own storage. `run` opens it on first use. Requests for one context run in
// order, those for different contexts side by side. When stdin ends, the browsers started here are closed, only those.
// Arguments that begin with `--` go to Chromium, such as `--host-resolver-rules=MAP *.test 127.0.0.1`.

import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { chromium as playwright } from "playwright-core";
import { chromium } from "./chromium.mjs";
import { PRELOAD_EVENTS, WAIT_TIMEOUT_MS, preloadEntry, startTabBrowser, until } from "./tab.mjs";

// stdout belongs to the protocol; what scripts print goes to stderr.
globalThis.console = new console.Console(process.stderr);

const LAUNCH_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--no-proxy-server",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Without it `navigator.webdriver` is true, and a counter may rightly ignore such a visitor.
  "--disable-blink-features=AutomationControlled",
  ...process.argv.slice(2).filter((argument) => argument.startsWith("--")),
];
const VIEWPORT = { width: 1280, height: 800 };
const LOCALE = "en-US";
const SCRIPT_TIMEOUT_MS = 60_000;

// ---------------------------------------------------------------------------------------------------------------------
// The protocol

const contexts = new Map();
const queues = new Map();

const OPS = {
  run: async ({ context: name, script, args, timeout_ms = SCRIPT_TIMEOUT_MS }) => {
    if (!contexts.has(name)) contexts.set(name, await openContext(name, {}));
    return runScript(contexts.get(name), script, args, timeout_ms);
  },
  open: async ({ context: name, options = {} }) => {
    if (contexts.has(name)) throw new Error(`context ${name} is open already`);
    contexts.set(name, await openContext(name, options));
  },
  clear: async ({ context: name }) => {
    const old = contexts.get(name);
    if (!old) return;
    contexts.delete(name);
    await old.close();
    contexts.set(name, await openContext(name, old.options));
  },
  close_context: async ({ context: name }) => {
    const old = contexts.get(name);
    contexts.delete(name);
    await old?.close();
  },
  log: async ({ context: name }) => contexts.get(name)?.log ?? [],
  version: async () => {
    const { browser, executablePath, userAgent } = await launched();
    return { browser: browser.version(), executablePath, userAgent };
  },
};

async function answer(line) {
  let id = null;
  try {
    const request = JSON.parse(line);
    id = request.id ?? null;
    const perform = Object.hasOwn(OPS, request.op) && OPS[request.op];
    if (!perform) throw new Error(`unknown op ${request.op}`);
    const isAboutContext = request.op !== "version";
    if (isAboutContext && typeof request.context !== "string") throw new Error(`op ${request.op} needs a context`);
    // One after another within a context, whatever became of the one before.
    const before = queues.get(request.context) ?? Promise.resolve();
    const result = before.catch(() => {}).then(() => perform(request));
    queues.set(request.context, result);
    reply(JSON.stringify({ id, ok: (await result) ?? null }));
  } catch (error) {
    reply(JSON.stringify({ id, error: describe(error) }));
  }
}

const reply = (text) => process.stdout.write(`${text}\n`);

/** Message and stack; V8's stack begins with the message, but not if the message was changed later. */
function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? "";
  return stripVTControlCharacters(stack.includes(error.message) ? stack : `${error.message}\n${stack}`);
}

const AsyncFunction = (async () => {}).constructor;

/**
 * Runs `script` with these names in scope:
 * `page`, `context`, `browser`: Playwright's (in a prerender context: tab.mjs's `Tab`, `cookies()`, and no browser);
 * `args`: the request's; `log`: the context's, live;
 * `expect`: node:assert/strict; `until(probe, timeoutMs)`: the first truthy value of `probe()`;
 * `speculated(url)`: waits until the browser is done preloading `url`, and returns how each attempt ended.
 */
async function runScript(session, script, args, timeoutMs) {
  const scope = {
    page: await session.page(),
    context: session.context,
    browser: session.browser,
    args: args ?? {},
    log: session.log,
    expect: assert,
    until,
    speculated: (url) => speculated(session.log, url),
  };
  const body = new AsyncFunction(`{${Object.keys(scope)}}`, `${script}\n//# sourceURL=${session.name}.script.js`);
  const late = new AbortController();
  try {
    return await Promise.race([
      body(scope),
      sleep(timeoutMs, undefined, { signal: late.signal }).then(() => {
        throw new Error(`the script took more than ${timeoutMs} ms`);
      }),
    ]);
  } finally {
    late.abort();
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Speculative loading (<script type="speculationrules">)

const PRELOAD_RUNNING = new Set(["Pending", "Running"]);

/** The last state of each kind of attempt on `url`, once all of them have ended. */
function speculated(log, url) {
  const ended = () => {
    const last = new Map();
    for (const entry of log) {
      if (Object.values(PRELOAD_EVENTS).includes(entry.kind) && entry.url === url) last.set(entry.kind, entry);
    }
    const attempts = [...last.values()];
    return attempts.length > 0 && attempts.every(({ status }) => !PRELOAD_RUNNING.has(status)) && attempts;
  };
  return until(ended, WAIT_TIMEOUT_MS, `the end of a preload of ${url}`);
}

// ---------------------------------------------------------------------------------------------------------------------
// Contexts that Playwright drives

let launching;

function launched() {
  launching ??= launch();
  return launching;
}

async function launch() {
  const { executablePath, env, args } = await chromium();
  const browser = await playwright.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: [...LAUNCH_ARGS, ...args],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const userAgent = desktopUserAgent(browser.version());
  await sendBrands(browser, userAgent);
  return { browser, executablePath, userAgent };
}

async function openContext(name, { prerender = false, ...options }) {
  return prerender ? openTabContext(name, options) : openPlaywrightContext(name, options);
}

async function openPlaywrightContext(name, options) {
  const { browser, userAgent } = await launched();
  const context = await browser.newContext({ viewport: VIEWPORT, locale: LOCALE, userAgent, ...options });
  context.setDefaultTimeout(WAIT_TIMEOUT_MS);

  const log = [];
  context.on("console", (message) => {
    log.push({ kind: "console", url: message.page()?.url() ?? "", status: message.type(), text: message.text() });
  });
  context.on("weberror", (event) => {
    log.push({ kind: "pageerror", url: event.page()?.url() ?? "", status: "error", text: describe(event.error()) });
  });
  context.on("requestfailed", (request) => {
    log.push({ kind: "requestfailed", url: request.url(), status: "error", text: request.failure()?.errorText ?? "" });
  });

  let main;
  const page = async () => {
    if (!main || main.isClosed()) {
      main = await context.newPage();
      const session = await context.newCDPSession(main);
      for (const [event, kind] of Object.entries(PRELOAD_EVENTS)) {
        session.on(event, (status) => log.push(preloadEntry(kind, status)));
      }
      await session.send("Preload.enable");
    }
    return main;
  };
  return { name, options, context, browser, log, page, close: () => context.close() };
}

// ---------------------------------------------------------------------------------------------------------------------
// Contexts where prerendering is real: in a second browser, started on first need, see tab.mjs

let piping;

function piped() {
  piping ??= startTabBrowser(LAUNCH_ARGS);
  return piping;
}

async function openTabContext(name, { userAgent, locale, viewport = VIEWPORT, ...others }) {
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw new Error(`not in a prerender context: ${unknown}`);
  const browser = await piped();
  const log = [];
  const look = emulation(userAgent ?? desktopUserAgent(browser.version), locale);
  const { tab, cookies, close } = await browser.newContext({ emulation: look, viewport, log });
  const options = { prerender: true, userAgent, locale, viewport };
  return { name, options, context: { cookies }, browser: undefined, log, page: async () => tab, close };
}

// ---------------------------------------------------------------------------------------------------------------------
// Looking like a desktop Chrome

function desktopUserAgent(version) {
  const major = version.split(".")[0];
  return `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`;
}

/** What goes with a User-Agent into `Sec-CH-UA…`: nothing for browsers that send no such headers. */
function userAgentMetadata(userAgent) {
  const major = /\bChrome\/(\d+)/.exec(userAgent)?.[1];
  if (!major) return undefined;
  const brands = [
    { brand: "Google Chrome", version: major },
    { brand: "Not_A Brand", version: "8" },
    { brand: "Chromium", version: major },
  ];
  const marks = [["Android", "Android"], ["Windows", "Windows"], ["Mac OS X", "macOS"]];
  const [, platform] = marks.find(([mark]) => userAgent.includes(mark)) ?? ["Linux", "Linux"];
  const mobile = /\bMobile\b/.test(userAgent);
  const fullVersionList = brands.map(({ brand, version }) => ({ brand, version: `${version}.0.0.0` }));
  const architecture = mobile ? "" : "x86";
  return { brands, fullVersionList, platform, platformVersion: "", architecture, bitness: "64", model: "", mobile };
}

/**
 * Makes Playwright send brands along with a context's User-Agent. Its public API cannot, and Chromium's own say
 * "HeadlessChrome". A CDP session per page would come too late: a popup has sent its first request by then.
 */
async function sendBrands(browser, userAgent) {
  const context = await browser.newContext({ userAgent });
  const page = await context.newPage();
  const frameSession = Object.getPrototypeOf(page._connection?.toImpl?.(page)?.delegate?._mainFrameSession ?? {});
  if (typeof frameSession._updateUserAgent !== "function") {
    throw new Error("playwright-core has changed inside: adapt sendBrands in tests/browser/driver.mjs");
  }
  frameSession._updateUserAgent = async function (session = this._client) {
    const options = this._crPage._browserContext._options;
    await session.send("Emulation.setUserAgentOverride", emulation(options.userAgent, options.locale));
  };
  await context.close();
}

/** The parameters of `Emulation.setUserAgentOverride`. */
function emulation(userAgent, locale) {
  return { userAgent, acceptLanguage: acceptLanguage(locale), userAgentMetadata: userAgentMetadata(userAgent) };
}

/** "de-DE" -> "de-DE,de", which Chromium sends as "de-DE,de;q=0.9". */
function acceptLanguage(locale = LOCALE) {
  const language = locale.split("-")[0];
  return language === locale ? locale : `${locale},${language}`;
}

// ---------------------------------------------------------------------------------------------------------------------
// Beginning and end

let ending;

function end(code) {
  ending ??= (async () => {
    await Promise.allSettled([
      launching?.then(({ browser }) => browser.close()),
      piping?.then(({ close }) => close()),
    ]);
    process.exit(code);
  })();
}

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]]) process.on(signal, () => end(code));
process.stdout.on("error", () => end(1));

launched().catch(() => {
  // Whoever asks for a context gets this error as an answer.
});
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  if (line.trim()) answer(line);
});
lines.on("close", () => end(0));
