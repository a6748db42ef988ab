#!/usr/bin/env node
// Starts Curfew under a Node that can run TypeScript: the one npm installed beside us, else the one we were started with.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MINIMUM_MAJOR = 24;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const ORPHANED_EVERY_MS = 250;
const major = Number(process.versions.node.split(".")[0]);

if (process.env.npm_command !== undefined) endWithNpm(process.ppid);
if (major >= MINIMUM_MAJOR) await start();
else startUnderBundledNode();

async function start() {
  await useCompileCache();
  await import("../src/main.ts");
}

/** Node itself knows the two variables: one switches the cache off, the other names a folder that the user answers for. */
async function useCompileCache() {
  const { NODE_COMPILE_CACHE: chosen, NODE_DISABLE_COMPILE_CACHE: off } = process.env;
  if (chosen !== undefined || off !== undefined) return;
  const { enableCompileCache } = await import("node:module");
  const { compileCacheFolder } = await import("./compile-cache.mjs");
  const folder = compileCacheFolder(process.env);
  if (folder !== null) enableCompileCache(folder);
}

/** The shell that npm starts us in dies of a signal and passes none on: without this, a server would run on unseen. */
function endWithNpm(parent) {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, ORPHANED_EVERY_MS);
  watch.unref();
}

function startUnderBundledNode() {
  const bundled = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (!existsSync(bundled)) {
    process.stderr.write(
      `curfew: Node ${process.versions.node} is too old, and npm brought none for ${process.platform}-${process.arch}; install Node ${MINIMUM_MAJOR} or newer\n`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  // A terminal's Ctrl-C reaches both of us, a service manager's signal only this process: the child stops on the first.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal === "SIGINT" ? 2 : 15);
  });
}
