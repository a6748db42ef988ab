/** Between password and code: whose password was right, said to one interaction only. */
import { type Proven, proofName, readProof } from "./proof.ts";
import type { SealedNotes } from "./sealed-note.ts";

export interface HalfWay {
  seal(interaction: string, account: Proven): string;
  open(interaction: string, sealed: string): Proven | null;
}

export function createHalfWay(notes: SealedNotes): HalfWay {
  const placeOf = (interaction: string) => `sign-in ${interaction}`;
  return {
    seal: (interaction, account) => notes.seal(placeOf(interaction), [proofName(account)]),
    open: (interaction, sealed) => readProof(notes.open(placeOf(interaction), sealed)?.[0]),
  };
}
