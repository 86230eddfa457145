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
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { chromium as playwright } from "playwright-core";
import { chromium } from "./chromium.mjs";

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
// A local page answers in milliseconds; the rest is for two cores that are busy compiling.
const WAIT_TIMEOUT_MS = 15_000;
const SCRIPT_TIMEOUT_MS = 60_000;
const POLL_MS = 10;

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
 * `page`, `context`, `browser`: Playwright's (in a prerender context: `Tab`, `TabContext`, and no browser);
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

async function until(probe, timeoutMs = WAIT_TIMEOUT_MS, what = probe) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(POLL_MS);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Speculative loading (<script type="speculationrules">)

const PRELOAD_EVENTS = { "Preload.prefetchStatusUpdated": "prefetch", "Preload.prerenderStatusUpdated": "prerender" };
const PRELOAD_RUNNING = new Set(["Pending", "Running"]);

function preloadEntry(kind, { key, status, prefetchStatus, prerenderStatus }) {
  return { kind, url: key.url, status, text: prefetchStatus ?? prerenderStatus ?? "" };
}

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
    await session.send("Emulation.setUserAgentOverride", {
      userAgent: options.userAgent,
      acceptLanguage: acceptLanguage(options.locale),
      userAgentMetadata: userAgentMetadata(options.userAgent),
    });
  };
  await context.close();
}

/** "de-DE" -> "de-DE,de", which Chromium sends as "de-DE,de;q=0.9". */
function acceptLanguage(locale = LOCALE) {
  const language = locale.split("-")[0];
  return language === locale ? locale : `${locale},${language}`;
}

// ---------------------------------------------------------------------------------------------------------------------
// Contexts where prerendering is real
//
// Chromium refuses to prerender a page with a debugger attached to it ("PrerenderingDisabledByDevTools"), unless the
// debugger came through the page's tab target, for an activation swaps the page under the tab. Playwright attaches to
// pages. Hence a second browser, started on first need, with the few commands these tests use, named as in Playwright.

let piping;

function piped() {
  piping ??= pipe();
  return piping;
}

async function pipe() {
  const { executablePath, env, args } = await chromium();
  const profile = await mkdtemp(join(tmpdir(), "tributary-browser-"));
  const child = spawn(
    executablePath,
    [
      "--headless",
      "--hide-scrollbars",
      "--mute-audio",
      "--disable-dev-shm-usage",
      "--disable-field-trial-config",
      "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter",
      // As Playwright does: without a screen Chromium finds no mouse, and `@media (hover: hover)` would not match.
      "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
      "--no-startup-window",
      "--remote-debugging-pipe",
      `--user-data-dir=${profile}`,
      ...LAUNCH_ARGS,
      ...args,
    ],
    { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"], detached: true },
  );
  const exited = once(child, "exit");
  const kill = () => {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It is gone already.
    }
  };
  process.on("exit", kill);
  const pipe = new Pipe(child.stdio[3], child.stdio[4]);
  exited.then(() => pipe.end(new Error("the browser has ended")), (error) => pipe.end(error));
  const close = async () => {
    pipe.send("Browser.close").catch(() => {});
    await Promise.race([exited, sleep(2_000)]);
    kill();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  const version = (await pipe.send("Browser.getVersion")).product.split("/")[1];
  return { pipe, close, userAgent: desktopUserAgent(version) };
}

/** The DevTools protocol over two pipes: JSON texts that end with a zero byte. */
class Pipe {
  #output;
  #lastId = 0;
  #waiting = new Map();
  #listeners = new Set();

  constructor(output, input) {
    this.#output = output.on("error", () => {});
    let rest = "";
    input.setEncoding("utf8").on("data", (text) => {
      const messages = (rest + text).split("\0");
      rest = messages.pop();
      for (const message of messages) this.#receive(JSON.parse(message));
    });
  }

  send(method, params = {}, sessionId = undefined) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method, sessionId });
      this.#output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Calls `listener({method, params, sessionId})` for each event, until the returned function is called. */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  end(error) {
    this.#fail(() => true, error);
  }

  #fail(isConcerned, error) {
    for (const [id, waiting] of this.#waiting) {
      if (!isConcerned(waiting)) continue;
      this.#waiting.delete(id);
      waiting.reject(error);
    }
  }

  #receive({ id, result, error, ...event }) {
    if (id === undefined) {
      if (event.method === "Target.detachedFromTarget") {
        // Commands to a page that is gone are never answered.
        this.#fail(({ sessionId }) => sessionId === event.params.sessionId, new Error("the page is gone"));
      }
      for (const listener of this.#listeners) listener(event);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) waiting?.reject(new Error(`${waiting.method}: ${error.message}`));
    else waiting?.resolve(result);
  }
}

async function openTabContext(name, { userAgent, locale, viewport = VIEWPORT, ...others }) {
  const unknown = Object.keys(others);
  if (unknown.length > 0) throw new Error(`not in a prerender context: ${unknown}`);
  const browser = await piped();
  const { pipe } = browser;
  const { browserContextId } = await pipe.send("Target.createBrowserContext");
  const log = [];
  const emulated = { userAgent: userAgent ?? browser.userAgent, locale, viewport };
  const tab = await Tab.open(pipe, browserContextId, { ...emulated, log });
  const close = async () => {
    tab.close();
    await pipe.send("Target.disposeBrowserContext", { browserContextId });
  };
  const cookies = async () => (await pipe.send("Storage.getCookies", { browserContextId })).cookies;
  const options = { prerender: true, userAgent, locale, viewport };
  return { name, options, context: { cookies }, browser: undefined, log, page: async () => tab, close };
}

