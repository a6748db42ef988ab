/** `users`, `eligibilities`, `sessions`: who is there, who may ask for what, and where somebody is signed in. */
import { type Answer, type Client, wholeOf } from "../../client/client.ts";
import type { Given } from "../arguments.ts";
import { EXIT, usage } from "../exit.ts";
import { isGuid, shortId } from "../find/pick.ts";
import { findPrincipal } from "../find/principals.ts";
import { momentWithUtc } from "../text/moment.ts";
import { oneOf } from "../values.ts";
import type { Run } from "../verb.ts";

type Eligibility = Answer<"listEligibilities">["items"][number];

export const users: Run = async (context, given) => {
  const kind = oneOf(given, "kind", ["user", "group", "servicePrincipal"] as const) ?? "user";
  const [text] = given.words;
  const client = await context.client();
  const q = text === undefined ? {} : { q: text.slice(0, 100) };
  const found = await wholeOf((page) => client.call("listPrincipals", { query: { ...page, ...q, kind } }));
  found.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  context.screen.json(found);
  if (found.length === 0) context.screen.progress("There is nobody.");
  const columns = ["NAME", "CALLED", "E-MAIL", "ID"].map((title) => ({ title }));
  const rows = found.map(({ name, displayName, email, objectId }) => [
    name,
    displayName,
    email ?? "-",
    shortId(objectId),
  ]);
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};

export const eligibilities: Run = async (context, given) => {
  const [who] = given.words;
  const on = given.text("on");
  if (on !== null && !on.startsWith("/"))
    throw usage(`--on takes a path that begins with /subscriptions/ or /groups/, not \`${on}\``);
  const client = await context.client();
  const principalId = who === undefined || isGuid(who) ? who : (await findPrincipal(client, who)).objectId;
  const found = await wholeOf((page) =>
    client.call("listEligibilities", {
      query: {
        ...page,
        ...(principalId === undefined ? {} : { principalId }),
        ...(on === null ? {} : { scope: on }),
      },
    }),
  );
  const word = ({ principal, roleName, scopeName }: Eligibility) =>
    [principal.displayName, roleName, scopeName].join("\n").toLowerCase();
  found.sort((a, b) => (word(a) < word(b) ? -1 : 1));
  context.screen.json(found);
  if (found.length === 0) context.screen.progress("Nobody may ask for anything there.");
  const now = client.now();
  const at = (instant: string) => momentWithUtc(Date.parse(instant), now);
  // That all of them have begun goes without saying.
  const from = found.some(({ startsAt }) => Date.parse(startsAt) > now) ? ["FROM"] : [];
  const columns = ["WHO", "ROLE", "ON", ...from, "UNTIL", "MADE BY", "ID"].map((title) => ({ title }));
  const rows = found.map((one) => [
    one.members === null ? one.principal.displayName : `${one.principal.displayName} (${one.members})`,
    one.roleName,
    one.scopeName,
    ...from.map(() => (Date.parse(one.startsAt) > now ? at(one.startsAt) : "now")),
    one.endsAt === null ? "no end" : at(one.endsAt),
    one.source.kind === "application" ? `application ${one.source.name}` : (one.source.name ?? "-"),
    shortId(one.id),
  ]);
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};

export const sessions: Run = async (context, given) => {
  const client = await context.client();
  const { objectId } = await personIn(client, given);
  const { items } = await client.call("listSessions", { path: { objectId } });
  context.screen.json(items);
  if (items.length === 0) context.screen.progress("There is no open session.");
  const at = (instant: string | null) =>
    instant === null ? "-" : momentWithUtc(Date.parse(instant), client.now());
  const columns = ["THROUGH", "SIGNED IN", "WITH", "UNTIL"].map((title) => ({ title }));
  const rows = items.map((one) => [
    one.client ?? "a browser",
    at(one.signedInAt),
    one.methods.join(", ") || "-",
    at(one.endsAt),
  ]);
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};

export const sessionsEnd: Run = async (context, given) => {
  const client = await context.client();
  const { objectId, displayName, isOneself } = await personIn(client, given);
  const body = { justification: given.text("because") ?? undefined };
  const done = await client.call("endSessions", { path: { objectId }, body });
  context.screen.json(done);
  const many = done.ended === 1 ? "1 session" : `${done.ended} sessions`;
  context.screen.result(`Ended ${many} of ${displayName}, and every token that came of them.`);
  if (isOneself) context.screen.progress("This one was among them: `curfew login` signs you in again.");
  return EXIT.done;
};

/** Whoever is named; oneself where nobody is. */
async function personIn(client: Client, given: Given) {
  const [text] = given.words;
  const me = (await client.call("readMe", {})).principal;
  const { objectId, displayName } = text === undefined ? me : await findPrincipal(client, text);
  return { objectId, displayName, isOneself: objectId === me.objectId };
}
