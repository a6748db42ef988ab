/**
 * The keys of the page in sight: one table, which binds them and which the sheet behind `?` shows. While somebody types,
 * or something is open above the page, a letter is a letter; and whoever wishes switches them off (WCAG 2.1.4).
 */
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Key {
  /** As `KeyboardEvent.key` names it, two after each other with a blank between, or `mod+` for Ctrl and ⌘. */
  readonly keys: string;
  /** What it does, as a sentence that goes on from the key. */
  readonly says: string;
  readonly act: () => void;
}

interface KeyGroup {
  readonly title: string;
  readonly keys: readonly Key[];
}

const STORED = "curfew-keys";
/** So long the first of two keys waits for the second. */
const TOGETHER_MS = 1_500;
const TAKES_LETTERS = "input:not([type='checkbox']), textarea, select, [contenteditable='true']";
const OPEN_ABOVE = "[role='dialog'], [role='menu'], [role='listbox']";
/** What Enter and the arrows mean something to by themselves. */
const TAKES_ENTER = "a, button, summary, [role='button'], [role='tab'], [role='radio'], [role='option']";

let groups: readonly KeyGroup[] = [];
let began: { readonly key: string; readonly at: number } | null = null;
const readers = new Set<() => void>();

/** While the caller is shown, these keys do what they say. The last to be shown comes first where two want one key. */
export function useKeys(title: string, keys: readonly Key[]): void {
  const now = useRef(keys);
  now.current = keys;
  // What a key does may change with every drawing; which there are, and what they say, seldom.
  const said = keys.map((key) => `${key.keys}\t${key.says}`).join("\n");
  useEffect(() => {
    const lines = said === "" ? [] : said.split("\n");
    const group: KeyGroup = {
      title,
      keys: lines.map((line, at) => {
        const [pressed = "", says = ""] = line.split("\t");
        return { keys: pressed, says, act: () => now.current[at]?.act() };
      }),
    };
    change([group, ...groups]);
    return () => change(groups.filter((one) => one !== group));
  }, [title, said]);
}

/** Every key of now, the frame's last. */
export function useKeyTable(): readonly KeyGroup[] {
  return useSyncExternalStore(follow, () => groups);
}

export function keysAct(): boolean {
  return localStorage.getItem(STORED) !== "off";
}

/** Whether single keys act in this browser; those with Ctrl or ⌘ always do. */
export function letKeysAct(act: boolean): void {
  if (act) localStorage.removeItem(STORED);
  else localStorage.setItem(STORED, "off");
}

function follow(tell: () => void): () => void {
  readers.add(tell);
  return () => readers.delete(tell);
}

function change(next: readonly KeyGroup[]): void {
  if (groups.length === 0) window.addEventListener("keydown", onKey);
  groups = next;
  if (groups.length === 0) window.removeEventListener("keydown", onKey);
  for (const tell of readers) tell();
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const key = keyFor(event);
  if (key === undefined) return;
  event.preventDefault();
  key.act();
}

function keyFor(event: KeyboardEvent): Key | undefined {
  const known = groups.flatMap(({ keys }) => keys);
  if (event.ctrlKey || event.metaKey)
    return known.find(({ keys }) => keys === `mod+${event.key.toLowerCase()}`);
  if (!keysAct() || isTaken(event)) return undefined;
  const before = began !== null && event.timeStamp - began.at < TOGETHER_MS ? began.key : null;
  began = null;
  const second = before === null ? undefined : known.find(({ keys }) => keys === `${before} ${event.key}`);
  if (second !== undefined) return second;
  if (known.some(({ keys }) => keys.startsWith(`${event.key} `)))
    began = { key: event.key, at: event.timeStamp };
  return known.find(({ keys }) => keys === event.key);
}

function isTaken({ target, key }: KeyboardEvent): boolean {
  // What a closed list would offer stands in the page all the same, out of sight.
  if ([...document.querySelectorAll(OPEN_ABOVE)].some((above) => above.checkVisibility())) return true;
  if (!(target instanceof Element)) return false;
  return target.closest(TAKES_LETTERS) !== null || (key === "Enter" && target.closest(TAKES_ENTER) !== null);
}
