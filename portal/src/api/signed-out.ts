/** Whether the sign-in has ended while the page was open. */
const listeners = new Set<() => void>();
let ended = false;

export function reportSignedOut(): void {
  ended = true;
  for (const listener of listeners) listener();
}

export const signedOutStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  get: () => ended,
};
