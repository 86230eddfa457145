// Runs `wrangler dev` with the arguments given, and ends it when this process's input ends: that happens when whoever
// started it stops, dies, or is killed, so that no server is ever left behind.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const wrangler = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin", "wrangler.js");
const child = spawn(process.execPath, [wrangler, "dev", ...process.argv.slice(2)], {
  stdio: ["ignore", "inherit", "inherit"],
  detached: true,
});

let ending = false;
function end() {
  if (ending) return;
  ending = true;
  kill("SIGTERM");
  setTimeout(() => kill("SIGKILL"), 3000).unref();
}
// The group: wrangler, its workerd and its esbuild.
function kill(signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}
process.stdin.on("end", end).on("error", end).resume();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, end);
child.on("exit", (code) => {
  kill("SIGKILL");
  process.exit(ending ? 0 : (code ?? 1));
});
