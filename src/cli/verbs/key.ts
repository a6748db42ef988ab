/** `key`, `key rotate`: the installation's key, and another in its place while everything goes on. */
import { setTimeout as pause } from "node:timers/promises";
import type { Answer } from "../../client/client.ts";
import { Unreachable } from "../../client/send.ts";
import { EXIT } from "../exit.ts";
import { momentWithUtc } from "../text/moment.ts";
import { millisecondsIn, reasonIn } from "../values.ts";
import type { Context, Run } from "../verb.ts";

const LOOK_EVERY_MS = 500;
const PATIENCE_MS = 60_000;

type Key = Answer<"readKey">;

export const keyShow: Run = async (context) => {
  const client = await context.client();
  const key = await client.call("readKey", {});
  context.screen.json(key);
  for (const line of wordsFor(key, client.now())) context.screen.result(line);
  return EXIT.done;
};

export const keyRotate: Run = async (context, given) => {
  const body = { justification: reasonIn(given), leaveBehind: given.has("leave-behind") };
  const patienceMs = millisecondsIn(given, "timeout") ?? PATIENCE_MS;
  const client = await context.client();
  const begunAt = Date.now();
  const said = new Set<string>();
  let key: Key = await client.call("rotateKey", { body });
  while (isUnderWay(key) && Date.now() - begunAt < patienceMs) {
    const step = progressOf(key);
    if (!said.has(step)) context.screen.progress(step);
    said.add(step);
    await pause(LOOK_EVERY_MS);
    key = await look(context, key);
  }
  context.screen.json(key);
  for (const line of wordsFor(key, client.now())) context.screen.result(line);
  if (isUnderWay(key)) return EXIT.timeout;
  context.screen.result("Back up the key file now: what is sealed from here on opens with the new key only.");
  return EXIT.done;
};

/** A server that restarts is waited for. */
async function look(context: Context, before: Key): Promise<Key> {
  try {
    return await (await context.client()).call("readKey", {});
  } catch (error) {
    if (error instanceof Unreachable) return before;
    throw error;
  }
}

function isUnderWay({ rotation }: Key): boolean {
  return rotation !== null && rotation.phase !== "bothAccepted";
}

function progressOf({ rotation }: Key): string {
  if (rotation?.phase === "announced")
    return rotation.waitingFor.length === 0
      ? "  every process takes the new key in"
      : `  waiting until these hold the new key: ${rotation.waitingFor.join(", ")}`;
  return "  the new key is the current one; what is stored is being sealed with it";
}

function wordsFor(key: Key, now: number): string[] {
  const { generation, since, rotation } = key;
  const current = `The key is of generation ${generation}${since === null ? "" : `, since ${momentWithUtc(Date.parse(since), now)}`}.`;
  if (rotation === null) return [current];
  if (rotation.phase !== "announced")
    return [
      current,
      ...(rotation.phase === "sealing" ? [progressOf(key).trim()] : []),
      ...(rotation.acceptedUntil === null
        ? []
        : [`The one before is accepted until ${momentWithUtc(Date.parse(rotation.acceptedUntil), now)}.`]),
    ];
  if (rotation.waitingFor.length === 0) return [current, "Another is being taken in by every process."];
  return [
    current,
    `Another waits for processes that do not hold it: ${rotation.waitingFor.join(", ")}.`,
    "Copy the key file of the process that was asked to each of them: it goes on by itself.",
    "To go on without them, which makes them fail, ask again with --leave-behind.",
  ];
}
