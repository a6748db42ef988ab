/** `request`: asks for access, says what it takes, and with `--wait` watches until it is live. */
import { randomUUID } from "node:crypto";
import type { AccessRequest, Grant } from "../../client/types.ts";
import { readAsk } from "../asking.ts";
import { EXIT } from "../exit.ts";
import { shortId } from "../find/pick.ts";
import { planLines } from "../plan.ts";
import { millisecondsIn } from "../values.ts";
import type { Context, Run } from "../verb.ts";
import { refusedBy } from "../verdict.ts";
import { waitUntilLive } from "../wait.ts";

export const request: Run = async (context, given) => {
  const timeoutMs = millisecondsIn(given, "timeout");
  const client = await context.client();
  const ask = await readAsk(client, given);
  const expected = await client.call("previewAccessRequest", { body: ask });
  for (const line of planLines(ask, expected, client.now())) context.screen.progress(line);
  if (!expected.allowed) {
    context.screen.json(expected);
    return refusedBy(context.screen, expected);
  }
  const headers = { "idempotency-key": given.text("key") ?? randomUUID() };
  const sent = await client.call("submitAccessRequest", { body: ask, headers });
  return follow(context, sent, { wait: given.has("wait"), timeoutMs });
};

export interface Following {
  readonly wait: boolean;
  readonly timeoutMs: number | null;
  readonly done?: string;
}

/** What comes after a request was sent, an extension as well. */
export async function follow(
  context: Context,
  sent: AccessRequest,
  { wait, timeoutMs, done = "Sent" }: Following,
): Promise<number> {
  const { screen, self } = context;
  const id = shortId(sent.id);
  if (!wait) {
    screen.result(sent.state === "pending" ? `${done}: request ${id}.` : `Approved: request ${id}.`);
    screen.progress(`Next: ${self} ${sent.state === "pending" ? `requests ${id}` : "grants"}`);
    screen.json(sent);
    return EXIT.done;
  }
  screen.progress(`${done}: request ${id}. Ctrl-C stops waiting, not the request.`);
  const { request: after, grants, exit } = await waitUntilLive(context, sent, timeoutMs);
  if (exit === EXIT.done) for (const line of nextSteps(grants, self)) screen.result(line);
  screen.json({ ...after, grants });
  if (exit === EXIT.done) return exit;
  const became =
    after.state === "approved" ? "the access that was approved is over" : `the request is ${after.state}`;
  return screen.failed(exit, `${became}: request ${id}`);
}

function nextSteps(grants: readonly Grant[], self: string): string[] {
  return grants.map(({ id, entitlements }) => {
    if (entitlements.length > 0) return `Next: ${self} secret ${shortId(id)}`;
    return `Next: ${self} deactivate ${shortId(id)}, when you are done before its end`;
  });
}
