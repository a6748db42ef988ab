/** `exports` and what is done about one: where events are sent to, how far that is, and what its far side refused. */
import { type Answer, type Client, wholeOf } from "../../client/client.ts";
import { EXIT, usage } from "../exit.ts";

import { momentWithUtc } from "../text/moment.ts";
import type { Context, Run } from "../verb.ts";

type Export = Answer<"listExports">["items"][number];

export const exports: Run = async (context, given) => {
  const client = await context.client();
  if (given.has("installation")) return installation(context, client);
  const items = await wholeOf((query) => client.call("listExports", { query }));
  context.screen.json(items);
  if (items.length === 0) context.screen.progress("Nothing is sent anywhere.");
  const columns = ["EXPORT", "KIND", "WHERE", "SENT", "BEHIND", "REFUSED", "STANDS"].map((title) => ({
    title,
  }));
  const rows = items.map((one) => [
    one.name,
    one.kindLabel,
    one.place,
    String(one.through),
    String(one.behind),
    String(one.deadLetters),
    standing(one, client.now()),
  ]);
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};

export const exportPause: Run = async (context, given) => {
  const [name = ""] = given.words;
  context.screen.json(await (await context.client()).call("pauseExport", { path: { name } }));
  context.screen.result(`${name} is paused. What happens meanwhile is sent when it is resumed.`);
  return EXIT.done;
};

export const exportResume: Run = async (context, given) => {
  const [name = ""] = given.words;
  context.screen.json(await (await context.client()).call("resumeExport", { path: { name } }));
  context.screen.result(`${name} goes on.`);
  return EXIT.done;
};

export const exportReplay: Run = async (context, given) => {
  const [name = ""] = given.words;
  const from = given.text("from");
  if (from !== null && !/^[1-9]\d{0,15}$/.test(from))
    throw usage("--from takes the number of an entry, such as 4711");
  const body = from === null ? { deadLetters: "all" as const } : { from: Number(from) };
  const client = await context.client();
  const answer = given.has("installation")
    ? await client.call("replayInstallationExport", { path: { kind: name } })
    : await client.call("replayExport", { path: { name }, body });
  context.screen.json(answer);
  context.screen.result(
    `${answer.count === 1 ? "1 event is" : `${answer.count} events are`} sent again to ${name}, with the ids that they had.`,
  );
  return EXIT.done;
};

export const exportSecret: Run = async (context, given) => {
  const [name = ""] = given.words;
  const client = await context.client();
  const made = await client.call("renewExportSecret", { path: { name } });
  context.screen.json(made);
  context.screen.result(made.secret);
  context.screen.progress(
    made.previousUntil === null
      ? "It is shown this once. Give it to whoever verifies what comes."
      : `It is shown this once. The one before is valid beside it until ${momentWithUtc(Date.parse(made.previousUntil), client.now())}.`,
  );
  return EXIT.done;
};

export const exportRefused: Run = async (context, given) => {
  const [name = ""] = given.words;
  const client = await context.client();
  const { items } = await client.call("listExportDeadLetters", { path: { name }, query: {} });
  context.screen.json(items);
  if (items.length === 0) context.screen.progress("Its far side refused nothing.");
  const rows = items.map(({ number, at, reason }) => [
    String(number),
    momentWithUtc(Date.parse(at), client.now()),
    reason,
  ]);
  if (rows.length > 0)
    context.screen.table(
      ["ENTRY", "REFUSED", "WHY"].map((title) => ({ title })),
      rows,
    );
  return EXIT.done;
};

async function installation(context: Context, client: Client): Promise<number> {
  const { items } = await client.call("listInstallationExports", {});
  context.screen.json(items);
  if (items.length === 0)
    context.screen.progress(
      "This installation sends nothing anywhere; CURFEW_EXPORT_ variables say where to.",
    );
  const columns = ["EXPORT", "WHERE", "LOGS", "BEHIND", "REFUSED", "LAST ERROR"].map((title) => ({ title }));
  const rows = items.map((one) => [
    one.kind,
    one.place,
    String(one.streams),
    String(one.behind),
    String(one.deadLetters),
    one.failing === 0 ? "" : (one.lastError ?? ""),
  ]);
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
}

function standing({ paused, tries, lastError, againAt }: Export, now: number): string {
  if (paused === "person") return "paused";
  if (paused === "secret") return "waits for a secret: curfew export secret";
  if (paused === "refused") return `paused: ${lastError ?? "its far side refuses what it is sent"}`;
  if (tries === 0) return "sends";
  const again = againAt === null ? "" : `, again ${momentWithUtc(Date.parse(againAt), now)}`;
  return `${lastError ?? "cannot send"}${again}`;
}
