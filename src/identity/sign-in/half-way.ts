/** Between password and code: whose password was right, said to one interaction only. */
import { asId, isGuid, type ObjectId } from "../../domain/ids.ts";
import type { LocalAccount } from "../../use-cases/identity-ports.ts";
import type { SealedNotes } from "./sealed-note.ts";

export interface HalfWay {
  seal(interaction: string, account: LocalAccount): string;
  open(interaction: string, sealed: string): Proven | null;
  /** Whose password was right, where it was right for several; one of them is then chosen. */
  sealChoice(interaction: string, accounts: readonly LocalAccount[]): string;
  openChoice(interaction: string, sealed: string): readonly Proven[];
}

export interface Proven {
  readonly objectId: ObjectId;
  readonly version: number;
}

export function createHalfWay(notes: SealedNotes): HalfWay {
  const placeOf = (interaction: string) => `sign-in ${interaction}`;
  const choiceOf = (interaction: string) => `choice of organisation ${interaction}`;
  return {
    seal: (interaction, account) => notes.seal(placeOf(interaction), [account.ref.objectId, account.version]),
    open(interaction, sealed) {
      const [objectId = "", version] = notes.open(placeOf(interaction), sealed) ?? [];
      return isGuid(objectId) ? { objectId: asId<ObjectId>(objectId), version: Number(version) } : null;
    },
    sealChoice: (interaction, accounts) =>
      notes.seal(
        choiceOf(interaction),
        accounts.flatMap(({ ref, version }) => [ref.objectId, version]),
      ),
    openChoice(interaction, sealed) {
      const words = notes.open(choiceOf(interaction), sealed) ?? [];
      return words.flatMap((word, at) =>
        at % 2 === 0 ? [{ objectId: asId<ObjectId>(word), version: Number(words[at + 1]) }] : [],
      );
    },
  };
}
