// The Worker before a database that breaks at random: `MODULE` and `PER_THOUSAND` are put in by whoever writes this out.
// Half of the breaks come before a statement, and half after it was committed: its answer is lost.
import Worker from "MODULE";

export * from "MODULE";

// Numbers that only look random: the same for every run.
let state = 42;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

function lose(when) {
  console.warn(`a statement was broken ${when}`);
  throw new Error(`D1_ERROR: broken ${when}`);
}

function breaks(prototype, name) {
  const works = prototype[name];
  prototype[name] = async function (...given) {
    const chance = random() * 1000;
    if (chance < PER_THOUSAND / 2) lose("before");
    const answer = await works.apply(this, given);
    if (chance < PER_THOUSAND) lose("after");
    return answer;
  };
}

let broken = false;
export default class extends Worker {
  constructor(context, env) {
    super(context, env);
    if (broken) return;
    broken = true;
    breaks(Object.getPrototypeOf(env.DB), "batch");
    const statement = Object.getPrototypeOf(env.DB.prepare("SELECT 1"));
    for (const name of ["run", "all", "first", "raw"]) breaks(statement, name);
  }
}
