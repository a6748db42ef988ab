/** What `preview` and `request` have in common: the flags of an ask, and the ask that they make. */
import type { Client } from "../client/client.ts";
import type { Ask } from "../client/types.ts";
import type { Given } from "./arguments.ts";
import { usage } from "./exit.ts";
import { findPlace } from "./find/ask.ts";
import { findPrincipal } from "./find/principals.ts";
import { durationIn, momentIn, oneOf, ticketIn } from "./values.ts";
import type { Flags } from "./verb.ts";

const PURPOSES = ["troubleshooting", "maintenance", "update", "investigation", "other"] as const;
const MAX_ROLES = 10;

export const ASK_FLAGS: Flags = {
  on: { type: "text", value: "SCOPE", help: "where: a name, Owner/name or a path" },
  for: { type: "text", value: "DURATION", help: "how long: 2h, 90m, 30s, 1h30m or PT2H" },
  because: { type: "text", value: "TEXT", help: "the justification" },
  start: { type: "text", value: "TIME", help: "start then instead of at the approval: 14:30, +2h, RFC 3339" },
  at: { type: "text", value: "TIME", help: "the same as --start" },
  "needed-until": { type: "text", value: "TIME", help: "if undecided by then, it is no longer needed" },
  ticket: { type: "text", value: "SYSTEM:NUMBER", help: "the ticket this is for" },
  purpose: { type: "text", value: "PURPOSE", help: PURPOSES.join(", ") },
  plan: { type: "text", value: "TEXT", help: "what will be done" },
  beneficiary: { type: "text", value: "NAME", help: "for a service principal or group that you own" },
  emergency: { type: "switch", help: "break glass: skip approval, be reviewed afterwards" },
};
export const ASK_FORM = "ROLE... --on SCOPE [--for DURATION] [--because TEXT]";
export const ASK_WORDS = [1, MAX_ROLES] as const;

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
