/** What postmaster.pid tells: that a server lives in the cluster, or that one died there. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { PORT } from "./socket-dir.ts";

/** The pid of a PostgreSQL server at work in this cluster, started by whomever; null when there is none. */
export function livingPostmaster(clusterDir: string): number | null {
  const pid = recordedPid(clusterDir);
  return pid !== null && isPostgresIn(pid, clusterDir) ? pid : null;
}

/**
 * What a crash left behind that could keep PostgreSQL from starting. It refuses while the pid in such a file belongs
 * to any process of its user, even one that took the number over, or that nobody has buried. Only to be removed while
 * the lock is held and no postmaster lives: what remains of a server of ours would hold the lock too.
 */
export function misleadingFiles(clusterDir: string, socketDir: string): string[] {
  const pid = recordedPid(clusterDir);
  const files = pid !== null && commandName(pid) !== null ? [join(clusterDir, "postmaster.pid")] : [];
  return [...files, join(socketDir, `.s.PGSQL.${PORT}.lock`)].filter((path) => existsSync(path));
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

/**
 * A postmaster's working directory is its cluster. Where we may not look (the server of another user, in some
 * containers) the name has to do. A process that is ending, or that nobody has buried, has none any more.
 */
function isPostgresIn(pid: number, clusterDir: string): boolean {
  if (commandName(pid) !== "postgres") return false;
  try {
    const [its, ours] = [statSync(`/proc/${pid}/cwd`), statSync(clusterDir)];
    return its.dev === ours.dev && its.ino === ours.ino;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ENOENT");
  }
}

function commandName(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return null;
  }
}
