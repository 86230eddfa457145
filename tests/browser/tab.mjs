// A Chromium in which pages really prerender, spoken to in the DevTools protocol itself, without Playwright.
//
// Chromium refuses to prerender a page with a debugger attached to it ("PrerenderingDisabledByDevTools"), unless the
// debugger came through the page's tab target, for an activation swaps the page under the tab. Playwright attaches to
// the page target. All this was found by trying. Hence a second browser, with the few commands these tests use, named
// as in Playwright. driver.mjs starts it for contexts that are opened with {"prerender": true}; how to wait and how to
// log a preload are here for both.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "./chromium.mjs";

// A local page answers in milliseconds; the rest is for two cores that are busy compiling.
export const WAIT_TIMEOUT_MS = 15_000;
const POLL_MS = 10;

export async function until(probe, timeoutMs = WAIT_TIMEOUT_MS, what = probe) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await sleep(POLL_MS);
  }
}

/** What the browser says about speculative loading, and the kind of log entry it becomes. */
export const PRELOAD_EVENTS = {
  "Preload.prefetchStatusUpdated": "prefetch",
  "Preload.prerenderStatusUpdated": "prerender",
};

export function preloadEntry(kind, { key, status, prefetchStatus, prerenderStatus }) {
  return { kind, url: key.url, status, text: prefetchStatus ?? prerenderStatus ?? "" };
}

/**
 * Starts Chromium, with `launchArgs` beside its own: `{version, newContext, close}`. `newContext` makes a visitor with
 * one tab: `{tab, cookies, close}`.
 */
export async function startTabBrowser(launchArgs) {
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
      ...launchArgs,
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
  return { version, newContext: (options) => newContext(pipe, options), close };
}

/**
 * `emulation` is what `Emulation.setUserAgentOverride` takes, for each page; `log` is where the pages' console, errors
 * and preloads go.
 */
async function newContext(pipe, { emulation, viewport, log }) {
  const { browserContextId } = await pipe.send("Target.createBrowserContext");
  const tab = await Tab.open(pipe, browserContextId, { emulation, viewport, log });
  const close = async () => {
    tab.close();
    await pipe.send("Target.disposeBrowserContext", { browserContextId });
  };
  const cookies = async () => (await pipe.send("Storage.getCookies", { browserContextId })).cookies;
  return { tab, cookies, close };
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
    const { emulation, viewport } = this.#options;
    const send = (method, params) => this.#pipe.send(method, params, sessionId);
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
