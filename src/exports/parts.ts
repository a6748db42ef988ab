/** Events of one batch go in parts: smaller ones after each that was too large or took too long, down to the one at fault. */
import type { ExportedEvent, Sent } from "./sink.ts";

/** How many go into a part. */
interface Pace {
  readonly size: number;
  slower(): void;
  faster(): void;
}

function createPace(most: number): Pace {
  let size = most;
  return {
    get size() {
      return size;
    },
    slower() {
      size = Math.max(1, Math.floor(size / 2));
    },
    faster() {
      size = Math.min(size * 2, most);
    },
  };
}

/** What is learnt of a far side. It outlives a sender: after each failure the stream opens another one. */
export interface FarSide {
  readonly pace: Pace;
  /** It has taken something, so what it will not take is the event's fault and not the configuration's. */
  proven: boolean;
}

export function newFarSide(mostEvents: number): FarSide {
  return { pace: createPace(mostEvents), proven: false };
}

/** What a far side says of one part. */
export type PartAnswer =
  | { readonly kind: "accepted" }
  /** Not in this size; of one event alone, `alone` is said of it. */
  | { readonly kind: "tooMuch"; readonly reason: string; readonly alone: "refused" | "later" }
  | {
      readonly kind: "later";
      readonly afterMs: number | null;
      readonly reason: string;
      readonly slow: boolean;
    };

/** An event, and what is sent of it. */
export interface Prepared<T> {
  readonly number: number;
  readonly made: T;
}

/** Up to the first of which nothing can be made that fits (a `RangeError`): its turn comes when those before it are accepted. */
export function prepared<T>(
  events: readonly ExportedEvent[],
  make: (event: ExportedEvent) => T,
): { readonly ready: readonly Prepared<T>[]; readonly unfit: Sent | null } {
  const ready: Prepared<T>[] = [];
  for (const event of events) {
    const { number } = event;
    try {
      ready.push({ number, made: make(event) });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return { ready, unfit: { kind: "refused", what: "event", number, reason: error.message } };
    }
  }
  return { ready, unfit: null };
}

export interface Parts<T> {
  readonly farSide: FarSide;
  /** Of one part; one event is a part however long it is. */
  readonly mostBytes: number;
  readonly sizeOf: (made: T) => number;
  readonly send: (part: readonly T[]) => Promise<PartAnswer>;
}

/** No further part is begun after so long. */
const SEND_MS = 60_000;

/** In order, and no part before the one before it is accepted: so what is accepted is always a beginning. */
export async function sendInParts<T>(
  events: readonly ExportedEvent[],
  make: (event: ExportedEvent) => T,
  parts: Parts<T>,
): Promise<Sent> {
  const { farSide, send } = parts;
  const { pace } = farSide;
  const { ready, unfit } = prepared(events, make);
  const [first] = ready;
  if (first === undefined)
    return unfit ?? { kind: "later", afterMs: null, reason: "there is nothing to send" };
  const began = performance.now();
  let through: number | null = null;
  let at = 0;
  while (at < ready.length && (through === null || performance.now() - began < SEND_MS)) {
    const part = partFrom(ready.slice(at, at + pace.size), parts);
    const answer = await send(part.map(({ made }) => made));
    if (answer.kind === "accepted") {
      at += part.length;
      through = part.at(-1)?.number ?? through;
      pace.faster();
      farSide.proven = true;
      continue;
    }
    if (answer.kind === "tooMuch" && part.length > 1) {
      while (pace.size >= part.length) pace.slower();
      continue;
    }
    if (answer.kind === "later" && answer.slow) pace.slower();
    // Those before it first; its turn comes at the head of the next batch.
    if (through !== null) break;
    const { reason } = answer;
    if (answer.kind === "later") return { kind: "later", afterMs: answer.afterMs, reason };
    return answer.alone === "refused"
      ? { kind: "refused", what: "event", number: first.number, reason }
      : { kind: "later", afterMs: null, reason };
  }
  return { kind: "accepted", through: through ?? first.number };
}

function partFrom<T>(ready: readonly Prepared<T>[], { mostBytes, sizeOf }: Parts<T>): readonly Prepared<T>[] {
  let bytes = 0;
  const end = ready.findIndex(({ made }) => {
    bytes += sizeOf(made);
    return bytes > mostBytes;
  });
  return end === -1 ? ready : ready.slice(0, Math.max(1, end));
}

const MOST_WAIT_MS = 3_600_000;

/** RFC 9110 section 10.2.3: seconds, or a date. Null: it says nothing that can be read. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 1_000), MOST_WAIT_MS);
}
