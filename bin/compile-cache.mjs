/**
 * Where Node keeps our code compiled, so that the next start need not do it again. What lies there is executed: a
 * folder that anybody else could write to, or put another in the place of, is not used.
 */
import { existsSync, lstatSync, mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

const OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * The user's cache folder, else one in the temporary folder; null when none is safe, and we start without.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | null}
 */
export function compileCacheFolder(env, temporary = tmpdir()) {
  const uid = process.geteuid?.();
  if (uid === undefined) return null;
  const { XDG_CACHE_HOME: cache, HOME: home } = env;
  const folders = [
    ...(cache !== undefined && isAbsolute(cache) ? [join(cache, "curfew")] : []),
    // A service's user may have a home that is only a name; it is not ours to make.
    ...(home !== undefined && isAbsolute(home) && existsSync(home) ? [join(home, ".cache", "curfew")] : []),
    join(temporary, `curfew-${uid}`),
  ];
  return folders.find((folder) => isOursAlone(folder, uid)) ?? null;
}

/** Makes it where it is missing. Links above it are followed and judged by where they lead; itself it must not be one. */
function isOursAlone(folder, uid) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const itself = lstatSync(folder);
    if (!itself.isDirectory() || itself.uid !== uid || (itself.mode & OTHERS) !== 0) return false;
    return parentsOf(realpathSync(folder)).every((parent) => isFirm(lstatSync(parent), uid));
  } catch {
    return false;
  }
}

/** Nobody but us and root may rename what is in it. */
function isFirm({ mode, uid: owner }, uid) {
  const held = (mode & WRITABLE_BY_OTHERS) === 0 || (mode & STICKY) !== 0;
  return held && (owner === uid || owner === 0);
}

function parentsOf(folder) {
  const parent = dirname(folder);
  return parent === folder ? [] : [parent, ...parentsOf(parent)];
}
