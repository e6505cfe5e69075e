// Bundles the front end into kwidgets/static: the loader that anywidget gets, the program and its style sheet that the loader
// fetches once a page, and the licences of what is in it.
import { build } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, writeFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "static");
mkdirSync(target, { recursive: true });

const result = await build({
  entryPoints: { kwidgets: join(here, "src", "index.tsx"), loader: join(here, "src", "loader.ts") },
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  metafile: true,
  outdir: target,
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
});

const packages = new Set();
for (const file of Object.keys(result.metafile.inputs)) {
  const match = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file);
  if (match) packages.add(match[1]);
}
const notices = [...packages].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const licence = existsSync(folder) && readdirSync(folder).find((file) => /^licen[sc]e/i.test(file));
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const text = licence ? readFileSync(join(folder, licence), "utf8").trim() : "";
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(join(target, "LICENSES.txt"), notices.join(`\n${"-".repeat(80)}\n\n`));
for (const [file, { bytes }] of Object.entries(result.metafile.outputs)) console.log(`${file}: ${bytes} bytes`);
