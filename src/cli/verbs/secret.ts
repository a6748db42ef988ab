/** `secret`: fetches the log-in of a live grant, once; with the flag of a kind's client, uses it and shows no secret. */
import type { Client } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { Grant } from "../../client/types.ts";
import type { TargetClient } from "../../targets/client.ts";
import { CLIENTS } from "../../targets/clients.ts";
import type { Given } from "../arguments.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { describeGrant, findGrant, latestGrants } from "../find/grants.ts";
import { pickLast, shortId } from "../find/pick.ts";
import { type KeptSecret, keepSecret, readSecret } from "../kept-secrets.ts";
import type { Demo } from "../sign-in/demo.ts";
import { clockTime, moment, momentWithUtc } from "../text/moment.ts";
import { table } from "../text/table.ts";
import { useSecret } from "../use-secret.ts";
import type { Context, Run } from "../verb.ts";

const LOOKED_AT = 200;

export const secret: Run = async (context, given) => {
  const client = await context.client();
  const demo = (await context.access()).demo();
  const grant = given.has("last")
    ? await onlyWithLogin(context, demo, given)
    : await findGrant(context, given, { view: "mine", ended: true, fits: () => true, what: "grant" });
  const use = wantedUse(given);
  return use === null ? show(context, client, grant, given) : runWith(context, client, { grant, given, use });
};

interface Use {
  readonly by: TargetClient;
  readonly text: string;
}

function wantedUse(given: Given): Use | null {
  const [use, ...others] = CLIENTS.flatMap((by) => {
    const text = given.text(by.flag.name);
    return text === null ? [] : [{ by, text }];
  });
  if (others.length > 0) throw usage("use it in one way at a time");
  return use ?? null;
}

/** Live or opening; where none is, the newest whose log-in was fetched before, even after its end. */
async function onlyWithLogin(context: Context, demo: Demo | null, given: Given): Promise<Grant> {
  if (given.words.length > 0) throw usage("name a grant by its id, or say --last");
  const latest = await latestGrants(await context.client(), "mine", LOOKED_AT);
  const opening = latest.filter(
    ({ kind, entitlements }) =>
      kind === "activation" && entitlements.some(({ target }) => target?.issuesSecret),
  );
  const open = opening.filter(({ liveness }) => liveness === "live" || liveness === "provisioning");
  const before = opening.find(({ id }) => readSecret(demo, id) !== null);
  return pickLast(context.screen, {
    what: "live access of yours with a log-in",
    items: open.length === 0 && before !== undefined ? [before] : open,
    id: ({ id }) => id,
    label: describeGrant,
    list: "curfew grants",
  });
}

async function show(context: Context, client: Client, grant: Grant, given: Given): Promise<number> {
  const { screen } = context;
  const fetched = await claim(client, grant, given, context);
  screen.json(fetched);
  const { expiresAt, fields, commands } = fetched;
  const rows = fields.map(({ label, value }) => [label, value]);
  // What is copied from here is never broken into lines.
  for (const line of table([{ title: "" }, { title: "" }], rows).slice(1)) screen.result(line);
  for (const { line } of commands) screen.result(`run: ${line}`);
  screen.result(`works until ${momentWithUtc(Date.parse(expiresAt), client.now())}`);
  screen.progress("Shown once: it is stored nowhere and cannot be fetched again.");
  return EXIT.done;
}

interface SecretUse {
  readonly grant: Grant;
  readonly given: Given;
  readonly use: Use;
}

async function runWith(
  context: Context,
  client: Client,
  { grant, given, use: { by, text } }: SecretUse,
): Promise<number> {
  const { screen } = context;
  const demo = (await context.access()).demo();
  const kept = given.has("reissue") ? null : readSecret(demo, grant.id);
  if (kept !== null) {
    const ended = grant.liveness === "live" ? "" : `; the access ended at ${endOf(grant, client.now())}`;
    screen.progress(
      `Using the secret fetched at ${moment(Date.parse(kept.fetchedAt), client.now())}${ended}.`,
    );
    requireKind(by, kept.kind, kept.kind);
    return useSecret(screen, by, kept.values, text);
  }
  // Asked before the secret is, which is given once.
  const opening = grant.entitlements.find(({ target }) => target?.issuesSecret);
  if (opening !== undefined && grant.entitlements.every(({ targetKind }) => targetKind !== by.kind))
    requireKind(by, opening.targetKind, opening.target?.label ?? opening.targetKind);
  const fetched = await claim(client, grant, given, context);
  requireKind(by, fetched.targetKind, fetched.targetLabel);
  const fetchedAt = new Date(client.now()).toISOString();
  const values = valuesOf(fetched);
  keepSecret(demo, grant.id, { kind: fetched.targetKind, values, fetchedAt });
  screen.progress(
    `Secret of grant ${shortId(grant.id)} fetched at ${clockTime(client.now())}, used once and not shown.`,
  );
  return useSecret(screen, by, values, text);
}

function requireKind({ kind, flag }: TargetClient, found: string, label: string): void {
  if (kind !== found)
    throw new Stop(EXIT.fault, `--${flag.name} cannot use this log-in: it is one of ${label}`);
}

/** As the kind names them, without what is said of them. */
function valuesOf(fetched: Awaited<ReturnType<typeof claim>>): KeptSecret["values"] {
  const {
    expiresAt: _,
    targetKind: _kind,
    targetLabel: _label,
    fields: _fields,
    commands: _lines,
    ...values
  } = fetched;
  return values as KeptSecret["values"];
}

async function claim(client: Client, { id }: Grant, given: Given, { self }: Context) {
  const body = { reissue: given.has("reissue"), bindingId: given.text("binding") ?? undefined };
  try {
    return await client.call("claimSecret", { path: { id }, body });
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.code !== "secret_already_issued") throw error;
    const again = `${self} secret ${shortId(id)} --reissue`;
    throw new Stop(
      EXIT.fault,
      `the secret was given once already; if it was lost: ${again}, which voids the old one`,
    );
  }
}

function endOf({ effectiveEnd }: Grant, now: number): string {
  return effectiveEnd.at === null ? "an unknown time" : moment(Date.parse(effectiveEnd.at), now);
}
