/** The installation's keys as this process holds them: which one seals, which are accepted beside it, and when that changes. */
import { hostname } from "node:os";
import { sealedPlaces } from "../domain/sealed-places.ts";
import type { Instant } from "../domain/time.ts";
import type { LastingPurpose, Sealer } from "../use-cases/identity-ports.ts";
import { type DataKey, readKeys } from "./data-key.ts";
import type { Passwords } from "./guarded-client.ts";

const LASTING: readonly LastingPurpose[] = ["recovery codes", "oidc record keys"];
/** What `pg_stat_activity` shows of a name. */
const MOST_NAME = 63;

/** As the database keeps it; only the newest that is current is the current one. */
export interface KeptKey {
  readonly proof: Buffer;
  readonly generation: number;
  /** Null: announced, so that every process takes it in before it is used. */
  readonly current_from: Instant | null;
  /** When everything was sealed with it. */
  readonly resealed_at: Instant | null;
  readonly retired_at: Instant | null;
  readonly correlation_id: string | null;
  /** Whether it comes into use although not every process holds it. */
  readonly leave_behind: boolean;
}

/** What is under way between two keys, by what the database keeps. */
export interface Rotation {
  readonly next: KeptKey;
  /** Accepted still; none where the installation kept no proof of it. */
  readonly before: readonly KeptKey[];
}

export interface Standing {
  readonly current: KeptKey | null;
  readonly rotation: Rotation | null;
}

export interface Keyring extends Sealer {
  readonly file: string;
  /** The current key's proof, as this process knows it. */
  readonly proof: string;
  /** What this role of ours signs in to the database with, by the current key. */
  password(role: string): string;
  /** By which passwords a role of ours may be known to the database, the likeliest first. */
  passwords(role: string): Passwords;
  /** Takes in what the file and the database say, and tells everybody who depends on it. */
  refresh(): Promise<Standing>;
  /** True where the current key is not among those held here: what was sealed lately does not open. */
  readonly isBehind: boolean;
  /** Whether this process accepts the key of that generation, which takes that it holds it. */
  holds(generation: number): boolean;
  /** Opens with the current key and no other. */
  openNow(context: string, sealed: Buffer): string;
}

/** How a process shows which keys it holds and which one it seals with, on the session that is always there. */
export const INTRODUCTION = /^curfew keys ([\d,]+) by (\d+) at (.+)$/;

export interface KeyringParts {
  readonly file: string;
  readonly keys: readonly DataKey[];
  /** Proven to be the installation's. */
  readonly current: DataKey;
}

/** What a keyring asks for once there is a database to ask. */
export interface KeyringSource {
  /** What every key's standing is. */
  read(): Promise<readonly KeptKey[]>;
  /** What is kept under this purpose, which is `first` where nothing is. */
  lasting(purpose: string, first: Buffer): Promise<Buffer>;
  /** Shows to every other process which keys this one holds. */
  introduce(words: string): Promise<void>;
}

export interface UnboundKeyring extends Keyring {
  bind(source: KeyringSource): Promise<void>;
}

