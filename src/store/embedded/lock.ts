/** An exclusive lock on a data directory that the kernel releases when the last process working in it is gone. */
import { spawn } from "node:child_process";
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { ourselves } from "./run-as.ts";

const ATTEMPT_S = 0.2;
/** Long enough for the server of a killed owner to shut down: it is given 10 s, then 10 s more. */
const ATTEMPTS = 125;

export interface DataDirLock {
  /** Children that inherit it keep the lock held when we die before them. */
  readonly fd: number;
  release(): void;
}

/**
 * flock(2) belongs to the open file, not to the process that asked for it: `flock` locks our descriptor and leaves.
 *
 * @throws EmbeddedPostgresError `data-dir-in-use`: at once when the owner lives, after 25 s when it died but its
 * server does not go away.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const fd = openLockFile(join(dataDir, "lock"));
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await tryLock(fd)) {
        recordOwner(fd);
        return { fd, release: () => release(fd) };
      }
      const owner = livingOwner(fd);
      if (owner !== null) throw inUse(dataDir, `process ${owner}`);
    }
    throw inUse(dataDir, "a PostgreSQL server whose owner is gone");
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

export function inUse(dataDir: string, by: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "data-dir-in-use",
    `the data directory \`${dataDir}\` is in use by ${by}: stop that process, or choose another CURFEW_DATA_DIR`,
  );
}

function openLockFile(path: string): number {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  const stat = fstatSync(fd);
  // As root we write into a folder of uid 65534: never through a link that another process of that uid planted.
  if (stat.isFile() && stat.nlink === 1 && stat.uid === ourselves().uid) return fd;
  closeSync(fd);
  throw new EmbeddedPostgresError(
    "data-dir-unusable",
    `\`${path}\` is not our lock file: remove it and start again`,
  );
}

function tryLock(fd: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn("flock", ["-w", String(ATTEMPT_S), "3"], {
      stdio: ["ignore", "ignore", "ignore", fd],
    });
    child.once("error", (cause) =>
      reject(
        new EmbeddedPostgresError(
          "tool-missing",
          "cannot run `flock`: install util-linux, or set CURFEW_DATABASE_URL",
          {
            cause,
          },
        ),
      ),
    );
    child.once("exit", (code) => resolve(code === 0));
  });
}

function recordOwner(fd: number): void {
  ftruncateSync(fd);
  writeSync(fd, `${process.pid} ${processStart(process.pid) ?? ""}`, 0);
}

/** The record goes first: whoever finds the lock held without an owner knows that it is about to be free. */
function release(fd: number): void {
  ftruncateSync(fd);
  closeSync(fd);
}

function livingOwner(fd: number): number | null {
  const buffer = Buffer.alloc(64);
  const text = buffer.toString("latin1", 0, readSync(fd, buffer, 0, buffer.length, 0));
  const match = /^(\d{1,10}) (\d{1,20})$/.exec(text);
  const pid = Number(match?.[1]);
  return match && processStart(pid) === match[2] ? pid : null;
}

/** When a process started, in clock ticks since boot (proc_pid_stat(5), field 22): tells a reused pid apart. */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}
