// Runs one Worker in workerd under miniflare, for the benchmarks: every target goes through this file, so that what
// miniflare itself costs is the same for all.
//
// Input: one argument of JSON, see below. Output: one line, `ready PORT MILLISECONDS`. It ends when its input ends: that
// happens when whoever started it stops, dies, or is killed, so that no server is ever left behind.
import { dirname } from "node:path";
import { Log, LogLevel, Miniflare } from "miniflare";

const began = performance.now();
const target = JSON.parse(process.argv[2]);

/** What wrangler makes of a wrangler configuration: the shipped one, or none for the references. */
async function configured(path) {
  if (!path) return {};
  const { unstable_getMiniflareWorkerOptions: options } = await import("wrangler");
  return options(path).workerOptions;
}

const { kv, d1, queue, analytics, vars } = target.bindings ?? {};
const worker = {
  compatibilityDate: "2026-04-01",
  ...(kv && { kvNamespaces: { LINKS: "bench-links" } }),
  ...(d1 && { d1Databases: { DB: "bench" } }),
  ...(queue && {
    queueProducers: { QUEUE: "bench-events" },
    // As in the shipped wrangler.toml.
    queueConsumers: { "bench-events": { maxBatchSize: 20, maxBatchTimeout: 1, maxRetries: 100 } },
  }),
  ...(analytics && { analyticsEngineDatasets: { ANALYTICS: { dataset: "bench" } } }),
  ...(vars && { bindings: vars }),
  ...(await configured(target.config)),
};
const miniflare = new Miniflare({
  ...worker,
  name: "bench",
  modules: true,
  modulesRoot: dirname(target.script),
  scriptPath: target.script,
  modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
  host: "127.0.0.1",
  port: 0,
  cf: false,
  log: new Log(LogLevel.ERROR),
  defaultPersistRoot: target.state,
  kvPersist: `${target.state}/v3/kv`,
  d1Persist: `${target.state}/v3/d1`,
  cachePersist: `${target.state}/v3/cache`,
});
const url = await miniflare.ready;
for (const sql of target.sql ?? []) await (await miniflare.getD1Database("DB")).prepare(sql).run();
const links = target.links ? await miniflare.getKVNamespace("LINKS") : undefined;
for (const [code, value] of Object.entries(target.links ?? {})) await links.put(code, value);
console.log(`ready ${url.port} ${Math.round(performance.now() - began)}`);

process.stdin.on("end", end).on("error", end).resume();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, end);
async function end() {
  await miniflare.dispose();
  process.exit(0);
}
