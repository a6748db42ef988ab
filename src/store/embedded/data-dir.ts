/** The data directory: what may lie in it, who owns it when, and the superuser's password beside the cluster. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { ourselves } from "./run-as.ts";

const NOBODY = 65_534;
const OURS =
  /^(lock|socket|cluster|cluster\.new|superuser-password|superuser-password\.new|native-.*|lost\+found)$/;
const PASSWORD = /^[A-Za-z0-9_-]{43}$/;

/** Makes the directory if needed and refuses what is not ours to use. Returns its real path. */
export function openDataDir(path: string): string {
  if (!isAbsolute(path)) throw unusable(path, "is not an absolute path");
  try {
    // Others may pass through new parents, not look around: uid 65534 has to get in when we are root.
    mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
    if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
    const real = realpathSync(path);
    refuseForeign(real);
    return real;
  } catch (cause) {
    if (cause instanceof EmbeddedPostgresError) throw cause;
    throw unusable(path, `cannot be used (${cause instanceof Error ? cause.message : cause})`, cause);
  }
}

/**
 * Gives a directory to `uid` with `mode`, never through a link. As root we hold the data directory ourselves while
 * we write in it, so that no other process of uid 65534 can put a link where we write, and hand it over afterwards.
 */
export function giveDirectory(path: string, to: { uid: number; gid: number }, mode = 0o700): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if (ourselves().uid === 0) fchownSync(fd, to.uid, to.gid);
    fchmodSync(fd, mode);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The superuser's password: 256 random bits, made before the cluster, kept for us alone. */
export function superuserPassword(dataDir: string, clusterExists: boolean): string {
  const path = join(dataDir, "superuser-password");
  const kept = readPassword(path);
  if (kept !== null) return kept;
  if (clusterExists)
    throw unusable(path, "is missing or damaged: restore it from a backup of the data directory");
  const password = randomBytes(32).toString("base64url");
  rmSync(`${path}.new`, { force: true });
  const fd = openSync(`${path}.new`, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    fchmodSync(fd, 0o600);
    writeSync(fd, password);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
  return password;
}

function readPassword(path: string): string | null {
  if (!existsSync(path)) return null;
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.uid !== ourselves().uid || (stat.mode & 0o077) !== 0 || stat.size > 256) {
      throw unusable(
        path,
        "must be a file of ours with mode 0600: others may know it, so make a new data directory",
      );
    }
    const password = readFileSync(fd, "utf8");
    return PASSWORD.test(password) ? password : null;
  } finally {
    closeSync(fd);
  }
}

function refuseForeign(path: string): void {
  const { uid } = ourselves();
  const owner = lstatSync(path).uid;
  if (owner !== uid && !(uid === 0 && owner === NOBODY)) {
    throw unusable(
      path,
      `belongs to uid ${owner} and we run as uid ${uid}: start as its owner, or choose another one`,
    );
  }
  const foreign = readdirSync(path).find((name) => !OURS.test(name));
  if (foreign !== undefined) {
    throw unusable(path, `holds \`${foreign}\`, which is not a part of it: choose an empty or a new folder`);
  }
}

function unusable(path: string, why: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError("data-dir-unusable", `\`${path}\` ${why}`, { cause });
}
