/** What `preview` and `request` have in common: the ask that their flags make. */
import type { Client } from "../client/client.ts";
import type { Ask } from "../client/types.ts";
import type { Given } from "./arguments.ts";
import { PURPOSES } from "./choices.ts";
import { usage } from "./exit.ts";
import { findPlace } from "./find/ask.ts";
import { findPrincipal } from "./find/principals.ts";
import { durationIn, momentIn, oneOf, ticketIn } from "./values.ts";

export async function readAsk(client: Client, given: Given): Promise<Ask> {
  const on = given.text("on");
  if (on === null) throw usage("say where, with --on SCOPE; `curfew eligible` lists where you may ask");
  if (given.has("start") && given.has("at")) throw usage("--at and --start are the same; give one");
  // Everything typed is read before anything is looked up.
  const typed = {
    duration: durationIn(given, "for"),
    startAt: momentIn(given, given.has("at") ? "at" : "start", client.now()),
    neededUntil: momentIn(given, "needed-until", client.now()),
    justification: given.text("because") ?? undefined,
    ticket: ticketIn(given),
    operation: operationIn(given),
  };
  const place = await findPlace(client, given.words, on);
  const beneficiary = given.text("beneficiary");
  const found = beneficiary === null ? null : await findPrincipal(client, beneficiary);
  return {
    ...typed,
    scope: place.scope,
    roleDefinitionIds: [...place.roleDefinitionIds],
    beneficiaryId: found?.objectId,
    emergency: given.has("emergency"),
  };
}

function operationIn(given: Given): Ask["operation"] {
  const purpose = oneOf(given, "purpose", PURPOSES);
  const plan = given.text("plan") ?? undefined;
  if (purpose === undefined && plan === undefined) return undefined;
  return { purpose: purpose ?? "other", plan };
}
