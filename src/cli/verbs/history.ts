/** `history`: one's own, newest first: what one did, and what became of one's requests and access. */
import { NOTIFICATIONS_SHOWN } from "../choices.ts";
import { EXIT } from "../exit.ts";
import { shortId } from "../find/pick.ts";
import { moment } from "../text/moment.ts";
import { readable } from "../text/readable.ts";
import { countIn } from "../values.ts";
import type { Run } from "../verb.ts";

const MAX_SHOWN = 200;

export const history: Run = async (context, given) => {
  const limit = countIn(given, "limit", MAX_SHOWN) ?? NOTIFICATIONS_SHOWN;
  const client = await context.client();
  const { items } = await client.call("listMyHistory", { query: { limit } });
  context.screen.json(items);
  if (items.length === 0) context.screen.progress("Nothing has happened yet.");
  const now = client.now();
  const rows = items.map(({ at, sentence, requestId }) => [
    moment(Date.parse(at), now),
    readable(sentence, now),
    shortId(requestId ?? ""),
  ]);
  const columns = ["AT", "WHAT", "ABOUT"].map((title) => ({ title }));
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};
