/** What `preview` and `request` have in common: the ask that their flags make. */
import { askAgain } from "../client/asked.ts";
import type { Client } from "../client/client.ts";
import type { Ask } from "../client/types.ts";
import type { Given } from "./arguments.ts";
import { PURPOSES } from "./choices.ts";
import { usage } from "./exit.ts";
import { findPlace } from "./find/ask.ts";
import { findPrincipal } from "./find/principals.ts";
import { requestMeant, roleAsked } from "./find/requests.ts";
import { durationIn, momentIn, oneOf, ticketIn } from "./values.ts";

export async function readAsk(client: Client, given: Given): Promise<Ask> {
  const [on, again] = [given.text("on"), given.text("again")];
  if (again === null && given.words.length === 0)
    throw usage("say which role; `curfew eligible` lists what you may ask for");
  if (again === null && on === null)
    throw usage("say where, with --on SCOPE; `curfew eligible` lists where you may ask");
  if (again !== null && on !== null) throw usage("--again asks where it was asked before; leave out --on");
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
  const asked = on === null ? await askedBefore(client, given, again ?? "") : null;
  const place = asked ?? (await findPlace(client, given.words, on ?? ""));
  const beneficiary = given.text("beneficiary");
  const found = beneficiary === null ? null : await findPrincipal(client, beneficiary);
  const said = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined));
  return {
    ...asked,
    ...said,
    scope: place.scope,
    roleDefinitionIds: [...place.roleDefinitionIds],
    beneficiaryId: found?.objectId ?? asked?.beneficiaryId,
    emergency: given.has("emergency"),
  };
}

/** The roles that are named, or all of it. */
async function askedBefore(client: Client, given: Given, id: string): Promise<Ask> {
  const before = await requestMeant(client, id, ["mine"]);
  const ask = askAgain(before);
  if (given.words.length === 0) return ask;
  return { ...ask, roleDefinitionIds: given.words.map((text) => roleAsked(before, text)) };
}

function operationIn(given: Given): Ask["operation"] {
  const purpose = oneOf(given, "purpose", PURPOSES);
  const plan = given.text("plan") ?? undefined;
  if (purpose === undefined && plan === undefined) return undefined;
  return { purpose: purpose ?? "other", plan };
}
