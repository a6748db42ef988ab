/**
 * The stream of each log to each sink. A sink goes its own way: it is read for, sent to and put off by itself, and one that
 * is slow or dead is waited for by nobody. Where it stands is a number in the log, and moves after the far side has
 * accepted and not before: whatever ends in between, the same events are sent again with the same ids.
 */
import { type ExportId, MOST_REFUSED_IN_ROW, pauseAfter } from "../domain/export-sink.ts";
import { asId, type TenantId } from "../domain/ids.ts";
import { revealed } from "../domain/plain-text.ts";
import { stampSystem } from "../domain/stamp.ts";
import type { BoundedClock } from "../domain/time.ts";
import { addMs, type Instant } from "../domain/time.ts";
import { readStream } from "../use-cases/exports/read-stream.ts";
import type { Lease, Store, Tx } from "../use-cases/ports.ts";
import { exportedEvent } from "./event.ts";
import type { ExportMeter } from "./measures.ts";
import { createSenders, type OpenedSender, type Senders, type SendersOptions } from "./senders.ts";
import { type ExportedEvent, type OperatorSink, type Sent, SinkFault } from "./sink.ts";

/** Where something waits to be sent, across tenants: ids and instants, never content. */
export interface ExportsDue {
  due(operators: readonly string[], until: Instant, most: number): Promise<readonly DueSink[]>;
  /** When something that was put off is tried again next. */
  next(after: Instant): Promise<Instant | null>;
}

export interface DueSink {
  readonly tenantId: TenantId;
  /** The id of a tenant's own sink, or the kind of an operator's. */
  readonly sink: string;
  readonly own: boolean;
}

export interface StreamOptions {
  readonly store: Store;
  readonly clock: Pick<BoundedClock, "now" | "bounds">;
  readonly due: ExportsDue;
  /** One process at a time sends to a sink. */
  readonly leases: {
    withLease<T>(sink: string, waitMs: number, work: (lease: Lease) => Promise<T>): Promise<T | null>;
  };
  readonly operators: readonly OperatorSink[];
  readonly loadOwn: SendersOptions["loadOwn"];
  readonly meter: ExportMeter;
  readonly onError: (what: string, error: unknown) => void;
  /** In [0, 1). */
  readonly draw: () => number;
  readonly nextId: () => string;
  /** Called and awaited at each step, for tests that kill there. */
  readonly onStep?: (step: "read" | "sent" | "stored", kind: string) => Promise<void> | void;
}

