/** Between password and code: whose password was right, said to one interaction only. */
import { asId, isGuid, type ObjectId } from "../../domain/ids.ts";
import type { LocalAccount } from "../../use-cases/identity-ports.ts";
import type { SealedNotes } from "./sealed-note.ts";

export interface HalfWay {
  seal(interaction: string, account: LocalAccount): string;
  open(interaction: string, sealed: string): { readonly objectId: ObjectId; readonly version: number } | null;
}

export function createHalfWay(notes: SealedNotes): HalfWay {
  const placeOf = (interaction: string) => `sign-in ${interaction}`;
  return {
    seal: (interaction, account) => notes.seal(placeOf(interaction), [account.ref.objectId, account.version]),
    open(interaction, sealed) {
      const [objectId = "", version] = notes.open(placeOf(interaction), sealed) ?? [];
      return isGuid(objectId) ? { objectId: asId<ObjectId>(objectId), version: Number(version) } : null;
    },
  };
}
