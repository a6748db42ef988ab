/** `users` and `eligibilities`: who is there, and who may ask for what, for those who administer. */
import { type Answer, wholeOf } from "../../client/client.ts";
import { EXIT, usage } from "../exit.ts";
import { isGuid, shortId } from "../find/pick.ts";
import { findPrincipal } from "../find/principals.ts";
import { momentWithUtc } from "../text/moment.ts";
import { table } from "../text/table.ts";
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
  if (rows.length > 0) for (const line of table(columns, rows)) context.screen.result(line);
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
  if (rows.length > 0) for (const line of table(columns, rows)) context.screen.result(line);
  return EXIT.done;
};
