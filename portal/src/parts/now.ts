/** The server's time, as it passes: one timer for everything on the page. */
import { useSyncExternalStore } from "react";
import { serverNow } from "../api/api.ts";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = serverNow();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = serverNow();
  for (const listener of listeners) listener();
}

/** Epoch milliseconds, new every second while it is seen. */
export function useNow(isSeen = true): number {
  return useSyncExternalStore(isSeen ? subscribe : unheard, () => now);
}

function unheard(): () => void {
  return () => undefined;
}

/** Words that depend on the time: whoever shows them is drawn again when they change, not every second. */
export function useNowWords(wordsAt: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => wordsAt(now));
}
