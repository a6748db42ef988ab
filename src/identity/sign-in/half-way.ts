/** Between password and code nothing is kept on the server: the form carries a sealed note, good for one interaction. */
import type { ObjectId } from "../../domain/ids.ts";
import { asId, isGuid } from "../../domain/ids.ts";
import { type Clock, MINUTE_MS } from "../../domain/time.ts";
import type { LocalAccount, Sealer } from "../../use-cases/identity-ports.ts";

const LIFETIME_MS = 5 * MINUTE_MS;
const MAX_TEXT = 1_024;

export interface HalfWay {
  seal(interaction: string, account: LocalAccount): string;
  /** Null when it is not ours, for another interaction, or too old. */
  open(interaction: string, sealed: string): { readonly objectId: ObjectId; readonly version: number } | null;
}

export function createHalfWay(key: Sealer, clock: Clock): HalfWay {
  const contextOf = (interaction: string) => `half a sign-in ${interaction}`;
  return {
    seal(interaction, account) {
      const note = [account.ref.objectId, account.version, clock.now() + LIFETIME_MS].join(" ");
      return key.seal(contextOf(interaction), note).toString("base64url");
    },
    open(interaction, sealed) {
      if (sealed.length > MAX_TEXT) return null;
      const [objectId = "", version, until] = unseal(key, contextOf(interaction), sealed).split(" ");
      if (!isGuid(objectId) || !(clock.now() < Number(until))) return null;
      return { objectId: asId<ObjectId>(objectId), version: Number(version) };
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
