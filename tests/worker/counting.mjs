// The Worker as it is, but each answer says what it cost: `x-trips`, ways to the database, and `x-wasm-bytes`, the memory that
// the Worker's own code has taken so far. `MODULE` is put in by whoever writes this out. Of requests that come one by one.
import "./memories.mjs";
import Worker from "MODULE";

export * from "MODULE";

let trips = 0;
function counts(prototype, name) {
  const works = prototype[name];
  prototype[name] = function (...given) {
    trips += 1;
    return works.apply(this, given);
  };
}

let counted = false;
export default class extends Worker {
  constructor(context, env) {
    super(context, env);
    if (counted) return;
    counted = true;
    counts(Object.getPrototypeOf(env.DB), "batch");
    const statement = Object.getPrototypeOf(env.DB.prepare("SELECT 1"));
    for (const name of ["run", "all", "first", "raw"]) counts(statement, name);
  }

  async fetch(request) {
    const before = trips;
    const answer = await super.fetch(request);
    const told = new Response(answer.body, answer);
    told.headers.set("x-trips", String(trips - before));
    const bytes = globalThis.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
    told.headers.set("x-wasm-bytes", String(bytes));
    return told;
  }
}