/** One tab; its methods act on the page it shows, also after a prerendered page has taken the place of another. */
class Tab {
  #pipe;
  #options;
  #tabSession;
  #pages = new Map();
  #stop;

  static async open(pipe, browserContextId, options) {
    const tab = new Tab();
    tab.#pipe = pipe;
    tab.#options = options;
    tab.#stop = pipe.listen((event) => tab.#receive(event));
    const { width, height } = options.viewport;
    const blank = { url: "about:blank", browserContextId, width, height, forTab: true };
    const { targetId } = await pipe.send("Target.createTarget", blank);
    tab.#tabSession = (await pipe.send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    const everyPage = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter: [{ type: "page" }] };
    await pipe.send("Target.setAutoAttach", everyPage, tab.#tabSession);
    await until(() => tab.#shown()?.isReady);
    return tab;
  }

  close() {
    this.#stop();
  }

  async goto(url) {
    const { errorText } = await this.#send("Page.navigate", { url });
    if (errorText) throw new Error(`goto ${url}: ${errorText}`);
    await this.waitForFunction("document.readyState === 'complete' && location.href !== 'about:blank'");
  }

  url() {
    return this.evaluate("location.href");
  }

  async evaluate(script, argument) {
    const expression = typeof script === "function" ? `(${script})(${JSON.stringify(argument)})` : script;
    const wanted = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", wanted);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  waitForFunction(script, argument) {
    // While one page gives way to the next, there is nobody to ask.
    return until(() => this.evaluate(script, argument).catch(() => false));
  }

  async waitForURL(pattern) {
    await until(async () => {
      const url = await this.url().catch(() => undefined);
      if (url === undefined) return false;
      if (pattern instanceof RegExp) return pattern.test(url);
      return typeof pattern === "function" ? pattern(new URL(url)) : pattern === url;
    });
    await this.waitForFunction("document.readyState === 'complete'");
  }

  async hover(selector) {
    await this.#send("Input.dispatchMouseEvent", { type: "mouseMoved", ...(await this.#centre(selector)) });
  }

  async click(selector) {
    await this.hover(selector);
    const at = { ...(await this.#centre(selector)), button: "left", clickCount: 1 };
    await this.#send("Input.dispatchMouseEvent", { type: "mousePressed", ...at });
    // The page may be gone before it answers: a prerendered one is shown at once.
    await this.#send("Input.dispatchMouseEvent", { type: "mouseReleased", ...at }).catch(() => {});
  }

  #centre(selector) {
    const centre = (wanted) => {
      const element = document.querySelector(wanted);
      element?.scrollIntoView({ block: "nearest" });
      const { x, y, width, height } = element?.getBoundingClientRect() ?? { width: 0 };
      return width > 0 && { x: x + width / 2, y: y + height / 2 };
    };
    return this.waitForFunction(centre, selector);
  }

  #shown() {
    return [...this.#pages.values()].find(({ isPrerendered }) => !isPrerendered);
  }

  async #send(method, params) {
    const shown = await until(() => this.#shown());
    return this.#pipe.send(method, params, shown.sessionId);
  }

  #receive({ method, params, sessionId }) {
    const { log } = this.#options;
    if (sessionId === undefined) return;
    if (sessionId === this.#tabSession) {
      if (method === "Target.attachedToTarget") this.#attach(params);
      if (method === "Target.detachedFromTarget") this.#detach(params.sessionId);
      return;
    }
    const page = this.#pages.get(sessionId);
    if (!page) return;
    if (method === "Runtime.consoleAPICalled") {
      const text = params.args.map(({ value, description }) => value ?? description ?? "").join(" ");
      log.push({ kind: "console", url: page.url, status: params.type, text });
    } else if (method === "Runtime.exceptionThrown") {
      const { exception, text } = params.exceptionDetails;
      log.push({ kind: "pageerror", url: page.url, status: "error", text: exception?.description ?? text });
    } else if (method === "Page.frameNavigated" && !params.frame.parentId) {
      page.url = params.frame.url;
    } else if (method in PRELOAD_EVENTS) {
      log.push(preloadEntry(PRELOAD_EVENTS[method], params));
    }
  }

  async #attach({ sessionId, targetInfo }) {
    const page = { sessionId, url: targetInfo.url, isPrerendered: targetInfo.subtype === "prerender", isReady: false };
    this.#pages.set(sessionId, page);
    const { userAgent, locale, viewport } = this.#options;
    const send = (method, params) => this.#pipe.send(method, params, sessionId);
    const emulation = {
      userAgent,
      acceptLanguage: acceptLanguage(locale),
      userAgentMetadata: userAgentMetadata(userAgent),
    };
    // Sent without waiting for each other: the page is held until the last.
    await Promise.all([
      send("Emulation.setUserAgentOverride", emulation),
      send("Emulation.setDeviceMetricsOverride", { ...viewport, deviceScaleFactor: 1, mobile: false }),
      send("Emulation.setFocusEmulationEnabled", { enabled: true }),
      send("Page.enable"),
      send("Runtime.enable"),
      send("Preload.enable"),
      send("Runtime.runIfWaitingForDebugger"),
    ]).then(() => (page.isReady = true), () => {
      // A prerendered page may be gone before it is set up; of the first page, `open` notices that it is never ready.
    });
  }

  #detach(sessionId) {
    const wasShown = this.#shown()?.sessionId === sessionId;
    this.#pages.delete(sessionId);
    if (!wasShown) return;
    // The page that was shown went because a prerendered one took its place.
    for (const page of this.#pages.values()) page.isPrerendered = false;
  }
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
