/**
 * What somebody is writing, kept in this browser tab while they write: a reload, another page and a lost sign-in lose
 * nothing of it. Signing out forgets it, and nobody else who signs in here sees it.
 */
import { useCallback, useEffect, useMemo, useState } from "react";
import { isUnknown } from "../api/passing.ts";
import { useMe } from "../app/session.tsx";

const PREFIX = "curfew-draft:";

export interface Draft<T> {
  readonly value: T;
  readonly change: (next: T | ((before: T) => T)) => void;
  /** Whether it was written before this page was opened. */
  readonly restored: boolean;
  /** Whether it says anything else than what it was begun with. */
  readonly dirty: boolean;
  /** Forgets it, because it was sent or is not wanted: what is begun afresh stands in its place. */
  readonly drop: () => void;
}

interface Writing<T> {
  readonly topic: string;
  readonly value: T;
  /** What it was begun with, as JSON. */
  readonly begun: string;
  readonly restored: boolean;
  readonly touched: boolean;
}

interface Kept {
  readonly at: number;
  readonly value: unknown;
}

/**
 * @param topic what it is about, such as `decide:<id>`: one draft for each, kept for one person in one tab
 * @param fresh what it begins with; plain JSON, as the value is. Taken once for each topic, and again by `drop`
 * @param keepable what of it may stay in the browser: no secret does
 */
export function useDraft<T>(
  topic: string,
  fresh: () => T,
  keepable: (value: T) => unknown = (value) => value,
): Draft<T> {
  const { objectId } = useMe().principal;
  const [kept, set] = useState(() => begin(objectId, topic, fresh));
  const writing = kept.topic === topic ? kept : begin(objectId, topic, fresh);
  if (writing !== kept) set(writing);
  const { value, begun, restored, touched } = writing;
  const dirty = useMemo(() => JSON.stringify(value) !== begun, [value, begun]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is left out of a draft does not change with time
  useEffect(() => {
    if (!touched) return;
    if (dirty) keep(objectId, topic, keepable(value));
    else forget(objectId, topic);
  }, [objectId, topic, value, touched, dirty]);
  const change: Draft<T>["change"] = useCallback(
    (next) =>
      set((before) => {
        const now = next instanceof Function ? next(before.value) : next;
        return { ...before, value: now, touched: true };
      }),
    [],
  );
  return {
    value,
    restored,
    dirty,
    change,
    drop: () => {
      forget(objectId, topic);
      set(begin(objectId, topic, fresh));
    },
  };
}

/** What is stored, as a form shows it. */
export interface Stored<T> {
  /** Null where nothing is stored yet. */
  readonly version: string | null;
  readonly value: T;
}

export interface Edit<T> extends Draft<T> {
  /** What it was begun on: what is written goes over this version and no other. */
  readonly version: string | null;
  readonly base: T;
  /** Something newer is stored than what it was begun on. */
  readonly overtaken: boolean;
  /** It is stored: shown until what is stored has been read again, and no draft any more. */
  readonly settle: () => void;
}

interface Written<T> extends Stored<T> {
  readonly base: T;
}

/**
 * A draft over something stored: untouched it is what is stored now; what somebody wrote stays on its version.
 * @param isSame whether what was written is what is stored by now, in whatever form it comes back
 */
export function useEdit<T>(
  topic: string,
  stored: Stored<T>,
  isSame: (written: T, stored: T) => boolean = saysTheSame,
): Edit<T> {
  const now = { ...stored, base: stored.value };
  const draft = useDraft<Written<T>>(topic, () => now);
  const [settled, setSettled] = useState<Stored<T> | null>(null);
  // What is stored already, by an answer that nobody waited for any more, is no draft.
  const isDirty = ({ version, base, value }: Written<T>) =>
    !saysTheSame(base, value) && (version === stored.version || !isSame(value, stored.value));
  const dirty = isDirty(draft.value);
  const { restored, drop } = draft;
  // biome-ignore lint/correctness/useExhaustiveDependencies: dropped once, whoever does it
  useEffect(() => {
    if (restored && !dirty) drop();
  }, [restored, dirty]);
  const saved =
    settled !== null && settled.version === stored.version ? { ...settled, base: settled.value } : now;
  const { version, base, value } = dirty ? draft.value : saved;
  return {
    ...{ version, base, value, dirty },
    overtaken: dirty && version !== stored.version,
    restored: restored && dirty,
    change: (next) =>
      draft.change((before) => {
        const from = isDirty(before) ? before : saved;
        return { ...from, value: next instanceof Function ? next(from.value) : next };
      }),
    drop,
    settle: () => {
      setSettled({ version, value });
      drop();
    },
  };
}

interface Sending {
  readonly error: Error | null;
  readonly reset: () => void;
}

/** `saved` is called once what was sent turns out to be stored, though its answer was lost. */
export function useArrived({ dirty }: Pick<Edit<unknown>, "dirty">, call: Sending, saved: () => void): void {
  const arrived = !dirty && call.error !== null && isUnknown(call.error);
  // biome-ignore lint/correctness/useExhaustiveDependencies: said once, in the words of that moment
  useEffect(() => {
    if (!arrived) return;
    call.reset();
    saved();
  }, [arrived]);
}

/** The topic that was written to last among those that begin like this. */
export function lastTopic(objectId: string, beginning: string): string | null {
  const prefix = `${PREFIX}${objectId}:`;
  const found = Object.keys(sessionStorage)
    .filter((key) => key.startsWith(`${prefix}${beginning}`))
    .map((key) => ({ topic: key.slice(prefix.length), at: parse(sessionStorage.getItem(key))?.at ?? 0 }))
    .sort((a, b) => b.at - a.at);
  return found[0]?.topic ?? null;
}

function begin<T>(objectId: string, topic: string, fresh: () => T): Writing<T> {
  const first = fresh();
  const kept = read(objectId, topic);
  const begun = JSON.stringify(first);
  if (kept === null) return { topic, value: first, begun, restored: false, touched: false };
  return { topic, value: filled(first, kept.value) as T, begun, restored: true, touched: false };
}

/** What a form has learned to ask for since is as it begins. */
function filled(first: unknown, kept: unknown): unknown {
  return isRecord(first) && isRecord(kept) ? { ...first, ...kept } : kept;
}

/** Members in any order, as a document's may come back. */
function saysTheSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

function sorted(_: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whatever somebody else left in this tab goes. */
function read(objectId: string, topic: string): Kept | null {
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(PREFIX) && !key.startsWith(`${PREFIX}${objectId}:`)) sessionStorage.removeItem(key);
  return parse(sessionStorage.getItem(`${PREFIX}${objectId}:${topic}`));
}

function keep(objectId: string, topic: string, value: unknown): void {
  const key = `${PREFIX}${objectId}:${topic}`;
  try {
    sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), value } satisfies Kept));
  } catch {
    // The tab is full: half of a draft, or one from before, would be worse than none.
    sessionStorage.removeItem(key);
  }
}

function forget(objectId: string, topic: string): void {
  sessionStorage.removeItem(`${PREFIX}${objectId}:${topic}`);
}

function parse(text: string | null): Kept | null {
  if (text === null) return null;
  try {
    return JSON.parse(text) as Kept;
  } catch {
    return null;
  }
}
