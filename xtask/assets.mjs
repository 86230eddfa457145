// Minifies counter.js to t.js in the folder given, and writes t.js.hash, the first 16 digits of its SHA-256.
// With --check it writes nothing and fails if either is not what it would be.
import { buildSync } from "esbuild";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder, check] = process.argv.slice(2);
const result = buildSync({
  entryPoints: [join(folder, "counter.js")],
  minify: true,
  target: "es2018",
  charset: "utf8",
  write: false,
});
const files = {
  "t.js": result.outputFiles[0].text,
  "t.js.hash": createHash("sha256").update(result.outputFiles[0].text).digest("hex").slice(0, 16),
};
for (const [name, content] of Object.entries(files)) {
  const path = join(folder, name);
  if (check !== "--check") {
    writeFileSync(path, content);
  } else if (readFileSync(path, "utf8") !== content) {
    console.error(`${path} is not made of counter.js as it is: run \`cargo xtask assets\``);
    process.exit(1);
  }
}
