/** `secret`: fetches the log-in of a live grant, once; with `--psql`, uses it for one statement and shows no secret. */
import type { Client } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { Grant } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { findGrant, latestGrants } from "../find/grants.ts";
import { shortId } from "../find/pick.ts";
import { keepSecret, readSecret } from "../kept-secrets.ts";
import { runStatement } from "../psql.ts";
import type { Demo } from "../sign-in/demo.ts";
import { clockTime, moment, momentWithUtc } from "../text/moment.ts";
import { table } from "../text/table.ts";
import type { Context, Run } from "../verb.ts";

const LOOKED_AT = 200;

export const secret: Run = async (context, given) => {
  const client = await context.client();
  const demo = (await context.access()).demo();
  const grant = given.has("last")
    ? await newestWithLogin(client, demo, given)
    : await findGrant(client, given, { view: "mine", ended: true, fits: () => true, what: "grant" });
  const sql = given.text("psql");
  return sql === null ? show(context, client, grant, given) : query(context, client, grant, given, sql);
};

/** Live, opening, or fetched before: what came last is what is meant, even after its end. */
async function newestWithLogin(client: Client, demo: Demo | null, given: Given): Promise<Grant> {
  if (given.words.length > 0) throw usage("name a grant by its id, or say --last");
  const found = (await latestGrants(client, "mine", LOOKED_AT)).find((grant) => {
    const opens = grant.kind === "activation" && grant.entitlements.length > 0;
    const isOpen = grant.liveness === "live" || grant.liveness === "provisioning";
    return opens && (isOpen || readSecret(demo, grant.id) !== null);
  });
  if (found === undefined)
    throw new Stop(EXIT.fault, "no live access of yours has a log-in; `curfew grants` lists what you hold");
  return found;
}

async function show(context: Context, client: Client, grant: Grant, given: Given): Promise<number> {
  const { screen } = context;
  const fetched = await claim(client, grant, given, context);
  screen.json(fetched);
  const { expiresAt, ...rest } = fetched;
  const rows = Object.entries(rest).map(([name, value]) => [name, String(value)]);
  for (const line of table([{ title: "" }, { title: "" }], rows).slice(1)) screen.result(line);
  screen.result(`works until ${momentWithUtc(Date.parse(expiresAt), client.now())}`);
  screen.progress("Shown once: it is stored nowhere and cannot be fetched again.");
  return EXIT.done;
}

async function query(
  context: Context,
  client: Client,
  grant: Grant,
  given: Given,
  sql: string,
): Promise<number> {
  const { screen } = context;
  const demo = (await context.access()).demo();
  const kept = given.has("reissue") ? null : readSecret(demo, grant.id);
  if (kept !== null) {
    const ended = grant.liveness === "live" ? "" : `; the access ended at ${endOf(grant, client.now())}`;
    screen.progress(
      `Using the secret fetched at ${moment(Date.parse(kept.fetchedAt), client.now())}${ended}.`,
    );
    return runStatement(screen, kept.connectionString, sql);
  }
  const fetched = await claim(client, grant, given, context);
  if (typeof fetched.connectionString !== "string")
    throw new Stop(EXIT.fault, "this log-in is not one of PostgreSQL");
  const fetchedAt = new Date(client.now()).toISOString();
  keepSecret(demo, grant.id, { connectionString: fetched.connectionString, fetchedAt });
  screen.progress(
    `Secret of grant ${shortId(grant.id)} fetched at ${clockTime(client.now())}, used once and not shown.`,
  );
  return runStatement(screen, fetched.connectionString, sql);
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
