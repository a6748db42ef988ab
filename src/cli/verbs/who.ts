/** `whoami`, `eligible`, `check`: who one is here, what one may ask for, and whether somebody may do something now. */

import type { Eligibility } from "../../client/types.ts";
import { fromWord, hasBegun } from "../eligibility-words.ts";
import { EXIT, usage } from "../exit.ts";
import { findPlace } from "../find/ask.ts";
import { isGuid } from "../find/pick.ts";
import { findPrincipal } from "../find/principals.ts";
import { placeOf } from "../find/requests.ts";
import { describeIso } from "../text/duration.ts";
import { momentWithUtc } from "../text/moment.ts";
import type { Run } from "../verb.ts";

export const whoami: Run = async (context) => {
  const client = await context.client();
  const me = await client.call("readMe", {});
  context.screen.json(me);
  const { principal, rights, session, restored } = me;
  context.screen.result(
    `${principal.displayName} (${principal.tenantName}), ${principal.kind} ${principal.objectId}`,
  );
  if (rights.length > 0) context.screen.result(`Rights: ${rights.join(", ")}`);
  const when =
    session.authTime === null ? "" : ` at ${momentWithUtc(Date.parse(session.authTime), client.now())}`;
  const how = session.amr.length === 0 ? "" : ` with ${session.amr.join(", ")}`;
  const limited = session.limited ? "; this sign-in cannot decide or administer" : "";
  context.screen.result(`Signed in through ${session.via}${when}${how}${limited}`);
  if (restored !== null)
    context.screen.progress(
      `Access only ends for now: the database was restored (${restored.because}), and no operator has confirmed it.`,
    );
  return EXIT.done;
};

export const eligible: Run = async (context) => {
  const client = await context.client();
  const { items } = await client.call("listMyEligibilities", {});
  context.screen.json(items);
  if (items.length === 0) context.screen.progress("You may ask for nothing here.");
  const now = client.now();
  // That all of it may be asked for now goes without saying.
  const some = items.every((one) => hasBegun(one, now)) ? [] : ["FROM"];
  const titles = ["ROLE", "ON", ...some, "AT MOST", "DECIDED BY", "NEEDS", "THROUGH"];
  const columns = titles.map((title) => ({ title }));
  const rows = items.map((one) => [
    one.roleName,
    placeOf(one),
    ...some.map(() => fromWord(one, now)),
    describeIso(one.limits.maximumDuration),
    decidedBy(one),
    needs(one),
    one.through ?? "directly",
  ]);
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};

export const check: Run = async (context, given) => {
  const [who = ""] = given.words;
  const on = given.text("on");
  const action = given.text("action") ?? undefined;
  const role = given.text("role");
  if (on === null) throw usage("say where, with --on SCOPE");
  if ((action === undefined) === (role === null)) throw usage("give either --action or --role");
  const client = await context.client();
  const principalId = isGuid(who) ? who : (await findPrincipal(client, who)).objectId;
  const byPath = on.startsWith("/") && (role === null || isGuid(role));
  const place = byPath
    ? { scope: on, roleDefinitionIds: role === null ? [] : [role] }
    : await findPlace(client, role === null ? [] : [role], on);
  const [roleDefinitionId] = place.roleDefinitionIds;
  const tenantId = given.text("tenant") ?? undefined;
  const answer = await client.call("checkAccess", {
    body: { principalId, tenantId, scope: place.scope, action, roleDefinitionId },
  });
  context.screen.json(answer);
  const until =
    answer.until === null ? "" : ` until ${momentWithUtc(Date.parse(answer.until), client.now())}`;
  context.screen.result(answer.allowed ? `yes${until}` : `no: ${answer.reason}`);
  return answer.allowed ? EXIT.done : context.screen.failed(EXIT.denied, `no: ${answer.reason}`);
};

function decidedBy({ limits, decidedBy: stages }: Eligibility): string {
  if (limits.approval === "automatic") return "nobody";
  return stages
    .map(({ tenantName, count, required }) => `${tenantName}, ${required} of ${count}`)
    .join(", then ");
}

function needs({ limits }: Eligibility): string {
  const parts = [
    limits.justificationRequired ? "justification" : null,
    limits.ticketRequired ? "ticket" : null,
    limits.mfaRequired ? "second factor" : null,
  ];
  return parts.filter((part) => part !== null).join(", ") || "-";
}
