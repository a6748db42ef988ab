/** `lock`, `unlock`, `revoke everything`: somebody is out now, is in again, or loses what they hold. */
import type { Client } from "../../client/client.ts";
import { EXIT } from "../exit.ts";
import { findPrincipal } from "../find/principals.ts";
import { readable } from "../text/readable.ts";
import { reasonIn } from "../values.ts";
import type { Context, Run } from "../verb.ts";
import { untilSeen } from "./end.ts";

interface Ended {
  readonly endedGrants: readonly string[];
  readonly canceledRequests: number;
}

export const lock: Run = async (context, given) => {
  const justification = reasonIn(given);
  const client = await context.client();
  const { objectId, displayName } = await findPrincipal(client, given.words[0] ?? "");
  const done = await client.call("lockOut", { path: { objectId }, body: { justification } });
  const exit = await sayEnded(context, client, done, `Locked out: ${displayName}. Nothing lets them in`);
  if (done.owns.length > 0) {
    const many =
      done.owns.length === 1
        ? "1 workload or group, which stays as it is"
        : `${done.owns.length} workloads and groups, which stay as they are`;
    context.screen.progress(`They own ${many}: lock a workload out by its name.`);
  }
  if (done.alsoIs.length > 0) {
    const names = done.alsoIs.map(({ displayName: name }) => name).join(", ");
    context.screen.progress(`The same person also signs in as ${names}: lock that out as well.`);
  }
  return exit;
};

export const unlock: Run = async (context, given) => {
  const justification = reasonIn(given);
  const client = await context.client();
  const { objectId, displayName } = await findPrincipal(client, given.words[0] ?? "");
  const done = await client.call("letIn", { path: { objectId }, body: { justification } });
  context.screen.json(done);
  context.screen.result(`${displayName} may sign in again. What was ended stays ended: they ask anew.`);
  return EXIT.done;
};

export const revokeEverything: Run = async (context, given) => {
  const justification = reasonIn(given);
  const client = await context.client();
  const { objectId, displayName } = await findPrincipal(client, given.words[0] ?? "");
  const done = await client.call("endEverything", { path: { objectId }, body: { justification } });
  return sayEnded(context, client, done, `${displayName} holds nothing any more`);
};

/** As `revoke` says it of one: not live any more at once, and gone from targets when they were seen without it. */
async function sayEnded(context: Context, client: Client, done: Ended, so: string): Promise<number> {
  const { screen } = context;
  const unseen: string[] = [];
  for (const id of done.endedGrants) {
    const grant = await untilSeen(client, await client.call("readGrant", { path: { id } }));
    if (grant.unconfirmed?.of === "end")
      unseen.push(
        `${grant.roleName} on ${grant.scopeName}: ${readable(grant.unconfirmed.sentence, client.now())}`,
      );
  }
  screen.json({ ...done, unconfirmed: unseen.length });
  const count = (many: number, one: string) => (many === 1 ? `1 ${one}` : `${many} ${one}s`);
  const ended = `${count(done.endedGrants.length, "grant")} ended, ${count(done.canceledRequests, "request")} canceled`;
  screen.result(`${so}; ${ended}.`);
  if (unseen.length === 0) return EXIT.done;
  screen.result("Not seen to be gone from its target yet:");
  for (const one of unseen) screen.result(`  ${one}`);
  return EXIT.fault;
}
