/** What postmaster.pid tells: that a server lives in the cluster, or that one died there. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** The pid of a PostgreSQL server at work in this cluster, started by whomever; null when there is none. */
export function livingPostmaster(clusterDir: string): number | null {
  const pid = recordedPid(clusterDir);
  return pid !== null && isPostgresIn(pid, clusterDir) ? pid : null;
}

/**
 * PostgreSQL refuses to start while the recorded pid belongs to any process of its user, even one that took the
 * number over after a crash or a reboot: such a record is removed. Only while the lock is held, because what remains
 * of a server of ours would hold the lock too.
 */
export function removeMisleadingPid(clusterDir: string): void {
  const pid = recordedPid(clusterDir);
  if (pid === null || commandName(pid) === null || isPostgresIn(pid, clusterDir)) return;
  rmSync(join(clusterDir, "postmaster.pid"));
}

function recordedPid(clusterDir: string): number | null {
  try {
    const path = join(clusterDir, "postmaster.pid");
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const buffer = Buffer.alloc(16);
      const length = fstatSync(fd).isFile() ? readSync(fd, buffer) : 0;
      const match = /^(\d{1,10})\n/.exec(buffer.toString("latin1", 0, length));
      return match ? Number(match[1]) : null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null; // no record: PostgreSQL judges the rest
  }
}

/** A postmaster's working directory is its cluster. Where we may not look, the name has to do. */
function isPostgresIn(pid: number, clusterDir: string): boolean {
  if (commandName(pid) !== "postgres") return false;
  try {
    const [its, ours] = [statSync(`/proc/${pid}/cwd`), statSync(clusterDir)];
    return its.dev === ours.dev && its.ino === ours.ino;
  } catch {
    return true;
  }
}

function commandName(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return null;
  }
}
