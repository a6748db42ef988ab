/**
 * What every target has to do, whatever it is: run against the real program, looked at with an administrator's eyes.
 * One long file, so that whoever adds a target reads in one place what it has to hold.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { OpenSession } from "../../src/domain/open-session.ts";
import { addMs, HOUR_MS } from "../../src/domain/time.ts";
import { type Handle, TargetFault } from "../../src/targets/target.ts";
import { endingContract } from "./ending-contract.ts";
import { crashAt, stepsOf } from "./target-crashes.ts";
import {
  driftCodes,
  exists,
  faultOf,
  grant,
  issue,
  newGrantId,
  refuses,
  remove,
  revoke,
  specOf,
  systemClock,
  type TargetHarness,
} from "./target-harness.ts";

export function targetContract(kind: string, makeHarness: () => Promise<TargetHarness>): void {
  describe(`target contract: ${kind}`, { concurrency: false }, () => {
    let harness: TargetHarness;
    before(async () => {
      harness = await makeHarness();
    });
    after(() => harness.close());

    test("plan: the handle is JSON and the same for every generation, another for another grant or holder", () => {
      const spec = specOf(harness);
      const handle = harness.target.plan(spec);
      assert.deepEqual(JSON.parse(JSON.stringify(handle)), handle);
      assert.deepEqual(
        harness.target.plan({ ...spec, generation: 9, expiresAt: addMs(spec.expiresAt, 1) }),
        handle,
      );
      const other = harness.target.plan({ ...spec, subject: { ...spec.subject, id: "another" } });
      assert.notDeepEqual(other, handle);
      assert.notDeepEqual(harness.target.plan({ ...spec, grantId: newGrantId() }), handle);
    });

    test("grant: the end is armed and read back, and nobody gets in before a secret is asked for", async () => {
      const spec = specOf(harness);
      const granted = await grant(harness, spec);
      assert.equal(granted.outcome, "created");
      assert.deepEqual(granted.handle, harness.target.plan(spec));
      assert.ok(granted.enforcedUntil !== null && granted.enforcedUntil <= spec.expiresAt);
      assert.ok(granted.enforcedUntil > addMs(spec.expiresAt, -2_000), "not much earlier than asked either");
      const sight = await harness.look(granted.handle);
      assert.deepEqual(sight, { exists: true, open: false, entitled: true, endsAt: granted.enforcedUntil });
      await remove(harness, granted.handle);
    });

    test("grant: twice is once", async () => {
      const spec = specOf(harness);
      const first = await grant(harness, spec);
      const second = await grant(harness, spec);
      assert.deepEqual(second, { ...first, outcome: "unchanged" });
      await remove(harness, first.handle);
    });

    test("grant: neither before its start nor after its end", async () => {
      const now = systemClock.now();
      const early = specOf(harness, { notBefore: addMs(now, HOUR_MS), expiresAt: addMs(now, 2 * HOUR_MS) });
      await refuses(grant(harness, early), "retryable", /starts at/);
      const late = specOf(harness, { notBefore: addMs(now, -HOUR_MS), expiresAt: now });
      await refuses(grant(harness, late), "permanent", /ended at/);
      for (const spec of [early, late]) assert.equal(await exists(harness, spec), false);
    });

    test("extend and shorten: a higher generation moves the end, and the secret stays good", async () => {
      const spec = specOf(harness);
      const { handle } = await grant(harness, spec);
      const secret = await issue(harness, handle);
      const extended = { ...spec, generation: 2, expiresAt: addMs(spec.expiresAt, HOUR_MS) };
      const longer = await grant(harness, extended);
      assert.equal(longer.outcome, "updated");
      assert.ok(longer.enforcedUntil !== null && longer.enforcedUntil > spec.expiresAt);
      assert.equal(await harness.attempt(secret), "in");
      const shorter = await grant(harness, {
        ...spec,
        generation: 3,
        expiresAt: addMs(spec.expiresAt, -60_000),
      });
      assert.ok(shorter.enforcedUntil !== null && shorter.enforcedUntil <= addMs(spec.expiresAt, -60_000));
      assert.equal((await harness.look(handle)).endsAt, shorter.enforcedUntil);
      await remove(harness, handle);
    });

    test("generation: a lower one, or the same one with another end, is refused and changes nothing", async () => {
      const spec = specOf(harness, { generation: 5 });
      const { handle, enforcedUntil } = await grant(harness, spec);
      const later = addMs(spec.expiresAt, HOUR_MS);
      await refuses(grant(harness, { ...spec, generation: 4, expiresAt: later }), "conflict");
      await refuses(grant(harness, { ...spec, expiresAt: later }), "conflict");
      await refuses(issue(harness, handle, { generation: 4 }), "conflict");
      assert.equal((await harness.look(handle)).endsAt, enforcedUntil);
      await remove(harness, handle);
    });

    test("secret: gets its holder in; the same claim is not answered twice", async () => {
      const spec = specOf(harness);
      const { handle, enforcedUntil } = await grant(harness, spec);
      const claim = { id: randomUUID(), generation: 1 };
      const secret = await issue(harness, handle, claim);
      assert.equal(secret.expiresAt, enforcedUntil);
      assert.equal(await harness.attempt(secret), "in");
      await refuses(issue(harness, handle, claim), "conflict", /claim/);
      assert.equal(await harness.attempt(secret), "in");
      await remove(harness, handle);
    });

    test("secret: another claim voids the first secret and cuts its sessions", async () => {
      const { handle } = await grant(harness, specOf(harness));
      const first = await issue(harness, handle);
      const session = await harness.openSession(first);
      const second = await issue(harness, handle);
      assert.equal(await session.isAlive(), false);
      assert.equal(await harness.attempt(first), "refused");
      assert.equal(await harness.attempt(second), "in");
      await session.close();
      await remove(harness, handle);
    });

    test("secret: none for access that was never granted", async () => {
      await refuses(issue(harness, harness.target.plan(specOf(harness))), "conflict");
    });

    test("secret: the target logs what it is asked, and the secret is not in it", async () => {
      const { handle } = await grant(harness, specOf(harness));
      const secret = await issue(harness, handle);
      assert.equal(await harness.attempt(secret), "in");
      await remove(harness, handle);
      const log = harness.log();
      assert.ok(log.includes(String(secret.username)), "the log is a real one");
      assert.equal(log.includes(String(secret.password)), false);
    });

    test("revoke: refused from then on, open sessions cut, nothing left; twice is once", async () => {
      const { handle } = await grant(harness, specOf(harness));
      const secret = await issue(harness, handle);
      const session = await harness.openSession(secret);
      const revoked = await revoke(harness, handle);
      assert.deepEqual(revoked, { outcome: "removed", sessionsCut: 1, residual: [] });
      assert.equal(await session.isAlive(), false);
      assert.equal(await harness.attempt(secret), "refused");
      assert.equal((await harness.look(handle)).exists, false);
      assert.deepEqual(await revoke(harness, handle), { outcome: "absent", sessionsCut: 0, residual: [] });
      await session.close();
    });

    test("revoke: sessions that were to be left are residual, and may do nothing new", async () => {
      const { handle } = await grant(harness, specOf(harness));
      const secret = await issue(harness, handle);
      const session = await harness.openSession(secret);
      const revoked = await harness.target.revoke(handle, harness.config, harness.context(), {
        cutSessions: false,
      });
      assert.equal(revoked.outcome, "residual");
      assert.ok(revoked.residual.some((left) => left.kind === "session"));
      assert.equal(await session.isAlive(), true);
      assert.equal(await harness.attempt(secret), "refused");
      assert.equal((await harness.look(handle)).entitled, false);
      assert.deepEqual(await revoke(harness, handle), { outcome: "removed", sessionsCut: 1, residual: [] });
      await session.close();
    });

    test("revoke: what another hand gave is told, until that hand takes it", async () => {
      const spec = specOf(harness);
      const { handle } = await grant(harness, spec);
      const secret = await issue(harness, handle);
      const undo = await harness.byHand.giveForGood(handle);
      const revoked = await revoke(harness, handle);
      assert.equal(revoked.outcome, "residual");
      assert.notEqual(revoked.residual.length, 0);
      assert.equal(await harness.attempt(secret), "refused", "what is left opens nothing");
      await refuses(grant(harness, spec), "conflict", /removal/);
      await refuses(issue(harness, handle), "conflict", /removal/);
      await undo();
      await remove(harness, handle);
    });

    test("overlap: two grants of one entitlement end apart", async () => {
      const one = await grant(harness, specOf(harness));
      const two = await grant(harness, specOf(harness));
      const secrets = [await issue(harness, one.handle), await issue(harness, two.handle)] as const;
      const session = await harness.openSession(secrets[1]);
      await remove(harness, one.handle);
      assert.equal(await harness.attempt(secrets[0]), "refused");
      assert.equal(await harness.attempt(secrets[1]), "in");
      assert.equal(await session.isAlive(), true);
      await session.close();
      await remove(harness, two.handle);
    });

    test("I1: with nobody awake the target itself refuses at the end, to a moment", async () => {
      const now = systemClock.now();
      const spec = specOf(harness, {
        expiresAt: addMs(now, harness.target.capabilities(harness.config).minTtlMs + 500),
      });
      const { handle } = await grant(harness, spec);
      const secret = await issue(harness, handle);
      const session = await harness.openSession(secret);
      assert.equal(await harness.attempt(secret), "in");
      let lastIn = now;
      for (let at = systemClock.now(); (await harness.attempt(secret)) === "in"; at = systemClock.now()) {
        lastIn = at;
        assert.ok(at < addMs(spec.expiresAt, 1_000), "still let in a second after the end");
        await delay(5);
      }
      assert.ok(lastIn < spec.expiresAt, "a log-in begun at or after the end was let in");
      const { liveSessionAtExpiry } = harness.target.capabilities(harness.config);
      assert.equal(await session.isAlive(), liveSessionAtExpiry === "none", "as its capabilities say");
      assert.equal((await revoke(harness, handle)).outcome, "removed");
      assert.equal(await session.isAlive(), false);
      await session.close();
    });

    for (const moment of ["grant", "secret", "revoke"] as const) {
      test(`crash: before any step of ${moment}, nothing is open without an end, and going on or back works`, async () => {
        const steps = await stepsOf(harness, moment);
        assert.ok(steps.length > 0);
        for (const [index, step] of steps.entries()) {
          for (const then of ["on", "back"] as const) {
            await crashAt({ harness, moment, index, then }).catch((error: unknown) => {
              throw new Error(`crash before \`${step}\` of ${moment}, then ${then}`, { cause: error });
            });
          }
        }
      });
    }

    endingContract(() => harness);

    test("observe: lists what is ours, completely, with its grant, generation, end and sessions", async () => {
      const spec = specOf(harness, { generation: 3 });
      const { handle, enforcedUntil } = await grant(harness, spec);
      const other = await grant(harness, specOf(harness));
      const session = await harness.openSession(await issue(harness, handle, { generation: 3 }));
      const seen = await harness.target.observe(harness.config, harness.context());
      assert.equal(seen.complete, true);
      assert.equal(seen.items.length, 2);
      const item = seen.items.find((each) => each.grantId === spec.grantId);
      const expected = {
        handle,
        grantId: spec.grantId,
        generation: 3,
        subjectId: spec.subject.id,
        enforcedUntil,
      };
      assert.deepEqual(item, {
        ...expected,
        present: true,
        open: true,
        hindrances: [],
        sessions: 1,
        drift: [],
      });
      const filter = { grantIds: [spec.grantId] };
      const filtered = await harness.target.observe(harness.config, harness.context(), filter);
      assert.deepEqual(
        filtered.items.map((each) => each.grantId),
        [spec.grantId],
      );
      await session.close();
      await remove(harness, handle);
      await remove(harness, other.handle);
      assert.deepEqual((await harness.target.observe(harness.config, harness.context())).items, []);
    });

    test("sessions: whoever is in is listed, since when, and nothing is changed by looking", async () => {
      const { target, config } = harness;
      if (target.openSessions === undefined) return;
      const look = (...handles: Handle[]) => target.openSessions?.(handles, config, harness.context());
      const [one, other] = [await grant(harness, specOf(harness)), await grant(harness, specOf(harness))];
      const nobody = { sessions: [], more: 0 };
      assert.deepEqual(await look(one.handle, other.handle), [nobody, nobody]);
      const before = systemClock.now();
      const session = await harness.openSession(await issue(harness, other.handle));
      const [empty, seen] = (await look(one.handle, other.handle)) ?? [];
      assert.deepEqual(empty, nobody);
      assert.equal(seen?.sessions.length, 1);
      const [{ since, from }] = seen.sessions as readonly [OpenSession];
      assert.ok(since >= before - 1_000 && since <= systemClock.now() + 1_000);
      assert.notEqual(from, "");
      assert.deepEqual(await driftCodes(harness), []);
      const stranger = harness.context({ owner: "another-installation" });
      const theirs = target.openSessions([other.handle], config, stranger);
      await refuses(theirs, "conflict", /another installation/);
      await session.close();
      for (const { handle } of [one, other]) await remove(harness, handle);
      assert.deepEqual(await look(other.handle), [nobody]);
    });

    test("drift: an end moved by hand is told, no secret is made, and granting again sets it right", async () => {
      const spec = specOf(harness);
      const { handle, enforcedUntil } = await grant(harness, spec);
      await harness.byHand.moveEnd(handle, addMs(spec.expiresAt, 24 * HOUR_MS));
      assert.deepEqual(await driftCodes(harness), ["deadline_moved"]);
      await refuses(issue(harness, handle), "conflict", /end/);
      const again = await grant(harness, spec);
      assert.equal(again.outcome, "updated");
      assert.ok(again.enforcedUntil !== null && enforcedUntil !== null);
      assert.ok(again.enforcedUntil <= spec.expiresAt);
      assert.deepEqual(await driftCodes(harness), []);
      await remove(harness, handle);
    });

    test("drift: an entitlement taken by hand is told, and granting again gives it back", async () => {
      const spec = specOf(harness);
      const { handle } = await grant(harness, spec);
      await harness.byHand.takeEntitlement(handle);
      assert.deepEqual(await driftCodes(harness), ["membership_missing"]);
      assert.equal((await grant(harness, spec)).outcome, "updated");
      assert.equal((await harness.look(handle)).entitled, true);
      await remove(harness, handle);
    });

    test("owner: another installation's access is neither listed nor touched", async () => {
      const spec = specOf(harness);
      const { handle } = await grant(harness, spec);
      const stranger = harness.context({ owner: "another-installation" });
      assert.deepEqual((await harness.target.observe(harness.config, stranger)).items, []);
      await refuses(harness.target.grant(spec, harness.config, stranger), "conflict");
      await refuses(
        harness.target.revoke(handle, harness.config, stranger, { cutSessions: true }),
        "conflict",
      );
      assert.equal((await harness.look(handle)).entitled, true);
      await remove(harness, handle);
    });

    test("check: a target prepared as the guide says has nothing too much and nothing too little", async () => {
      const health = await harness.target.check(harness.config, harness.context(), [harness.entitlement]);
      const { at: _, clockSkew, version, ...verdict } = health;
      const clean = { excess: [], missing: [], findings: [] };
      assert.deepEqual(verdict, { ok: true, reachable: true, expiry: "enforced", ...clean });
      assert.ok(version !== null && clockSkew !== null);
      assert.ok(clockSkew.earliestMs <= 0 && clockSkew.latestMs >= 0, "both clocks are one here");
    });

    test("check: too much power is told, too little refuses", async () => {
      const take = await harness.byHand.giveUsPower();
      const strong = await harness.target.check(harness.config, harness.context());
      assert.notEqual(strong.excess.length, 0);
      await take();
      const give = await harness.byHand.takeOurPower();
      const weak = await harness.target.check(harness.config, harness.context());
      assert.notEqual(weak.missing.length, 0);
      assert.equal(weak.ok, false);
      await give();
      const health = await harness.target.check(harness.config, harness.context());
      assert.deepEqual([health.excess, health.missing], [[], []]);
    });

    test("own: a cluster that holds our own data is refused", async () => {
      const spec = specOf(harness);
      const ctx = harness.context({ forbiddenSystemIdentifiers: harness.ownIdentifiers });
      await refuses(harness.target.grant(spec, harness.config, ctx), "permanent", /own/);
      assert.equal((await harness.target.check(harness.config, ctx)).ok, false);
      assert.equal(await exists(harness, spec), false);
    });

    test("clock: a target more than two seconds off is refused; less is taken off the end", async () => {
      const spec = specOf(harness);
      const ahead = (ms: number) => ({ clock: { now: () => addMs(systemClock.now(), ms) } });
      for (const ms of [2_500, -2_500]) {
        const off = harness.target.grant(spec, harness.config, harness.context(ahead(ms)));
        await refuses(off, "retryable", /clock/);
      }
      assert.equal(await exists(harness, spec), false);
      // Our clock runs 1 s ahead of the target's: what it calls the end has to come 1 s sooner.
      const ctx = harness.context(ahead(1_000));
      const { handle, enforcedUntil } = await harness.target.grant(spec, harness.config, ctx);
      assert.ok(enforcedUntil !== null && enforcedUntil <= addMs(spec.expiresAt, -1_000));
      assert.ok(enforcedUntil > addMs(spec.expiresAt, -1_500));
      await remove(harness, handle);
    });

    test("unreachable: a health, a retryable fault, and nothing ambiguous", async () => {
      const health = await harness.target.check(harness.deadConfig, harness.context());
      assert.deepEqual([health.ok, health.reachable], [false, false]);
      assert.equal(health.findings.length, 1);
      const fault = await faultOf(
        harness.target.grant(specOf(harness), harness.deadConfig, harness.context()),
      );
      assert.deepEqual([fault.kind, fault.ambiguous], ["retryable", false]);
    });

    test("outbound: what the operator does not permit is not connected to", async () => {
      const closed = harness.context({
        outbound: {
          async resolve(host) {
            throw new TargetFault("forbidden", `\`${host}\` is not permitted`);
          },
        },
      });
      await refuses(harness.target.grant(specOf(harness), harness.config, closed), "forbidden");
      await refuses(harness.target.observe(harness.config, closed), "forbidden");
    });

    test("schema: what is invalid is refused, with a path", async () => {
      const { target, config, entitlement } = harness;
      assert.deepEqual(target.validateConfig(config), []);
      assert.deepEqual(target.validateEntitlement(entitlement), []);
      assert.notEqual(target.validateConfig({ ...config, unheardOf: 1 }).length, 0);
      assert.notEqual(target.validateEntitlement({}).length, 0);
      await refuses(target.grant(specOf(harness), {}, harness.context()), "permanent", /invalid/);
      assert.equal(target.schema.config.type, "object");
      for (const secret of target.schema.secrets) assert.ok(secret in config);
    });
  });
}
