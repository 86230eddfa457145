// Finds a Chromium for the end-to-end tests; `node tests/browser/chromium.mjs` prints which one.
//
// The first that starts wins: TRIBUTARY_CHROMIUM, a browser on PATH, the binary in @sparticuz/chromium (no root and no
// download: it came with `npm ci`), and last, for root on Debian or Ubuntu, the distribution's own package.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants, lstat, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_PATHS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

// A start takes 0.1 s here; the rest is for two cores that are busy compiling.
const START_TIMEOUT_MS = 30_000;

const HOW_TO_INSTALL =
  "no Chromium starts on this machine, and the browser tests need one: run `npm ci` on x86-64 Linux (it brings one), " +
  "`sudo apt-get install -y chromium` on Debian, `brew install --cask google-chrome` on macOS, " +
  "or set TRIBUTARY_CHROMIUM to the path of a browser";

let found;

/** The browser to start: `{executablePath, env, args}`, where `env` is added to the environment. */
export function chromium() {
  found ??= find().catch((error) => {
    found = undefined;
    throw error;
  });
  return found;
}

async function find() {
  const wanted = process.env.TRIBUTARY_CHROMIUM;
  if (wanted) {
    const browser = plain(wanted);
    if (await starts(browser)) return browser;
    console.error(`chromium: TRIBUTARY_CHROMIUM=${wanted} does not start; looking for another`);
  }

  const folder = await ownFolder();
  const pack = await packageOnDisk();
  // A newer package is a reason to look again.
  const memory = join(folder, `found-${pack?.version ?? "without-package"}.json`);
  const remembered = await recall(memory);
  if (remembered) return remembered;

  for (const candidates of [onPath, () => bundled(folder, pack), installed]) {
    for (const browser of await candidates()) {
      if (await starts(browser)) {
        await remember(memory, browser);
        return browser;
      }
    }
  }
  throw new Error(HOW_TO_INSTALL);
}

const plain = (executablePath) => ({ executablePath, env: {}, args: [] });

async function onPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const paths = NAMES.flatMap((name) => folders.map((folder) => resolve(folder, name)));
  if (process.platform === "darwin") paths.push(...MAC_PATHS);
  const runnable = await Promise.all(paths.map(isExecutable));
  return paths.filter((_, index) => runnable[index]).map(plain);
}

/** Where @sparticuz/chromium is, if its binary is for this machine. */
async function packageOnDisk() {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  try {
    const entry = import.meta.resolve("@sparticuz/chromium");
    const root = resolve(dirname(fileURLToPath(entry)), "..");
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    return { entry, root, version };
  } catch {
    return undefined;
  }
}

/** The package's own binary, unpacked once per version: with the system's libraries, then with those it brings. */
async function bundled(folder, pack) {
  if (!pack) return [];
  const unpacked = join(folder, `sparticuz-${pack.version}`);
  const executablePath = join(unpacked, "chromium");
  try {
    if (!(await isExecutable(executablePath))) await unpack(pack, unpacked);
  } catch (error) {
    console.error(`chromium: @sparticuz/chromium cannot be unpacked: ${error.message}`);
    return [];
  }

  const env = { FONTCONFIG_FILE: join(unpacked, "fonts.conf") };
  const libraries = join(unpacked, "al2023", "lib");
  const LD_LIBRARY_PATH = [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return [
    { executablePath, env, args: [] },
    { executablePath, env: { ...env, LD_LIBRARY_PATH }, args: [] },
  ];
}

async function unpack({ entry, root }, unpacked) {
  const partial = await mkdtemp(`${unpacked}-`);
  try {
    // `inflate` writes to the process's temporary folder and nowhere else, hence a process with its own.
    const archives = ["chromium.br", "al2023.tar.br", "fonts.tar.br"].map((name) => join(root, "bin", name));
    const script = `const { inflate } = await import(${JSON.stringify(entry)});
      await Promise.all(${JSON.stringify(archives)}.map(inflate));`;
    await run(process.execPath, ["--input-type=module", "--eval", script], { TMPDIR: partial });
    // The package's own configuration names /tmp/fonts. Without any font, text has no size and links cannot be clicked.
    await writeFile(
      join(partial, "fonts.conf"),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
        `<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>${unpacked}/fonts</dir></fontconfig>\n`,
    );
    await rename(partial, unpacked);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another process may have been quicker: its folder is complete, because it was renamed too.
    if (!(await isExecutable(join(unpacked, "chromium")))) throw error;
  }
}

async function installed() {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const isDebian = /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(release);
  if (!isDebian || process.getuid?.() !== 0) return [];
  console.error("chromium: none found, installing Debian's (apt-get install chromium)");
  try {
    await run("apt-get", ["update"], {});
    await run("apt-get", ["install", "-y", "chromium"], { DEBIAN_FRONTEND: "noninteractive" });
  } catch (error) {
    console.error(`chromium: ${error.message}`);
    return [];
  }
  return onPath();
}

/** Whether the browser gets as far as opening its debugging port: some wrappers answer `--version` and then fail. */
async function starts({ executablePath, env, args }) {
  const profile = await mkdtemp(join(tmpdir(), "tributary-chromium-try-"));
  const child = spawn(
    executablePath,
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--no-first-run",
      "--disable-background-networking",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      ...args,
      "about:blank",
    ],
    // Its own process group: a wrapper script and the browser under it go together.
    { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  const exited = once(child, "exit").catch(() => {});
  let timer;
  try {
    return await new Promise((settle) => {
      let output = "";
      child.stderr.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (output.includes("DevTools listening on")) settle(true);
      });
      child.once("error", () => settle(false)).once("exit", () => settle(false));
      timer = setTimeout(settle, START_TIMEOUT_MS, false);
    });
  } finally {
    clearTimeout(timer);
    if (child.pid) {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It is gone already.
      }
      await exited;
    }
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function recall(memory) {
  try {
    const browser = JSON.parse(await readFile(memory, "utf8"));
    return (await isExecutable(browser.executablePath)) ? browser : undefined;
  } catch {
    return undefined;
  }
}

async function remember(memory, browser) {
  const partial = `${memory}-${process.pid}`;
  await writeFile(partial, JSON.stringify(browser));
  await rename(partial, memory);
}

/** A temporary folder that nobody else can write to: what lies in it gets executed. */
async function ownFolder() {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `tributary-chromium-${uid}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const stat = await lstat(folder);
  if (!stat.isDirectory() || stat.uid !== uid || (stat.mode & 0o022) !== 0) {
    throw new Error(`${folder} belongs to somebody else or is open to others: remove it`);
  }
  return folder;
}

async function isExecutable(path) {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function run(command, args, env) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (output += text));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${command} ${args[0]} ended with ${code}: ${output.trim().slice(-500)}`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    console.log((await chromium()).executablePath);
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
