/**
 * What is sent is done once: a second press of a button is the first one's call, a lost answer is asked for again under
 * the key that its call had, and a second tab with the same form finds what the first one made.
 */
import type { Answer, Input, OperationId } from "../../../src/client/client.ts";
import { OPERATIONS } from "../../../src/client/operations.ts";
import { ApiProblem } from "../../../src/client/problem.ts";
import { isUnknown, Unreachable } from "./passing.ts";

/** Keys of what was sent lately, by a digest of what it said: for every tab, since a second one may send it too. */
const STORE = "curfew-sent";
/** A press this soon after the answer was meant for the call before it. */
const AGAIN_MS = 1_000;
/** After that the rules say whether the same may be asked for twice. */
const LOST_MS = 600_000;
const MOST_KEPT = 20;
const PAUSE_MS = 1_000;

type Send<O extends OperationId> = (input: Input<O>) => Promise<Answer<O>>;

interface UnderWay {
  readonly target: string;
  readonly answer: Promise<unknown>;
  isAnswered: boolean;
}

interface Sent {
  readonly key: string;
  /** Epoch milliseconds, as `answeredAt`, which is null while no answer came. */
  readonly at: number;
  readonly answeredAt: number | null;
}

const underWay = new Map<string, UnderWay>();

/**
 * @param begunAt when whoever sends this began to write it, in epoch milliseconds: what was sent in the same words and
 *   answered since is the same call, and what was answered before is another
 * @throws what `send` throws
 */
export function once<O extends OperationId>(
  operation: O,
  input: Input<O>,
  begunAt: number,
  send: Send<O>,
): Promise<Answer<O>> {
  const content = contentOf(operation, input);
  const before = underWay.get(content);
  if (before !== undefined) return before.answer as Promise<Answer<O>>;
  const target = JSON.stringify([operation, (input as { path?: unknown }).path]);
  // What was answered before something else is sent to the same thing is no answer to that.
  for (const [other, { target: its, isAnswered }] of underWay)
    if (isAnswered && its === target) underWay.delete(other);
  const answer =
    "keyed" in OPERATIONS[operation] ? keyed(input, { content, begunAt, tries: 1 }, send) : send(input);
  const entry: UnderWay = { target, answer, isAnswered: false };
  const forget = () => {
    if (underWay.get(content) === entry) underWay.delete(content);
  };
  underWay.set(content, entry);
  answer.then(() => {
    entry.isAnswered = true;
    setTimeout(forget, AGAIN_MS);
  }, forget);
  return answer;
}

/** Whether the same was sent already, and not answered or answered elsewhere: sending it leads to what came of it. */
export function wasSent<O extends OperationId>(operation: O, input: Input<O>, begunAt: number): boolean {
  const before = read()[digestOf(contentOf(operation, input))];
  return before !== undefined && isSame(before, begunAt, Date.now());
}

/** What a call says, whichever key and version it goes under. */
function contentOf(operation: OperationId, input: object): string {
  const { path, query, body } = input as { path?: unknown; query?: unknown; body?: unknown };
  return JSON.stringify([operation, path, query, body]);
}

interface Attempt {
  readonly content: string;
  readonly begunAt: number;
  readonly tries: number;
}

async function keyed<O extends OperationId>(
  input: Input<O>,
  { content, begunAt, tries }: Attempt,
  send: Send<O>,
): Promise<Answer<O>> {
  const digest = digestOf(content);
  const now = Date.now();
  const before = read()[digest];
  const sent =
    before !== undefined && isSame(before, begunAt, now) ? before : { ...NEVER, key: newKey(), at: now };
  keep(digest, sent);
  try {
    const headers = { "idempotency-key": sent.key };
    const answer = await send({ ...input, headers });
    keep(digest, { ...sent, answeredAt: Date.now() });
    return answer;
  } catch (error) {
    if (!isUnknown(error)) keep(digest, null);
    const spent = error instanceof ApiProblem && error.code === "idempotency_mismatch";
    if (tries > 1 || !(spent || error instanceof Unreachable)) throw error;
    if (!spent) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return keyed(input, { content, begunAt, tries: tries + 1 }, send);
  }
}

const NEVER = { answeredAt: null };

function isSame({ at, answeredAt }: Sent, begunAt: number, now: number): boolean {
  if (now - at >= LOST_MS) return false;
  return answeredAt === null || answeredAt > begunAt || now - answeredAt < AGAIN_MS;
}

function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

function read(): Readonly<Record<string, Sent>> {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "{}") as Record<string, Sent>;
  } catch {
    return {};
  }
}

/** On signing out. */
export function forgetSent(): void {
  localStorage.removeItem(STORE);
}

function keep(digest: string, sent: Sent | null): void {
  const { [digest]: _, ...others } = read();
  const newest = Object.entries(others)
    .sort(([, a], [, b]) => b.at - a.at)
    .slice(0, MOST_KEPT - 1);
  const kept = sent === null ? newest : [...newest, [digest, sent] as const];
  try {
    localStorage.setItem(STORE, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // A browser that keeps nothing sends under a new key after a reload; the rules refuse what there is already.
  }
}

/**
 * Enough to tell what one person sends within minutes apart, and it says nothing of it. Where two are alike all the
 * same the server refuses the key, and another is taken. (Digests of the platform's own exist on secure origins only.)
 */
function digestOf(text: string): string {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  return [a, b].map((part) => (part >>> 0).toString(36)).join("-");
}
