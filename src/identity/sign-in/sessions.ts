/** What a stored sign-in says of itself: through which program, since when, how it was proved. */
import type { AdapterPayload } from "oidc-provider";
import { sealedPlaces } from "../../domain/sealed-places.ts";
import { instant, SECOND_MS } from "../../domain/time.ts";
import type { SealedSession, Sealer, SessionFacts } from "../../use-cases/identity-ports.ts";
import { readProof } from "./proof.ts";

export function openSession(key: Sealer, { model, id, sealed, version }: SealedSession): SessionFacts | null {
  const payload: AdapterPayload = JSON.parse(key.open(sealedPlaces.record(model, id), sealed));
  // INVARIANT I19: what was proved with other credentials than the account has now is nothing.
  if (readProof(payload.accountId)?.version !== version) return null;
  const { clientId, amr, loginTs, authTime } = payload;
  const at = typeof loginTs === "number" ? loginTs : authTime;
  return {
    client: typeof clientId === "string" ? clientId : null,
    signedInAt: typeof at === "number" ? instant(at * SECOND_MS) : null,
    methods: Array.isArray(amr) ? amr.filter((one) => typeof one === "string") : [],
  };
}
