/**
 * Decides as whom PostgreSQL runs: as ourselves, or, because it refuses root, as uid 65534 when we are root.
 *
 * When the data lie below a folder that only root can enter, the server gets a mount namespace of its own in which
 * that folder holds nothing but the way to the data, at their real path. No mode outside changes. A user namespace
 * that maps root to 65534 would also open the way, but the kernel would still treat the server as the owner of
 * every root-owned file: such a process can read /etc/shadow.
 */
import {
  type ChildProcess,
  type SpawnOptions,
  type StdioOptions,
  spawn,
  spawnSync,
} from "node:child_process";
import { dirname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/** "nobody" on every Linux. Other daemons may share it: production documents a dedicated user instead. */
const NOBODY = 65_534;

/** Nothing of our own environment is handed on: /proc/<pid>/environ is readable to whoever shares the uid. */
const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LC_ALL: "C",
  TZ: "UTC",
};

const PROBE_LIMIT_MS = 30_000;

const SHOW_ONLY = `set -e
hidden=$1 data=$2 native=$3
shift 3
exec 5<"$data"
[ -z "$native" ] || exec 6<"$native"
mount -t tmpfs -o mode=0755,size=1m curfew "$hidden"
umask 022
mkdir -p "$data"
mount --no-canonicalize --bind /proc/self/fd/5 "$data"
if [ -n "$native" ]; then
  mkdir -p "$native"
  mount --no-canonicalize --bind /proc/self/fd/6 "$native"
fi
exec 5<&- 6<&-
exec setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups --no-new-privs -- "$@"`;

export interface RunAs {
  /** Who owns the cluster and its socket directory. */
  readonly uid: number;
  readonly gid: number;
  /** The command line that runs `argv` as that user. */
  command(argv: readonly string[]): readonly string[];
  /** What `spawn` needs for it: user, folder and a bare environment. */
  readonly spawnOptions: Pick<SpawnOptions, "uid" | "gid" | "cwd" | "env">;
}

export interface LockedChild {
  readonly child: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** @param dataDir a real path. @param nativeDir the packaged binaries, shown to the server where they are. */
export function chooseRunAs(dataDir: string, nativeDir: string): RunAs {
  const { uid, gid } = ourselves();
  const base = { cwd: "/", env: ENVIRONMENT };
  if (uid !== 0) return { uid, gid, command: (argv) => argv, spawnOptions: base };
  const nobody = { uid: NOBODY, gid: NOBODY };
  const hidden = firstClosedFolder(dataDir);
  if (hidden === null) return { ...nobody, command: (argv) => argv, spawnOptions: { ...base, ...nobody } };
  const native = nativeDir.startsWith(`${hidden}/`) ? nativeDir : "";
  const prefix = ["unshare", "--mount", "--", "/bin/sh", "-c", SHOW_ONLY, "sh", hidden, dataDir, native];
  const runAs = { ...nobody, command: (argv: readonly string[]) => [...prefix, ...argv], spawnOptions: base };
  const probe = runBriefly(runAs, ["test", "-d", dataDir]);
  if (probe.ok) return runAs;
  throw new EmbeddedPostgresError(
    "data-dir-unreachable",
    `PostgreSQL refuses to run as root, uid ${NOBODY} cannot enter \`${hidden}\`, and this machine allows no mount ` +
      `namespace (${probe.output}): choose a data directory that every user can reach, start as an ordinary user, ` +
      "or set CURFEW_DATABASE_URL",
  );
}

/** As whom this process runs. */
export function ourselves(): { uid: number; gid: number } {
  const uid = process.geteuid?.();
  const gid = process.getegid?.();
  if (uid === undefined || gid === undefined) throw new Error("this platform has no user ids");
  return { uid, gid };
}

/** Runs a command to its end; `output` is what it said, bounded. */
export function runBriefly(runAs: RunAs, argv: readonly string[]): { ok: boolean; output: string } {
  const [file = "", ...rest] = runAs.command(argv);
  const options = {
    ...runAs.spawnOptions,
    stdio: "pipe",
    timeout: PROBE_LIMIT_MS,
    maxBuffer: 65_536,
  } as const;
  const run = spawnSync(file, rest, { ...options, encoding: "utf8" });
  const said = `${run.stdout ?? ""}${run.stderr ?? ""}`.trim().slice(0, 500);
  return { ok: run.status === 0, output: run.error ? run.error.message : said };
}

/**
 * Starts a command in a session of its own, so that Ctrl-C in the terminal reaches only us. It inherits the lock
 * as descriptor 3: a data directory stays locked for as long as any process works in it.
 */
export function spawnLocked(runAs: RunAs, argv: readonly string[], lockFd: number): LockedChild {
  const [file = "", ...rest] = runAs.command(argv);
  const stdio: StdioOptions = ["pipe", "pipe", "pipe", lockFd];
  const child = spawn(file, rest, { ...runAs.spawnOptions, detached: true, stdio });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null)
    throw new Error("a pipe was asked for and not made");
  return { child, stdin, stdout, stderr };
}

/** The topmost folder above `path` that uid 65534 cannot enter. Asked of the kernel, so that ACLs count too. */
function firstClosedFolder(path: string): string | null {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== "/"; folder = dirname(folder)) folders.unshift(folder);
  const script = 'i=0; for f; do [ -x "$f" ] || { echo "$i"; exit; }; i=$((i+1)); done';
  const asNobody = { cwd: "/", env: ENVIRONMENT, uid: NOBODY, gid: NOBODY, timeout: PROBE_LIMIT_MS } as const;
  const run = spawnSync("/bin/sh", ["-c", script, "sh", ...folders], { ...asNobody, encoding: "utf8" });
  if (run.status !== 0) {
    const reason = run.error?.message ?? run.stderr;
    throw new EmbeddedPostgresError(
      "data-dir-unreachable",
      `cannot run anything as uid ${NOBODY} (${reason}): start as an ordinary user, or set CURFEW_DATABASE_URL`,
    );
  }
  return run.stdout === "" ? null : (folders[Number(run.stdout)] ?? null);
}
