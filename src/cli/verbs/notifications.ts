/** `notifications`: what one was told, newest first. */
import { EXIT } from "../exit.ts";
import { shortId } from "../find/pick.ts";
import { moment } from "../text/moment.ts";
import { readable } from "../text/readable.ts";
import { table } from "../text/table.ts";
import { countIn } from "../values.ts";
import type { Verb } from "../verb.ts";

const MAX_SHOWN = 200;
const DEFAULT_SHOWN = 20;

export const notifications: Verb = {
  name: "notifications",
  summary: "list what you were told; --read marks it as read",
  form: "[--unread] [--read] [--limit N]",
  flags: {
    unread: { type: "switch", help: "only what you have not read" },
    read: { type: "switch", help: "mark what is shown as read" },
    limit: { type: "text", value: "N", help: `how many (default ${DEFAULT_SHOWN})` },
  },
  words: [0, 0],
  async run(context, given) {
    const limit = countIn(given, "limit", MAX_SHOWN) ?? DEFAULT_SHOWN;
    const client = await context.client();
    const query = { limit, unread: given.has("unread") ? ("true" as const) : ("false" as const) };
    const { items } = await client.call("listMyNotifications", { query });
    context.screen.json(items);
    if (items.length === 0) context.screen.progress("There is nothing to read.");
    const now = client.now();
    const rows = items.map(({ at, text, readAt, requestId, grantId }) => [
      readAt === null ? "•" : " ",
      moment(Date.parse(at), now),
      readable(text, now),
      shortId(requestId ?? grantId ?? ""),
    ]);
    const columns = ["", "AT", "WHAT", "ABOUT"].map((title) => ({ title }));
    if (rows.length > 0) for (const line of table(columns, rows)) context.screen.result(line);
    const unread = items.filter(({ readAt }) => readAt === null).map(({ id }) => id);
    if (given.has("read") && unread.length > 0) {
      const { marked } = await client.call("markMyNotificationsRead", { body: { ids: unread } });
      context.screen.progress(`${marked} marked as read.`);
    }
    return EXIT.done;
  },
};