export interface Stream {
  /** Starts what is due and is not under way. Resolves to how many milliseconds later to look again at the latest. */
  pass(): Promise<number>;
  /** Resolves when nothing is under way of what was. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const MOST_DUE = 1_000;
const MOST_EVENTS = 500;
/** So many batches of one tenant, then the next one's: a log that is long is no reason to wait. */
const BATCHES_IN_TURN = 8;
const LOOK_EVERY_MS = 100;
/** The pulse says when there is more in a log. */
const AT_REST_MS = 120_000;
const MOST_REASON_CHARS = 500;
/** Another process is at it: so long it is not asked for again. */
const ELSEWHERE_MS = 2_000;
/** In counts, of a tenant's own sink that could not be opened. */
const UNOPENED = "unopened";

/** One sink at work: an operator's in all logs in turn, a tenant's own in one. */
interface Lane {
  readonly key: string;
  readonly sink: string;
  readonly own: boolean;
  readonly tenants: readonly TenantId[];
}

export function createStream(options: StreamOptions, wake: () => void): Stream {
  const { clock, due, operators } = options;
  const kinds = operators.map(({ kind }) => kind);
  const senders = createSenders(options);
  const under = new Map<string, Promise<void>>();
  const elsewhere = new Map<string, number>();
  /** An operator's sink that failed in one log would fail in the next. */
  const putOff = new Map<string, { readonly until: Instant; readonly tries: number }>();
  let isOver = false;
  let lookedAtMs = Number.NEGATIVE_INFINITY;

  const start = (lane: Lane): void => {
    const working = runLane({ ...options, senders, putOff, isOver: () => isOver }, lane)
      .then((wasOurs) => {
        if (!wasOurs) elsewhere.set(lane.key, performance.now() + ELSEWHERE_MS);
        under.delete(lane.key);
        if (wasOurs && !isOver) wake();
      })
      .catch((error: unknown) => {
        options.onError(`export to ${lane.key}`, error);
        elsewhere.set(lane.key, performance.now() + ELSEWHERE_MS);
        under.delete(lane.key);
      });
    under.set(lane.key, working);
  };

  return {
    async pass() {
      const sinceMs = performance.now() - lookedAtMs;
      if (sinceMs < LOOK_EVERY_MS) return LOOK_EVERY_MS - sinceMs;
      lookedAtMs = performance.now();
      if (isOver || options.store.restoration.pending() !== null) return AT_REST_MS;
      const now = clock.now();
      const ready = kinds.filter((kind) => (putOff.get(kind)?.until ?? now) <= now);
      const found = await due.due(ready, now, MOST_DUE);
      for (const [key, untilMs] of elsewhere) if (untilMs <= performance.now()) elsewhere.delete(key);
      const lanes = lanesOf(found).filter(({ key }) => !under.has(key) && !elsewhere.has(key));
      for (const lane of lanes) start(lane);
      await senders.rest();
      const next = [await due.next(now), ...[...putOff.values()].map(({ until }) => until)];
      const soonest = Math.min(
        ...next.map((at) => (at === null || at <= now ? Number.POSITIVE_INFINITY : at - now)),
      );
      return Math.max(LOOK_EVERY_MS, Math.min(soonest, elsewhere.size > 0 ? ELSEWHERE_MS : AT_REST_MS));
    },
    async settled() {
      await Promise.all(under.values());
    },
    async stop() {
      isOver = true;
      // A send that is under way ends soon, and what it was for is sent again.
      await senders.closeAll();
      await Promise.all(under.values());
      await senders.closeAll();
    },
  };
}

function lanesOf(found: readonly DueSink[]): Lane[] {
  const own = found.filter((one) => one.own);
  const operators = new Set(found.flatMap((one) => (one.own ? [] : [one.sink])));
  return [
    ...own.map(({ tenantId, sink }) => ({ key: sink, sink, own: true, tenants: [tenantId] })),
    ...[...operators].map((sink) => ({
      ...{ key: sink, sink, own: false },
      tenants: found.flatMap((one) => (!one.own && one.sink === sink ? [one.tenantId] : [])),
    })),
  ];
}

interface Working extends StreamOptions {
  readonly senders: Senders;
  readonly putOff: Map<string, { readonly until: Instant; readonly tries: number }>;
  readonly isOver: () => boolean;
}

/** Under the sink's lease. False where somebody else holds it, who is at the same work. */
async function runLane(working: Working, lane: Lane): Promise<boolean> {
  const ran = await working.leases.withLease(lane.key, 0, async (lease) => {
    for (const tenantId of lane.tenants) {
      const name = (await working.store.routes.nameOfTenant(tenantId)) ?? "";
      const opened = await openLane(working, lane, tenantId);
      if (opened === null) break;
      const goesOn = await drain({ ...working, ...lane, ...opened, lease, tenantId, name });
      if (!goesOn || working.isOver()) break;
    }
    return true;
  });
  return ran ?? false;
}

async function openLane(working: Working, lane: Lane, tenantId: TenantId): Promise<OpenedSender | null> {
  try {
    return await working.senders.open(lane.sink, lane.own, tenantId);
  } catch (error) {
    const kind = lane.own ? UNOPENED : lane.sink;
    await putOff({ ...working, ...lane, kind, tenantId }, null, reasonOf(error, working));
    return null;
  }
}

interface Draining extends Working, Lane, OpenedSender {
  readonly lease: Lease;
  readonly tenantId: TenantId;
  readonly name: string;
}

/** False where nothing more is to be sent to this sink now. */
async function drain(to: Draining): Promise<boolean> {
  if (!(await replayDeadLetters(to))) return false;
  for (let batch = 0; to.own || batch < BATCHES_IN_TURN; batch++) {
    if (to.isOver() || !to.lease.isHeld()) return false;
    const read = await to.store.inTenant(to.tenantId, async (tx) => {
      const position = await tx.exports.position(to.sink);
      const most = Math.min(to.sender.mostEvents, MOST_EVENTS);
      return { position, told: position.paused === null ? await readStream(tx, position.through, most) : [] };
    });
    if (read.told.length === 0) return true;
    await to.onStep?.("read", to.kind);
    const events = read.told.map((one) => exportedEvent(one, to.name));
    requireNoGap(events, read.position.through);
    const sent = await sendTo(to, events);
    await to.onStep?.("sent", to.kind);
    const goesOn = await store(
      to,
      { events, from: read.position.through, refusedInRow: read.position.refusedInRow },
      sent,
    );
    await to.onStep?.("stored", to.kind);
    if (!goesOn) return false;
  }
  return true;
}

/** INVARIANT: what is skipped would never be missed by anybody; so nothing is sent past a gap. */
function requireNoGap(events: readonly ExportedEvent[], through: number): void {
  const broken = events.find(({ number }, index) => number !== through + 1 + index);
  if (broken !== undefined)
    throw new Error(`the log goes on with ${broken.number} where its export stands at ${through}`);
}

async function sendTo(to: Draining, events: readonly ExportedEvent[]): Promise<Sent> {
  try {
    const sent = await to.sender.send(events);
    const number = sent.kind === "accepted" ? sent.through : sent.kind === "refused" ? sent.number : null;
    // A number that was not handed over says nothing of what was.
    if (number !== null && !events.some((one) => one.number === number))
      throw new Error(`a sink of kind ${to.kind} answered for event ${number}, which it was not sent`);
    return sent;
  } catch (error) {
    return { kind: "later", afterMs: null, reason: reasonOf(error, to) };
  }
}

function reasonOf(error: unknown, { onError }: Pick<StreamOptions, "onError">): string {
  if (error instanceof SinkFault) return error.message;
  onError("export", error);
  return "an unexpected fault; the server's log has it";
}

interface Batch {
  readonly events: readonly ExportedEvent[];
  readonly from: number;
  readonly refusedInRow: number;
}

async function store(to: Draining, { from, refusedInRow }: Batch, sent: Sent): Promise<boolean> {
  const { sink, meter, kind, own } = to;
  const at = to.clock.now();
  if (sent.kind === "later") return putOff(to, sent.afterMs, sent.reason);
  if (sent.kind === "accepted") {
    meter.sent(kind, sent.through - from);
    to.putOff.delete(sink);
    return inLog(to, (tx) => tx.exports.advance(sink, from, { through: sent.through, refused: null, at }));
  }
  const before = sent.number - 1;
  const reason = plain(sent.reason);
  if (before > from) {
    meter.sent(kind, before - from);
    if (!(await inLog(to, (tx) => tx.exports.advance(sink, from, { through: before, refused: null, at }))))
      return false;
  }
  const inRow = before > from ? 0 : refusedInRow;
  const isAboutAll = sent.what === "sink" || inRow + 1 >= MOST_REFUSED_IN_ROW;
  if (isAboutAll) {
    // Whoever set it up for the whole installation reads of it; what passes is seen by trying.
    if (!own) return putOff(to, null, reason);
    await pause(to, reason, at);
    return false;
  }
  meter.refused(kind);
  const goesOn = await inLog(to, async (tx) => {
    const done = await tx.exports.advance(sink, before, { through: sent.number, refused: reason, at });
    if (done && to.sender.refusalIsEntry)
      await record(tx, to, { type: "export.refused", because: reason, at });
    return done;
  });
  if (to.sender.refusalIsEntry) to.store.wake();
  return goesOn;
}

/** Nothing is lost by it: what waits is sent when somebody resumes. */
async function pause(to: Draining, reason: string, at: Instant): Promise<void> {
  to.meter.failed(to.kind);
  await inLog(to, async (tx) => {
    await tx.exports.pause(to.sink, "refused", { text: reason, at });
    await record(tx, to, { type: "export.paused", because: reason, at });
  });
  to.store.wake();
}

async function record(
  tx: Tx,
  { tenantId, sink, nextId }: Pick<Draining, "tenantId" | "sink" | "nextId">,
  { type, because, at }: { type: "export.paused" | "export.refused"; because: string; at: Instant },
): Promise<void> {
  const found = await tx.exports.find(asId<ExportId>(sink));
  if (found === null) return;
  const about = {
    ...{ kind: "export", id: found.id, tenantId, otherTenantId: null },
    correlationId: nextId(),
  };
  await tx.record([stampSystem(type, about, { kind: "export", name: found.name, because })], at);
}

/** False, as nothing more is sent now. What was open may be what failed: the next try opens it anew. */
async function putOff(
  to: Working & Lane & Pick<Draining, "kind" | "tenantId">,
  askedMs: number | null,
  reason: string,
): Promise<false> {
  to.meter.failed(to.kind);
  await to.senders.close(to.sink);
  const at = to.clock.now();
  await inLog(to, async (tx) => {
    const tries =
      Math.max((await tx.exports.position(to.sink)).tries, to.putOff.get(to.sink)?.tries ?? 0) + 1;
    const againAt = addMs(at, pauseAfter(tries, askedMs, to.own, to.draw()));
    await tx.exports.failed(to.sink, { reason: plain(reason), againAt, at });
    if (!to.own) to.putOff.set(to.sink, { until: againAt, tries });
  });
  return false;
}

/** One by one, and beside the order: the stream went on without them. */
async function replayDeadLetters(to: Draining): Promise<boolean> {
  for (;;) {
    if (to.isOver() || !to.lease.isHeld()) return false;
    const read = await to.store.inTenant(to.tenantId, async (tx) => {
      const { paused } = await tx.exports.position(to.sink);
      const [letter] =
        paused !== null ? [] : await tx.exports.deadLetters(to.sink, { after: 0, most: 1, replay: true });
      return letter === undefined ? null : { letter, told: await readStream(tx, letter.number - 1, 1) };
    });
    const [told] = read?.told ?? [];
    if (read === null || told === undefined) return true;
    const event = exportedEvent(told, to.name);
    const sent = await sendTo(to, [event]);
    await to.onStep?.("sent", to.kind);
    const at = to.clock.now();
    switch (sent.kind) {
      case "later":
        return putOff(to, sent.afterMs, sent.reason);
      case "accepted":
        to.meter.sent(to.kind, 1);
        await inLog(to, (tx) => tx.exports.forget(to.sink, event.number));
        break;
      case "refused":
        to.meter.refused(to.kind);
        await inLog(to, (tx) =>
          tx.exports.keep(to.sink, { number: event.number, reason: plain(sent.reason), at }),
        );
        if (sent.what === "sink") return putOff(to, null, sent.reason);
    }
  }
}

function inLog<T>(
  { store, tenantId }: Pick<Draining, "store" | "tenantId">,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  return store.inTenant(tenantId, work);
}

/** It may hold what a far side said: one line, and nothing hidden in it. */
function plain(reason: string): string {
  return revealed(reason.slice(0, MOST_REASON_CHARS)).replace(/[\t\r\n]+/g, " ");
}
