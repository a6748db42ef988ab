/** A note that a form carries for us: sealed for one place and good for a few minutes, so that nothing is kept here. */
import { type Clock, MINUTE_MS } from "../../domain/time.ts";
import type { Sealer } from "../../use-cases/identity-ports.ts";

const LIFETIME_MS = 10 * MINUTE_MS;
const MAX_TEXT = 1_024;

export interface SealedNotes {
  seal(place: string, words: readonly (string | number)[]): string;
  /** Null when it is not ours, for another place, or too old. */
  open(place: string, sealed: string): readonly string[] | null;
}

export function createSealedNotes(key: Sealer, clock: Clock): SealedNotes {
  const contextOf = (place: string) => `note for ${place}`;
  return {
    seal(place, words) {
      const note = [clock.now() + LIFETIME_MS, ...words].join(" ");
      return key.seal(contextOf(place), note).toString("base64url");
    },
    open(place, sealed) {
      if (sealed === "" || sealed.length > MAX_TEXT) return null;
      const [until, ...words] = unseal(key, contextOf(place), sealed).split(" ");
      return clock.now() < Number(until) ? words : null;
    },
  };
}

function unseal(key: Sealer, context: string, sealed: string): string {
  try {
    return key.open(context, Buffer.from(sealed, "base64url"));
  } catch {
    return "";
  }
}
