/** Between password and code: whose password was right, said to one interaction only. */
import { type Proven, proofName, readProof } from "./proof.ts";
import type { SealedNotes } from "./sealed-note.ts";

export interface HalfWay {
  seal(interaction: string, account: Proven): string;
  open(interaction: string, sealed: string): Proven | null;
  /** Whose password was right, where it was right for several; one of them is then chosen. */
  sealChoice(interaction: string, accounts: readonly Proven[]): string;
  openChoice(interaction: string, sealed: string): readonly Proven[];
}

export function createHalfWay(notes: SealedNotes): HalfWay {
  const placeOf = (interaction: string) => `sign-in ${interaction}`;
  const choiceOf = (interaction: string) => `choice of organisation ${interaction}`;
  return {
    seal: (interaction, account) => notes.seal(placeOf(interaction), [proofName(account)]),
    open: (interaction, sealed) => readProof(notes.open(placeOf(interaction), sealed)?.[0]),
    sealChoice: (interaction, accounts) => notes.seal(choiceOf(interaction), accounts.map(proofName)),
    openChoice: (interaction, sealed) =>
      (notes.open(choiceOf(interaction), sealed) ?? []).flatMap((name) => readProof(name) ?? []),
  };
}
