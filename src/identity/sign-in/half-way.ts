/** Between password and code: whose password was right, said to one interaction only. */
import { randomUUID } from "node:crypto";
import { type Proven, proofName, readProof } from "./proof.ts";
import type { SealedNotes } from "./sealed-note.ts";

export interface HalfWay {
  /** `once`: of which password typed this is a note; a new one where none is given. */
  seal(interaction: string, account: Proven, once?: string): string;
  open(interaction: string, sealed: string): HalfProven | null;
  /** Whose password was right, where it was right for several; one of them is then chosen. */
  sealChoice(interaction: string, accounts: readonly Proven[]): string;
  openChoice(interaction: string, sealed: string): readonly HalfProven[];
}

/** A password that was right, typed `once`: codes are counted by it. */
export interface HalfProven extends Proven {
  readonly once: string;
}

export function createHalfWay(notes: SealedNotes): HalfWay {
  const placeOf = (interaction: string) => `sign-in ${interaction}`;
  const choiceOf = (interaction: string) => `choice of organisation ${interaction}`;
  return {
    seal: (interaction, account, once = randomUUID()) =>
      notes.seal(placeOf(interaction), [once, proofName(account)]),
    open: (interaction, sealed) => readNote(notes.open(placeOf(interaction), sealed))[0] ?? null,
    sealChoice: (interaction, accounts) =>
      notes.seal(choiceOf(interaction), [randomUUID(), ...accounts.map(proofName)]),
    openChoice: (interaction, sealed) => readNote(notes.open(choiceOf(interaction), sealed)),
  };
}

function readNote(words: readonly string[] | null): readonly HalfProven[] {
  const [once = "", ...names] = words ?? [];
  return names.flatMap((name) => {
    const proven = readProof(name);
    return proven === null ? [] : [{ ...proven, once }];
  });
}
