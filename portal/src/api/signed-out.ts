/** Whether the sign-in has ended while the page was open; somebody may have signed in again in another tab. */
const listeners = new Set<() => void>();
let ended = false;

export function reportSignedOut(): void {
  report(true);
}

export function reportSignedIn(): void {
  report(false);
}

function report(now: boolean): void {
  if (now === ended) return;
  ended = now;
  for (const listener of listeners) listener();
}

export const signedOutStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: () => ended,
};
