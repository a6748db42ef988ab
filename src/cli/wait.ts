/** Watches a request until its access is live, or is not to be, and says each step once. */
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "../client/client.ts";
import { Unreachable } from "../client/send.ts";
import type { AccessRequest, Grant } from "../client/types.ts";
import { EXIT, Stop } from "./exit.ts";
import { shortId } from "./find/pick.ts";
import { narrate } from "./narrate.ts";
import { clockTime } from "./text/moment.ts";
import type { Context } from "./verb.ts";

const QUICK_PAUSE_MS = 400;
const CALM_PAUSE_MS = 2_000;
const QUICK_FOR_MS = 10 * 60_000;
const SILENCE_BORNE_MS = 60_000;

export interface Watched {
  readonly request: AccessRequest;
  readonly grants: readonly Grant[];
}

export interface Waited extends Watched {
  readonly exit: number;
}

/** @throws Stop when `--timeout` passes or Ctrl-C is pressed: the request itself goes on */
export async function waitUntilLive(
  context: Context,
  request: AccessRequest,
  timeoutMs: number | null,
): Promise<Waited> {
  const client = await context.client();
  const interrupted = context.interrupted();
  const startedAt = Date.now();
  const timeout = timeoutMs === null ? [] : [AbortSignal.timeout(timeoutMs)];
  const signal = AbortSignal.any([interrupted, ...timeout]);
  const said = new Set<string>();
  let watched: Watched = { request, grants: [] };
  let heardAt = startedAt;
  for (;;) {
    for (const step of narrate(watched, client.now(), context.self)) {
      if (!said.has(step.key)) context.screen.progress(`  ${clockTime(step.at)}  ${step.text}`);
      said.add(step.key);
    }
    const exit = outcomeOf(watched);
    if (exit !== null) return { ...watched, exit };
    const calm = Date.now() - startedAt > QUICK_FOR_MS;
    await pause(calm ? CALM_PAUSE_MS : QUICK_PAUSE_MS, undefined, { signal }).catch(() => {
      throw stopped(context, watched.request, interrupted.aborted);
    });
    try {
      watched = await look(client, watched.request.id);
      heardAt = Date.now();
    } catch (error) {
      // A server that restarts is waited for; one that stays away is a fault.
      if (!(error instanceof Unreachable) || Date.now() - heardAt > SILENCE_BORNE_MS) throw error;
    }
  }
}

async function look(client: Client, id: string): Promise<Watched> {
  const request = await client.call("readAccessRequest", { path: { id } });
  const grants = await Promise.all(
    request.grantIds.map((grant) => client.call("readGrant", { path: { id: grant } })),
  );
  return { request, grants };
}

/** Null while it is not known yet. */
function outcomeOf({ request, grants }: Watched): number | null {
  switch (request.state) {
    case "pending":
      return null;
    case "denied":
      return EXIT.denied;
    case "canceled":
    case "timedOut":
      return EXIT.ended;
    case "approved": {
      if (grants.length === 0) return null;
      if (grants.some(({ liveness }) => liveness === "scheduled" || liveness === "provisioning")) return null;
      return grants.every(({ liveness }) => liveness === "live") ? EXIT.done : EXIT.ended;
    }
  }
}

function stopped(context: Context, request: AccessRequest, byHand: boolean): Stop {
  const again = `${context.self} requests ${shortId(request.id)}`;
  if (byHand) return new Stop(EXIT.interrupted, `stopped waiting; the request goes on: ${again}`);
  return new Stop(EXIT.timeout, `--timeout passed; the request goes on: ${again}`);
}
