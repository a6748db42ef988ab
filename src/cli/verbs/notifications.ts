/** `notifications`: what one was told, newest first. */
import type { Input } from "../../client/client.ts";
import { NOTIFICATIONS_SHOWN } from "../choices.ts";
import { EXIT } from "../exit.ts";
import { shortId } from "../find/pick.ts";
import { moment } from "../text/moment.ts";
import { readable } from "../text/readable.ts";
import { countIn } from "../values.ts";
import type { Run } from "../verb.ts";

const MAX_SHOWN = 200;
// Which types there are, the server says.
type Asked = NonNullable<Input<"listMyNotifications">["query"]>;

export const notifications: Run = async (context, given) => {
  const limit = countIn(given, "limit", MAX_SHOWN) ?? NOTIFICATIONS_SHOWN;
  const client = await context.client();
  const yes = (flag: string) => (given.has(flag) ? ("true" as const) : ("false" as const));
  const type = given.text("type");
  const query = {
    limit,
    unread: yes("unread"),
    asks: yes("asks"),
    ...(type === null ? {} : { type: type as Asked["type"] }),
  };
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
  if (rows.length > 0) context.screen.table(columns, rows);
  const unread = items.filter(({ readAt }) => readAt === null).map(({ id }) => id);
  if (given.has("read") && unread.length > 0) {
    const { marked } = await client.call("markMyNotificationsRead", { body: { ids: unread } });
    context.screen.progress(`${marked} marked as read.`);
  }
  return EXIT.done;
};
