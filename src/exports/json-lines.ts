/**
 * JSON Lines: every log into one file of the operator's, an event a line, and a file more each day (UTC) or when it is full.
 * What is accepted is on the disk: it was synced before anybody was told. The file is ours alone (0600), and nothing is
 * written through a link, for whoever may put one there would have us write wherever they like.
 */
import { constants } from "node:fs";
import { type FileHandle, link, lstat, open, realpath, unlink } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { formatInstant, type Instant } from "../domain/time.ts";
import { type Format, fitted } from "./payload.ts";
import { type ExportedEvent, type OperatorSink, type Sender, SinkFault } from "./sink.ts";

export interface JsonLinesOptions {
  /** Of the file that is written to; those before it stand beside it, as `events.2026-11-30.1.jsonl`. */
  readonly path: string;
  /** A file that is longer is put aside before the next event. */
  readonly mostBytes: number;
  /** Curfew's own by default. */
  readonly format?: Format;
  readonly now: () => Instant;
}

/** As many as are synced at once. */
const MOST_EVENTS = 500;
const MOST_FILES_A_DAY = 10_000;
/** No line is longer: an entry has 64 KiB at the most, and what is told beside it less. */
const LONGEST_LINE_BYTES = 1_048_576;
const LINE_END = 0x0a;

export function jsonLinesSink(options: JsonLinesOptions): OperatorSink {
  return {
    kind: "jsonLines",
    label: "JSON Lines",
    place: options.path,
    open: async () => senderTo(options),
  };
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly inode: number;
  bytes: number;
  /** When it was written to last, as `2026-12-01`. */
  day: string;
}

function senderTo(options: JsonLinesOptions): Sender {
  let file: OpenFile | null = null;
  const letGo = async (): Promise<void> => {
    const { handle } = file ?? {};
    file = null;
    await handle?.close();
  };
  return {
    mostEvents: MOST_EVENTS,
    async send(events) {
      try {
        const day = dayOf(options.now());
        if (file !== null && !(await isStillThere(options.path, file))) await letGo();
        file ??= await openFile(options.path, day);
        if (file.bytes > 0 && (file.day !== day || file.bytes >= options.mostBytes)) {
          const ended = file;
          await letGo();
          await putAside(options.path, ended.day);
          file = await openFile(options.path, day);
        }
        await append(file, events, options.format ?? "curfew");
        file.day = day;
        return { kind: "accepted", through: events.at(-1)?.number ?? 0 };
      } catch (error) {
        await letGo().catch(() => {});
        throw faultOf(error, options.path);
      }
    },
    close: letGo,
  };
}

async function append(file: OpenFile, events: readonly ExportedEvent[], format: Format): Promise<void> {
  const mostBytes = LONGEST_LINE_BYTES - 1;
  const text = events.map((event) => `${fitted(event, { format, mostBytes }).text}\n`).join("");
  const bytes = Buffer.from(text, "utf8");
  await file.handle.writeFile(bytes);
  await file.handle.datasync();
  file.bytes += bytes.length;
}

/** Another program may have put it aside, or taken it away. */
async function isStillThere(path: string, { inode }: OpenFile): Promise<boolean> {
  const there = await lstat(path).catch(() => null);
  return there !== null && there.ino === inode && there.nlink === 1;
}

async function openFile(path: string, today: string): Promise<OpenFile> {
  const folder = await ownFolder(path);
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
  const handle = await open(path, flags, 0o600);
  try {
    const { ino, size, mtimeMs, nlink, uid, mode } = await requirePlain(handle, path);
    if (nlink > 1) {
      // A step of ours ended after the new name and before the old one went.
      await unlink(path);
      await handle.close();
      return await openFile(path, today);
    }
    if (uid !== process.getuid?.()) throw new SinkFault(`\`${path}\` belongs to another user`);
    if ((mode & 0o077) !== 0) await handle.chmod(0o600);
    const bytes = await withoutTornLine(handle, size, path);
    // A file that is new is there only when its folder says so.
    if (size === 0) await syncFolder(folder);
    return { handle, inode: ino, bytes, day: size === 0 ? today : dayOf(mtimeMs as Instant) };
  } catch (error) {
    await handle.close().catch(() => {});
    throw error;
  }
}

async function requirePlain(handle: FileHandle, path: string) {
  const found = await handle.stat();
  if (!found.isFile()) throw new SinkFault(`\`${path}\` is no plain file`);
  return found;
}

/** Nobody but us may change what stands there, and no part of the way there is a link. */
async function ownFolder(path: string): Promise<string> {
  const folder = dirname(path);
  if ((await realpath(folder)) !== folder)
    throw new SinkFault(`the way to \`${path}\` goes through a link; name the folder itself`);
  const { uid, mode } = await lstat(folder);
  if ((uid !== process.getuid?.() && uid !== 0) || (mode & 0o022) !== 0)
    throw new SinkFault(`others may write to \`${folder}\`; give it to Curfew's user alone (chmod 0700)`);
  return folder;
}

/** A line that a crash cut off was never accepted, and is sent again. */
async function withoutTornLine(handle: FileHandle, size: number, path: string): Promise<number> {
  if (size === 0) return 0;
  const tail = Buffer.alloc(Math.min(size, LONGEST_LINE_BYTES));
  await handle.read(tail, 0, tail.length, size - tail.length);
  if (tail.at(-1) === LINE_END) return size;
  const end = tail.lastIndexOf(LINE_END);
  if (end === -1 && size > tail.length)
    throw new SinkFault(`\`${path}\` holds no lines of ours; name another file`);
  const whole = size - tail.length + end + 1;
  await handle.truncate(whole);
  await handle.datasync();
  return whole;
}

/** Under a name that nothing has: `link` refuses one that is taken, where a rename would replace it. */
async function putAside(path: string, day: string): Promise<void> {
  const extension = extname(path);
  const stem = join(dirname(path), basename(path, extension));
  for (let number = 1; number <= MOST_FILES_A_DAY; number++) {
    try {
      await link(path, `${stem}.${day}.${number}${extension}`);
      await unlink(path);
      await syncFolder(dirname(path));
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
  throw new SinkFault(`there are ${MOST_FILES_A_DAY} files of ${day} beside \`${path}\`; put them elsewhere`);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function dayOf(at: Instant): string {
  return formatInstant(Math.floor(at) as Instant).slice(0, 10);
}

const SAYS: Readonly<Record<string, string>> = {
  ELOOP: "is a link; name the file itself",
  ENOENT: "is in no folder that exists; make it, for Curfew's user alone",
  EACCES: "cannot be written by Curfew's user",
  EISDIR: "is a folder",
  EROFS: "is on a file system that is read only",
  ENOSPC: "has no room: the disk is full",
  EDQUOT: "has no room: the quota is used up",
};

function faultOf(error: unknown, path: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : null;
  if (code === null || error instanceof SinkFault) return error;
  return new SinkFault(`\`${path}\` ${SAYS[code] ?? `cannot be written (${code})`}`, { cause: error });
}
