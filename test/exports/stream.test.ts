/** The stream under a clock that only this test moves, on a real database: in order, without a gap, each sink by itself. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ExportId } from "../../src/domain/export-sink.ts";
import { asId, type TenantId } from "../../src/domain/ids.ts";
import { stampSystem } from "../../src/domain/stamp.ts";
import { MINUTE_MS } from "../../src/domain/time.ts";
import { createExportMeter } from "../../src/exports/measures.ts";
import type { LoadedSink } from "../../src/exports/senders.ts";
import { type ExportedEvent, type OperatorSink, type Sent, SinkFault } from "../../src/exports/sink.ts";
import { createStream } from "../../src/exports/stream.ts";
import { exportsAcross } from "../../src/store/exports.ts";
import { createLeases, type OpenLeases } from "../../src/store/leases.ts";
import type { Town } from "../fixtures/town.ts";
import { openWorld, type World } from "../fixtures/world.ts";

let world: World;
let town: Town;
let leases: OpenLeases<string>;
before(async () => {
  world = await openWorld();
  leases = createLeases<string>(world.opened.app, "export");
});
after(async () => {
  await leases?.close();
  await world?.close();
});

/** A far side in this process: what it got, and what it answers next. */
class FarSide {
  readonly got: ExportedEvent[] = [];
  answer: (events: readonly ExportedEvent[]) => Sent | Promise<Sent> = (events) => accepted(events);
  mostEvents = 10;
  opened = 0;
  asked = 0;

  async open() {
    this.opened++;
    return {
      mostEvents: this.mostEvents,
      send: async (events: readonly ExportedEvent[]) => {
        this.asked++;
        const sent = await this.answer(events);
        const through =
          sent.kind === "accepted" ? sent.through : sent.kind === "refused" ? sent.number - 1 : 0;
        this.got.push(...events.filter(({ number }) => number <= through));
        return sent;
      },
      close: async () => {},
    };
  }

  numbers(of: TenantId): number[] {
    return this.got.filter(({ tenantId }) => tenantId === of).map(({ number }) => number);
  }
}

const accepted = (events: readonly ExportedEvent[]): Sent => ({
  kind: "accepted",
  through: events.at(-1)?.number ?? 0,
});
const later = (): Sent => ({ kind: "later", afterMs: null, reason: "it answers 503" });
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function streamTo(operators: Record<string, FarSide>, own: Record<string, FarSide> = {}) {
  const errors: string[] = [];
  const meter = createExportMeter();
  const across = exportsAcross(world.opened.db);
  const sinks = Object.entries(operators).map(
    ([kind, far]): OperatorSink => ({ kind, label: kind, place: "here", open: () => far.open() }),
  );
  const stream = createStream(
    {
      ...{ store: world.opened.store, clock: world.clock, leases, operators: sinks, meter },
      due: {
        ...across,
        // Other tests' towns are other tenants of the same installation.
        due: async (kinds, until, most) =>
          (await across.due(kinds, until, most)).filter(({ tenantId }) => tenantId === town.tenants.contoso),
      },
      loadOwn: async (_, id): Promise<LoadedSink | null> => {
        const far = own[id];
        return far === undefined ? null : { kind: "test", version: "1", open: () => far.open() };
      },
      onError: (what, error) => errors.push(`${what}: ${error instanceof Error ? error.message : error}`),
      draw: () => 0,
      nextId: () => crypto.randomUUID(),
    },
    () => {},
  );
  /** Until nobody is asked any more. */
  const drain = async () => {
    const far = [...Object.values(operators), ...Object.values(own)];
    const asked = () => far.reduce((sum, one) => sum + one.asked, 0);
    for (let before = -1; before !== asked(); ) {
      before = asked();
      await new Promise((done) => setTimeout(done, 101));
      await stream.pass();
      await stream.settled();
    }
  };
  return { stream, drain, errors, meter };
}

async function happen(count: number): Promise<void> {
  const tenantId = town.tenants.contoso;
  await world.opened.store.inTenant(tenantId, (tx) =>
    tx.record(
      upTo(1, count).map((index) =>
        stampSystem(
          "target.checked",
          {
            kind: "target",
            id: crypto.randomUUID(),
            tenantId,
            otherTenantId: null,
            correlationId: crypto.randomUUID(),
          },
          { name: `one of ${index}`, ok: true },
        ),
      ),
      world.clock.now(),
    ),
  );
}

async function position(sink: string) {
  return world.opened.store.inTenant(town.tenants.contoso, (tx) => tx.exports.position(sink));
}

async function ownSink(through: number): Promise<ExportId> {
  const id = asId<ExportId>(crypto.randomUUID());
  await world.opened.store.inTenant(town.tenants.contoso, async (tx) => {
    await tx.exports.save(
      { id, tenantId: town.tenants.contoso, name: `one ${id}`, kind: "test", config: {}, version: 1 },
      null,
    );
    await tx.exports.begin(id, through, null);
  });
  return id;
}

