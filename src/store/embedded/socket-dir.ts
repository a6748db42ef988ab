/** Where the server's socket lies: in the data directory, or in a short folder when that does not fit. */
import { createHmac } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { giveDirectory } from "./data-dir.ts";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { ourselves, type RunAs } from "./run-as.ts";

export const PORT = 5432;

/** sun_path holds 107 bytes (unix(7)); some clients are stricter. */
const MAX_SOCKET_PATH_BYTES = 99;
const SHORT_BASE = "/tmp";
const SHORT_ATTEMPTS = 8;

export interface SocketDirRequest {
  readonly dataDir: string;
  readonly runAs: RunAs;
  /** The superuser's password: a secret that stays the same across starts. */
  readonly secret: string;
  readonly reachableByLocalUsers: boolean;
}

export function makeSocketDir(request: SocketDirRequest): string {
  const inside = join(request.dataDir, "socket");
  const fits = Buffer.byteLength(join(inside, `.s.PGSQL.${PORT}`)) <= MAX_SOCKET_PATH_BYTES;
  if (request.reachableByLocalUsers || !fits) return makeShortDir(request);
  makeDirectory(inside);
  giveDirectory(inside, request.runAs);
  return inside;
}

/**
 * The name follows from a secret and from where the data is: the same at every start, another for a copy of the data,
 * and nobody can take it before us. Once seen it could be taken while it is gone (after a reboot): a folder that is not
 * ours is passed over for the next name. For the same reason stopping leaves the folder where it is: clients keep
 * connecting to its name.
 */
function makeShortDir({ dataDir, runAs, secret, reachableByLocalUsers }: SocketDirRequest): string {
  refuseUnsafeBase();
  for (let attempt = 0; attempt < SHORT_ATTEMPTS; attempt++) {
    const name = createHmac("sha256", secret)
      .update(`socket directory ${attempt} of ${dataDir}`)
      .digest("hex")
      .slice(0, 16);
    const path = join(SHORT_BASE, `curfew-${name}`);
    if (!makeDirectory(path) && !isOurs(path, runAs)) continue;
    giveDirectory(path, runAs, reachableByLocalUsers ? 0o711 : 0o700);
    return path;
  }
  throw unusable(SHORT_BASE);
}

/** In a folder that all may write to, only the sticky bit keeps others from renaming ours. */
function refuseUnsafeBase(): void {
  const base = lstatSync(SHORT_BASE);
  const sticky = (base.mode & 0o1000) !== 0;
  if (!base.isDirectory() || base.uid !== 0 || ((base.mode & 0o022) !== 0 && !sticky))
    throw unusable(SHORT_BASE);
}

function makeDirectory(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (cause) {
    const exists = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
    if (exists) return false;
    throw unusable(path, cause);
  }
}

function isOurs(path: string, runAs: RunAs): boolean {
  const stat = lstatSync(path);
  return stat.isDirectory() && (stat.uid === runAs.uid || stat.uid === ourselves().uid);
}

function unusable(path: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "socket-dir-unusable",
    `cannot make a folder for PostgreSQL's socket at \`${path}\`: choose a data directory with a shorter path`,
    { cause },
  );
}