export function createKeyring({ file, keys, current }: KeyringParts): UnboundKeyring {
  const held = new Map(keys.map((key) => [key.proof, key]));
  const derived = new Map<string, Buffer>();
  const lasting = new Map<string, Buffer>();
  const callbacks: (() => Promise<void>)[] = [];
  let source: KeyringSource | null = null;
  // Beside the current one: what comes into use next before what was in use.
  let accepted: readonly HeldKey[] = [{ key: current, generation: 1 }];
  let now: HeldKey = { key: current, generation: 1 };
  let newest: HeldKey = now;
  let isBehind = false;
  let told = "";
  let running: Promise<Standing | null> = Promise.resolve(null);

  const derive = ({ key }: HeldKey, purpose: string): Buffer => {
    const name = `${key.proof} ${purpose}`;
    const made = derived.get(name) ?? key.derive(purpose);
    derived.set(name, made);
    return made;
  };
  const introduction = (): string => {
    const generations = accepted.map(({ generation }) => generation).sort((a, b) => a - b);
    const by = `curfew keys ${generations.join(",")} by ${now.generation} at `;
    const ending = `:${process.pid}`;
    return `${by}${hostname().slice(0, MOST_NAME - by.length - ending.length)}${ending}`;
  };
  const take = (rows: readonly KeptKey[]): void => {
    const inFile = new Map(readKeys(file).map((key) => [key.proof, key]));
    for (const [proof, key] of inFile) held.set(proof, key);
    const of = ({ proof, generation, current_from }: KeptKey): HeldKey[] => {
      // One that is not in use yet has to be where this process finds it when it starts again.
      const key = (current_from === null ? inFile : held).get(proof.toString("hex"));
      return key === undefined ? [] : [{ key, generation }];
    };
    const { current: row } = standingOf(rows);
    if (row === null) return;
    for (const { proof, retired_at } of rows) if (retired_at !== null) held.delete(proof.toString("hex"));
    const [found] = of(row);
    isBehind = found === undefined;
    const others = rows
      .filter((one) => one.retired_at === null && one !== row)
      .sort((a, b) => b.generation - a.generation);
    accepted = [...of(row), ...others.flatMap(of)];
    // Whoever is behind goes on with what there is: most of it opens still.
    now = found ?? accepted[0] ?? now;
    newest = accepted.reduce((best, one) => (one.generation > best.generation ? one : best), now);
  };
  const refresh = async (): Promise<Standing> => {
    if (source === null) throw new Error("the keyring is asked before there is a database");
    const rows = await source.read();
    take(rows);
    const words = introduction();
    if (words !== told) {
      derived.clear();
      for (const callback of callbacks) await callback();
      // Said once it is so: others act on it.
      await source.introduce(words);
      told = words;
    }
    return standingOf(rows);
  };
  const open = (context: string, sealed: Buffer): string => {
    let failure: unknown;
    for (const { key } of accepted) {
      try {
        return key.open(context, sealed);
      } catch (error) {
        failure ??= error;
      }
    }
    throw failure;
  };
  return {
    file,
    get proof() {
      return now.key.proof;
    },
    get isBehind() {
      return isBehind;
    },
    holds: (generation) => accepted.some((one) => one.generation === generation),
    get newest() {
      const { generation, key } = newest;
      return { generation, seal: key.seal };
    },
    derive: (purpose) => derive(now, purpose),
    deriveAll: (purpose) => accepted.map((one) => derive(one, purpose)),
    lasting(purpose) {
      const secret = lasting.get(purpose);
      if (secret === undefined) throw new Error(`nothing lasting is kept for ${purpose}`);
      return secret;
    },
    seal: (context, clear) => now.key.seal(context, clear),
    open,
    password: (role) => passwordOf(now.key, role),
    openNow: (context, sealed) => now.key.open(context, sealed),
    onChange: (callback) => void callbacks.push(callback),
    passwords: (role) =>
      passwordsOf(() => {
        const all = accepted.map(({ key }) => key);
        // Until the database has said which are accepted, it may be any.
        return (told === "" ? [current, ...keys] : all).map((key) => passwordOf(key, role));
      }),
    refresh() {
      // One after the other, and each reads anew: what was read before it was asked for may be over.
      const next = running.then(refresh, refresh);
      running = next;
      return next;
    },
    async bind(bound) {
      source = bound;
      await bound.introduce(introduction());
      await refresh();
      if (isBehind) throw new Error(behind(file));
      for (const purpose of LASTING) {
        const place = sealedPlaces.lastingSecret(purpose);
        const first = newest.key.seal(place, now.key.derive(purpose).toString("base64url"));
        const kept = await bound.lasting(purpose, first);
        lasting.set(
          purpose,
          Buffer.from(
            openOr(lackingBefore(file), () => open(place, kept)),
            "base64url",
          ),
        );
      }
    },
  };
}

interface HeldKey {
  readonly key: DataKey;
  readonly generation: number;
}

function behind(file: string): string {
  return `the installation's key was rotated, and none in \`${file}\` is the current one; put there the key file of a process that runs`;
}

function lackingBefore(file: string): string {
  return `what is sealed in the database opens with no key in \`${file}\`; it is in the midst of a rotation: add the line of the key before, from another process's file or from \`key.retired-…\``;
}

function openOr(message: string, opening: () => string): string {
  try {
    return opening();
  } catch (cause) {
    throw new Error(message, { cause });
  }
}

export function passwordOf(key: DataKey, role: string): string {
  return key.derive(`database role ${role}`).toString("base64url");
}

/** The one that was right last, until it is refused: nobody knows when another process sets another. */
function passwordsOf(candidates: () => readonly string[]): Passwords {
  let likeliest: string | null = null;
  const current = () => {
    const all = candidates();
    return likeliest !== null && all.includes(likeliest) ? likeliest : (all[0] ?? "");
  };
  return Object.assign(current, {
    refused(tried: string) {
      if (tried !== current()) return;
      const all = candidates();
      likeliest = all[(all.indexOf(tried) + 1) % all.length] ?? null;
    },
  });
}

export function standingOf(rows: readonly KeptKey[]): Standing {
  const current = rows.filter(({ current_from }) => current_from !== null).at(-1) ?? null;
  const announced = rows.find(({ current_from }) => current_from === null);
  if (announced !== undefined)
    return { current, rotation: { next: announced, before: current === null ? [] : [current] } };
  const before = rows.filter((one) => one !== current && one.retired_at === null);
  const isOver = current === null || before.length === 0;
  return { current, rotation: isOver ? null : { next: current, before } };
}
