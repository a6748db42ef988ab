/** Finds PostgreSQL's programs in the npm package, or makes a copy of them that the server's user can run. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { type RunAs, runBriefly } from "./run-as.ts";

const WAY_OUT = "set CURFEW_DATABASE_URL to use a PostgreSQL of your own";

export interface PackagedBinaries {
  /** Holds bin, lib and share. */
  readonly nativeDir: string;
  readonly version: string;
}

interface Link {
  readonly name: string;
  readonly pointsTo: string;
}

export function locateBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): PackagedBinaries {
  if (platform !== "linux" || (arch !== "x64" && arch !== "arm64")) {
    throw new EmbeddedPostgresError(
      "platform-unsupported",
      `the embedded PostgreSQL runs on Linux x64 and arm64, not on \`${platform}-${arch}\`: ${WAY_OUT}`,
    );
  }
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    const packageDir = dirname(dirname(realpathSync(createRequire(import.meta.url).resolve(name))));
    const manifest: unknown = JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8"));
    return { nativeDir: join(packageDir, "native"), version: versionOf(manifest) };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      "package-missing",
      `the package \`${name}\` is not installed: run \`npm ci\` without \`--omit=optional\`, or ${WAY_OUT}`,
      { cause },
    );
  }
}

/**
 * Where that user can run the programs from: in the package if possible, else in a copy in the data directory.
 * The package is never written to: it may belong to someone else, and a copy works in every case.
 */
export function placeBinaries(packaged: PackagedBinaries, dataDir: string, runAs: RunAs): string {
  const links = readLinks(packaged.nativeDir);
  const complete = links.every((link) => existsSync(join(packaged.nativeDir, "lib", link.name)));
  const copyName = `native-${packaged.version}`;
  const useless = readdirSync(dataDir).filter((name) => name.startsWith("native-") && name !== copyName);
  for (const name of useless) rmSync(join(dataDir, name), { recursive: true });
  if (complete && runsAs(packaged.nativeDir, runAs).ok) return packaged.nativeDir;
  const copy = join(dataDir, copyName);
  if (!existsSync(copy)) makeCopy(packaged.nativeDir, links, copy);
  return copy;
}

/** Says in words what is wrong when the programs do not run, before they are asked to do something that matters. */
export function refuseUnrunnable(nativeDir: string, runAs: RunAs): void {
  const run = runsAs(nativeDir, runAs);
  if (run.ok) return;
  throw new EmbeddedPostgresError(
    "binaries-unusable",
    `the embedded PostgreSQL does not run here (${run.output}): it needs glibc and a data directory on a file system ` +
      `that allows programs; remove \`${nativeDir}\` and start again, or ${WAY_OUT}`,
  );
}

function runsAs(nativeDir: string, runAs: RunAs): { ok: boolean; output: string } {
  const script =
    '[ -r "$1/share/postgresql/postgres.bki" ] && "$1/bin/initdb" --version && exec "$1/bin/postgres" --version';
  return runBriefly(runAs, ["/bin/sh", "-c", script, "sh", nativeDir]);
}

/** npm packages hold no symbolic links; this one lists its own, for an install script that may have been off. */
function readLinks(nativeDir: string): Link[] {
  const entries: unknown = JSON.parse(readFileSync(join(nativeDir, "pg-symlinks.json"), "utf8"));
  if (!Array.isArray(entries)) throw new Error("pg-symlinks.json is not a list");
  return entries.map((entry: { source?: unknown; target?: unknown }) => {
    const [source, target] = [String(entry.source), String(entry.target)];
    if (dirname(source) !== "native/lib" || dirname(target) !== "native/lib") {
      throw new Error(`pg-symlinks.json links \`${target}\` outside native/lib`);
    }
    return { name: basename(target), pointsTo: basename(source) };
  });
}

/** Appears whole or not at all. What only a compiler needs is left out. */
function makeCopy(nativeDir: string, links: readonly Link[], copy: string): void {
  const unfinished = `${copy}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const part of ["bin", "lib", "share"]) copyReadable(join(nativeDir, part), join(unfinished, part));
  for (const link of links) symlinkSync(link.pointsTo, join(unfinished, "lib", link.name));
  chmodSync(unfinished, 0o755);
  renameSync(unfinished, copy);
}

/** With modes of its own: a package installed under umask 077 is readable to nobody else. */
function copyReadable(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      if (entry.name !== "pgxs" && entry.name !== "pkgconfig") copyReadable(source, target);
    } else if (entry.isFile() && !entry.name.endsWith(".a")) {
      copyFileSync(source, target);
      chmodSync(target, (statSync(source).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}

function versionOf(manifest: unknown): string {
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : null;
  if (typeof version !== "string" || !/^[\w.+-]{1,64}$/.test(version))
    throw new Error("package.json has no version");
  return version;
}
