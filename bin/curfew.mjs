#!/usr/bin/env node
// Starts Curfew under a Node that can run TypeScript: the one npm installed beside us, else the one we were started with.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const MINIMUM_MAJOR = 24;
const major = Number(process.versions.node.split(".")[0]);

if (major >= MINIMUM_MAJOR) {
  await import("../src/main.ts");
} else {
  const bundled = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
  if (!existsSync(bundled)) {
    process.stderr.write(
      `curfew: Node ${process.versions.node} is too old, and npm brought none for ${process.platform}-${process.arch}; install Node ${MINIMUM_MAJOR} or newer\n`,
    );
    process.exit(1);
  }
  // Signals from a terminal reach the whole foreground group, so the parent only has to outwait the child.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
  const child = spawnSync(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  process.exit(child.status ?? 1);
}
