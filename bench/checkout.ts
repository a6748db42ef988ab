/** The sources that are measured: this tree, and an earlier version put beside it for the time of the run. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What can be measured against, by its name. */
export const EARLIER: Readonly<Record<string, string>> = { "0.1.0": "81557b2" };

const HERE = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

export interface Checkout {
  readonly name: string;
  readonly folder: string;
  remove(): void;
}

export const today: Checkout = { name: "today", folder: HERE, remove: () => {} };

/** Null, and the reason, where the repository does not hold that version. */
export function checkOut(name: string): { checkout: Checkout } | { checkout: null; why: string } {
  const commit = EARLIER[name];
  if (commit === undefined)
    return { checkout: null, why: `there is no version \`${name}\` to measure against` };
  try {
    git("cat-file", "-e", `${commit}^{commit}`);
  } catch {
    return { checkout: null, why: `commit ${commit} is not in this repository (a shallow clone?)` };
  }
  const folder = join(mkdtempSync(join(tmpdir(), "curfew-bench-")), name);
  git("worktree", "add", "--detach", folder, commit);
  // With the packages of its own lockfile: today's may lack some.
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  return {
    checkout: {
      name,
      folder,
      remove() {
        git("worktree", "remove", "--force", folder);
        rmSync(join(folder, ".."), { recursive: true, force: true });
      },
    },
  };
}

function git(...words: string[]): string {
  return execFileSync("git", ["-C", HERE, ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
