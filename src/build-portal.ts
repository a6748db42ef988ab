/** The portal as files that browsers take, made from its sources on first start and whenever they have changed. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

const PORTAL = fileURLToPath(new URL("../portal", import.meta.url));
const BUILT = join(PORTAL, "dist");
const MADE_FROM = "made-from";
/** With what the portal takes of the server: `test/tidy/portal.test.ts` knows of nothing else. */
const SOURCES = [
  "portal/src/**/*",
  "portal/*.{html,json,ts}",
  "src/{client,offer-package,domain}/**/*.ts",
  "package-lock.json",
];

/** The folder; null, with a line that says why, when it could not be made: the API serves without a portal. */
export async function buildPortal(log: (line: string) => void): Promise<string | null> {
  const wanted = digestOfSources();
  if (isBuiltFrom(wanted)) return BUILT;
  log("building the portal, once");
  try {
    await build(wanted);
    return BUILT;
  } catch (error) {
    // Another process may have been faster.
    if (isBuiltFrom(wanted)) return BUILT;
    log(
      `the portal could not be built, so there is none: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
}

/** Built beside and moved into place, so that another process never serves half of it. */
async function build(wanted: string): Promise<void> {
  const folder = mkdtempSync(join(PORTAL, ".building-"));
  try {
    const vite = await import("vite");
    await vite.build({
      root: PORTAL,
      configFile: join(PORTAL, "vite.config.ts"),
      logLevel: "error",
      build: { outDir: folder, emptyOutDir: true },
    });
    compress(folder);
    writeFileSync(join(folder, MADE_FROM), wanted);
    if (isBuiltFrom(wanted)) return;
    // Whoever may read the sources may read what is made of them.
    chmodSync(folder, 0o755);
    rmSync(BUILT, { recursive: true, force: true });
    renameSync(folder, BUILT);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isBuiltFrom(wanted: string): boolean {
  const mark = join(BUILT, MADE_FROM);
  return existsSync(mark) && readFileSync(mark, "utf8") === wanted;
}

function digestOfSources(): string {
  const root = dirname(PORTAL);
  const files = globSync(SOURCES, { cwd: root, withFileTypes: true }).filter((entry) => entry.isFile());
  const digest = createHash("sha256");
  for (const file of files.map((entry) => join(entry.parentPath, entry.name)).sort())
    digest.update(relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
  return digest.digest("hex");
}

/** Browsers take the small form; making it once is cheaper than at every answer. */
function compress(folder: string): void {
  for (const file of globSync("assets/*.{js,css,svg}", { cwd: folder })) {
    const content = readFileSync(join(folder, file));
    writeFileSync(join(folder, `${file}.br`), brotliCompressSync(content));
    writeFileSync(join(folder, `${file}.gz`), gzipSync(content, { level: 9 }));
  }
}

if (import.meta.main) {
  const built = await buildPortal((line) => process.stderr.write(`${line}\n`));
  if (built === null) process.exitCode = 1;
}