async function linked(): Promise<number> {
  await world.due.sequence();
  return world.opened.store.inTenant(
    town.tenants.contoso,
    async (tx) => (await tx.log.head())?.sequence ?? 0,
  );
}

test("every entry comes once, in order, as the auditor reads it, and never one that is not linked", async () => {
  town = await world.newTown();
  const far = new FarSide();
  const { stream, drain, errors } = streamTo({ first: far });
  await happen(25);
  await drain();
  assert.equal(far.got.length, 0, "nothing is linked yet");
  const head = await linked();
  await happen(5);
  await drain();
  assert.deepEqual(far.numbers(town.tenants.contoso), upTo(1, head));
  await linked();
  await drain();
  const last = far.got.filter(({ tenantId }) => tenantId === town.tenants.contoso).at(-1);
  assert.equal(last?.number, head + 5);
  assert.equal(last?.sentence, "Curfew checked target `one of 5`");
  assert.equal(last?.tenantName, (await world.opened.store.routes.nameOfTenant(town.tenants.contoso)) ?? "");
  assert.match(String(last?.linkHash), /^[\w-]{43}$/);
  assert.deepEqual(errors, []);
  await stream.stop();
});

test("an hour without a sink: the others go on, and it is drained in order once it is there", async () => {
  town = await world.newTown();
  const [dead, alive] = [new FarSide(), new FarSide()];
  const { stream, drain, errors } = streamTo({ dead, alive });
  dead.answer = later;
  let head = 0;
  for (let minute = 0; minute < 60; minute += 6) {
    await happen(7);
    head = await linked();
    await drain();
    assert.deepEqual(alive.numbers(town.tenants.contoso), upTo(1, head));
    world.clock.advance(6 * MINUTE_MS);
  }
  assert.deepEqual(dead.got, []);
  const { tries, lastError } = await position("dead");
  assert.ok(tries >= 10 && tries < 60, `put off further each time: ${tries}`);
  assert.equal(lastError, "it answers 503");
  dead.answer = (events) => accepted(events);
  await drain();
  assert.deepEqual(dead.numbers(town.tenants.contoso), upTo(1, head));
  const ids = dead.got.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  assert.equal((await position("dead")).tries, 0);
  assert.deepEqual(errors, []);
  await stream.stop();
});

test("a sink that hangs holds up nobody but itself", async () => {
  town = await world.newTown();
  const [hanging, other] = [new FarSide(), new FarSide()];
  const { promise, resolve } = Promise.withResolvers<void>();
  hanging.answer = async (events) => {
    await promise;
    return accepted(events);
  };
  const own = { [await ownSink(0)]: hanging, [await ownSink(0)]: other };
  const { stream } = streamTo({}, own);
  await happen(12);
  const head = await linked();
  for (let pass = 0; pass < 10 && other.got.length < head; pass++) {
    await stream.pass();
    await new Promise((done) => setTimeout(done, 110));
  }
  assert.deepEqual(other.numbers(town.tenants.contoso), upTo(1, head));
  assert.equal(hanging.asked, 1);
  resolve();
  await stream.stop();
  // What was accepted was stored before the end.
  assert.deepEqual(hanging.numbers(town.tenants.contoso), upTo(1, Math.min(head, 10)));
});

test("part of a batch may be accepted: the rest is handed over again", async () => {
  town = await world.newTown();
  const far = new FarSide();
  far.answer = ([first]) => ({ kind: "accepted", through: first?.number ?? 0 });
  const { stream, drain } = streamTo({ parts: far });
  await happen(9);
  const head = await linked();
  await drain();
  assert.deepEqual(far.numbers(town.tenants.contoso), upTo(1, head));
  await stream.stop();
});

test("what is refused for good is a dead letter, the stream goes on, and it can be sent again", async () => {
  town = await world.newTown();
  const far = new FarSide();
  const id = await ownSink(0);
  const poison = 4;
  far.answer = (events) =>
    events.some(({ number }) => number === poison)
      ? { kind: "refused", what: "event", number: poison, reason: "it answers 413\n\u202etoo large" }
      : accepted(events);
  const { stream, drain, meter } = streamTo({}, { [id]: far });
  await happen(12);
  const head = await linked();
  await drain();
  assert.deepEqual(
    far.numbers(town.tenants.contoso),
    upTo(1, head).filter((number) => number !== poison),
  );
  const letters = () =>
    world.opened.store.inTenant(town.tenants.contoso, (tx) =>
      tx.exports.deadLetters(id, { after: 0, most: 10 }),
    );
  assert.deepEqual(
    (await letters()).map(({ number, reason }) => ({ number, reason })),
    [{ number: poison, reason: "it answers 413 \\u202etoo large" }],
  );
  // Refused again, it stays; accepted, it is gone.
  await world.opened.store.inTenant(town.tenants.contoso, (tx) => tx.exports.replay(id, null));
  await drain();
  assert.deepEqual(
    (await letters()).map(({ replay }) => replay),
    [false],
  );
  far.answer = (events) => accepted(events);
  await world.opened.store.inTenant(town.tenants.contoso, (tx) => tx.exports.replay(id, poison));
  await drain();
  assert.deepEqual(await letters(), []);
  assert.equal(far.got.filter(({ number }) => number === poison).length, 1);
  assert.deepEqual(meter.counts().get("test"), { sent: head, failed: 0, refused: 2 });
  await stream.stop();
});

test("a far side that refuses everything pauses a tenant's sink, tells of it, and loses nothing", async () => {
  town = await world.newTown();
  const far = new FarSide();
  const id = await ownSink(0);
  far.answer = ([first]) => ({
    kind: "refused",
    what: "sink",
    number: first?.number ?? 0,
    reason: "it answers 410",
  });
  const { stream, drain } = streamTo({}, { [id]: far });
  await happen(3);
  await linked();
  await drain();
  assert.equal((await position(id)).paused, "refused");
  assert.equal(far.asked, 1, "nobody goes on knocking");
  const entries = await world.opened.store.inTenant(town.tenants.contoso, (tx) =>
    tx.log.entries({ type: "export.paused", limit: 5 }),
  );
  assert.equal(entries.length, 1);
  assert.match(JSON.stringify(entries[0]?.entry.facts), /"because":"it answers 410"/);
  const head = await linked();
  far.answer = (events) => accepted(events);
  await world.opened.store.inTenant(town.tenants.contoso, (tx) => tx.exports.pause(id, null, null));
  await drain();
  assert.deepEqual(far.numbers(town.tenants.contoso), upTo(1, head));
  await stream.stop();
});

test("event after event refused is about the sink: it is paused before the log has gone to dead letters", async () => {
  town = await world.newTown();
  const [own, operators] = [new FarSide(), new FarSide()];
  for (const far of [own, operators])
    far.answer = ([first]) => ({ kind: "refused", what: "event", number: first?.number ?? 0, reason: "no" });
  const id = await ownSink(0);
  const { stream, drain } = streamTo({ picky: operators }, { [id]: own });
  await happen(40);
  await linked();
  await drain();
  const stood = await position(id);
  assert.equal(stood.paused, "refused");
  assert.equal(stood.through, 9);
  // An operator's sink is put off instead.
  const theirs = await position("picky");
  assert.equal(theirs.through, 9);
  assert.ok(theirs.tries > 0);
  await stream.stop();
});

test("what a sink throws is shown where it is meant to be, and nowhere else; an answer out of place is no answer", async () => {
  town = await world.newTown();
  const [told, broken, lying] = [new FarSide(), new FarSide(), new FarSide()];
  told.answer = () => Promise.reject(new SinkFault("`siem.example` cannot be reached"));
  broken.answer = () => Promise.reject(new Error("secret: hunter2"));
  lying.answer = () => ({ kind: "accepted", through: 1_000_000 });
  const { stream, drain } = streamTo({ told, broken, lying });
  await happen(2);
  await linked();
  await drain();
  assert.equal((await position("told")).lastError, "`siem.example` cannot be reached");
  assert.equal((await position("broken")).lastError, "an unexpected fault; the server's log has it");
  assert.equal((await position("lying")).through, 0);
  await stream.stop();
});

test("one process at a time sends, and another goes on when it is gone", async () => {
  town = await world.newTown();
  const far = new FarSide();
  const id = await ownSink(0);
  const { promise, resolve } = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const holder = createLeases<string>(world.opened.app, "export");
  const held = holder.withLease(id, 0, async () => {
    entered.resolve();
    await promise;
  });
  await entered.promise;
  const { stream } = streamTo({}, { [id]: far });
  await happen(3);
  const head = await linked();
  await stream.pass();
  await new Promise((done) => setTimeout(done, 150));
  assert.equal(far.asked, 0);
  resolve();
  await held;
  await holder.close();
  for (let pass = 0; pass < 30 && far.got.length < head; pass++) {
    await stream.pass();
    await new Promise((done) => setTimeout(done, 110));
  }
  assert.deepEqual(far.numbers(town.tenants.contoso), upTo(1, head));
  await stream.stop();
});

test("a replay from a number sends the same ids again", async () => {
  town = await world.newTown();
  const far = new FarSide();
  const id = await ownSink(0);
  const { stream, drain } = streamTo({}, { [id]: far });
  await happen(8);
  const head = await linked();
  await drain();
  const before = far.got.map((event) => event.id);
  await world.opened.store.inTenant(town.tenants.contoso, (tx) => tx.exports.goBack(id, 5));
  await drain();
  assert.deepEqual(
    far.got.slice(head).map((event) => event.id),
    before.slice(5),
  );
  await stream.stop();
});
