/** The book against a slow second implementation, on random tenants of both parties. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ObjectId } from "../../src/domain/ids.ts";
import { type Identity, type PrincipalRef, principalKey } from "../../src/domain/principal.ts";
import { type Book, makeBook } from "../../src/policy/book/book.ts";
import { booksOf } from "../../src/policy/book/books.ts";
import type { BookContents } from "../../src/policy/book/contents.ts";
import { type Oracle, oracleOf } from "./oracle.ts";
import { CONSUMER, PUBLISHER, ROLES, SCOPES, type Tenants, tenants } from "./random-tenants.ts";

const RUNS = Number(process.env.CURFEW_MODEL_RUNS ?? 150);
const SEED = Number(process.env.CURFEW_MODEL_SEED ?? Date.now() % 2 ** 31);
const repeats = `CURFEW_MODEL_SEED=${SEED} CURFEW_MODEL_RUNS=${RUNS} repeats this run`;

/** Each kind of case that the random tenants must have reached, and how often they did. */
class Reached {
  readonly times = new Map<string, number>();
  note(what: string, happened: boolean): void {
    this.times.set(what, (this.times.get(what) ?? 0) + (happened ? 1 : 0));
  }
  check(): void {
    const never = [...this.times].filter(([, times]) => times === 0).map(([what]) => what);
    assert.ok(RUNS < 100 || never.length === 0, `never met: ${never.join("; ")}`);
  }
  toString(): string {
    return [...this.times].map(([what, times]) => `${times} ${what}`).join(", ");
  }
}

type Compare = (book: Book, oracle: Oracle, contents: BookContents, reached: Reached) => void;

function agree(name: string, compare: Compare): void {
  test(`${name}: as the slow implementation says it, seed ${SEED}`, (t) => {
    t.diagnostic(repeats);
    const reached = new Reached();
    fc.assert(
      fc.property(tenants, ({ consumer, publisher }) => {
        for (const contents of [consumer, publisher])
          compare(makeBook(1, contents), oracleOf(contents), contents, reached);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    t.diagnostic(reached.toString());
    reached.check();
  });
}

agree("identity, with every group that holds somebody", (book, oracle, contents, reached) => {
  for (const id of everybody(contents)) {
    const [found, expected] = [book.identity(id), oracle.identity(id)];
    assert.deepEqual(withGroupsSorted(found), withGroupsSorted(expected as Identity | null));
    reached.note("held four deep or deeper", depthAbove(contents, id) >= 4);
    reached.note("held by two groups directly", directHolders(contents, id).length > 1);
    reached.note(
      "held through a deleted group",
      directHolders(contents, id).some((one) => isDeleted(contents, one)),
    );
    reached.note("deleted and yet known", found !== null && found.principal.deletedAt !== null);
    reached.note("unknown", found === null);
  }
});

agree("membersOf", (book, oracle, contents, reached) => {
  const ids = everybody(contents);
  for (const id of ids) {
    assert.deepEqual(sorted(book.membersOf([id])), sorted(oracle.membersOf([id])));
    const kinds = new Set(book.membersOf([id]).map(({ kind }) => kind));
    reached.note("people and workloads in one group", kinds.size > 1);
    reached.note("a group without living members", heldBy(contents, id).length > 0 && kinds.size === 0);
  }
  assert.deepEqual(sorted(book.membersOf(ids)), sorted(oracle.membersOf(ids)));
});

agree("peopleBehind", (book, oracle, contents, reached) => {
  for (const id of everybody(contents)) {
    const found = book.peopleBehind(id);
    assert.deepEqual([...found].sort(), [...oracle.peopleBehind(id)].sort(), id);
    const start = contents.principal.get(id);
    const owners = start === undefined || start.kind === "user" ? [] : start.owners;
    const kinds = owners.map((owner) => contents.principal.get(owner)?.kind);
    reached.note("owned by a group", kinds.includes("group"));
    reached.note("owned by a workload", kinds.includes("servicePrincipal"));
    reached.note("a workload with people behind it", start?.kind === "servicePrincipal" && found.size > 1);
    reached.note(
      "somebody of the other tenant behind it",
      [...found].some((key) => !key.startsWith(book.tenantId)),
    );
    reached.note("three people and more behind one", found.size > 3);
    reached.note("nobody but itself", found.size === 1 && start?.kind === "group");
    reached.note(
      "through a deleted group",
      owners.some((owner) => isDeleted(contents, owner)),
    );
  }
});

agree("role, tierOf and settingsAt", (book, oracle, contents, reached) => {
  for (const id of ROLES) {
    const role = book.role(id);
    assert.deepEqual(role, oracle.role(id), id);
    const pins = living(contents).filter((one) => one.roles.some((pinned) => pinned.id === id)).length;
    reached.note("pinned by two applications", pins > 1 && role?.tenantId === PUBLISHER);
    reached.note("an own role that hides a pinned one", pins > 0 && role?.tenantId === CONSUMER);
    reached.note("an unknown role", role === null);
    if (role === null) continue;
    reached.note("a role that a tier's pattern takes", oracle.tierOf(role) !== "standard");
    for (const scope of SCOPES) {
      const found = book.settingsAt(scope, role);
      assert.deepEqual(found, oracle.settingsAt(scope, role), `${id} at ${scope}`);
      const set = book.settingsStored(id);
      const { kind, name } = found.source;
      reached.note("settings of its own scope", kind === "roleSettings" && name === scope.toLowerCase());
      reached.note("settings from above", kind === "roleSettings" && name !== scope.toLowerCase());
      reached.note("several settings above one another", set.length > 1 && kind === "roleSettings");
      reached.note("only a tier", kind === "tier" && name !== "standard");
      reached.note(
        "settings that name a tier",
        set.some((row) => row.scopeKey === name && row.tier !== null),
      );
    }
  }
});

agree("settingsFor, of the consumer's people and of the publisher's", (book, oracle, _contents, reached) => {
  const roles = ROLES.map((id) => book.role(id)).filter((role) => role !== null);
  for (const scope of SCOPES) {
    const application = book.applicationAt(scope);
    for (const asking of [CONSUMER, PUBLISHER]) {
      const found = book.settingsFor(asking, scope, roles);
      assert.deepEqual(found, oracle.settingsFor(asking, scope, roles), `${asking} at ${scope}`);
      const jit = application?.jitAccess.enabled;
      reached.note("a publisher under the JIT policy alone", jit === true && asking === PUBLISHER);
      reached.note("the consumer under both", jit === true && asking === CONSUMER);
      reached.note("JIT declined", jit === false);
      reached.note("no application", application === null);
      // What no window may outlast is never less than what any of these settings allows.
      for (const { settings } of found) assert.ok(settings.maximumTotalMs <= book.longestTotalMs);
    }
  }
  assert.equal(book.longestTotalMs, oracle.longestTotalMs());
});

agree("applicationAt and application", (book, oracle, contents, reached) => {
  for (const scope of SCOPES) {
    const found = book.applicationAt(scope);
    assert.deepEqual(found, oracle.applicationAt(scope), scope);
    reached.note("by its resource id", found?.scope === scope);
    reached.note("by its managed resource group", found?.managedScope === scope);
    reached.note("by a part of it", found !== null && found.scope !== scope && found.managedScope !== scope);
    const buried = [...contents.application.values()].filter((one) => one.deletedAt !== null);
    reached.note("where only a deleted one was", found === null && buried.some((one) => one.scope === scope));
    reached.note(
      "deployed again where one was deleted",
      found !== null && buried.some((one) => one.scope === found.scope),
    );
  }
  for (const [id, one] of contents.application) assert.equal(book.application(id as typeof one.id), one);
});

agree("eligibilitiesFor, directly and through groups", (book, oracle, contents, reached) => {
  for (const tenantId of [CONSUMER, PUBLISHER]) {
    for (const objectId of everybody(contents).map((id) => id.replace(book.tenantId, tenantId) as ObjectId)) {
      const groups = tenantId === book.tenantId ? (book.identity(objectId)?.groups ?? []) : [];
      const holders = [objectId, ...groups.map((group) => group.objectId)].map((id) => ({
        tenantId,
        objectId: id,
      }));
      for (const scope of SCOPES) {
        const found = book.eligibilitiesFor(holders, scope);
        assert.deepEqual(
          sorted(found),
          sorted(oracle.eligibilitiesFor(holders, scope)),
          `${objectId} at ${scope}`,
        );
        const assigned = found.filter((one) => one.source === "assigned");
        reached.note(
          "through a group",
          assigned.some((one) => one.principal.objectId !== objectId),
        );
        reached.note(
          "from above",
          assigned.some((one) => one.scope !== scope),
        );
        reached.note(
          "with an end",
          assigned.some((one) => one.endsAt !== null),
        );
        reached.note("following from an application", found.length > assigned.length);
        reached.note("of the other tenant", assigned.length > 0 && tenantId !== book.tenantId);
        reached.note("none", found.length === 0);
      }
    }
  }
});

agree("rulesName", (book, oracle, contents, reached) => {
  for (const id of everybody(contents)) {
    const refs = [{ tenantId: book.tenantId, objectId: id }];
    assert.equal(book.rulesName(refs), oracle.rulesName(refs), id);
    reached.note("named", book.rulesName(refs));
    reached.note("not named", !book.rulesName(refs));
  }
  assert.equal(book.rulesName([]), false);
});

test(`usersReachedBy and peopleBehind of several at once, across both tenants, seed ${SEED}`, (t) => {
  t.diagnostic(repeats);
  const reached = new Reached();
  fc.assert(
    fc.property(tenants, fc.array(fc.tuple(fc.boolean(), fc.nat(13)), { maxLength: 4 }), (both, asked) => {
      const refs = asked.map(([here, one]) => refAt(here ? CONSUMER : PUBLISHER, one));
      const books = booksOf([makeBook(1, both.consumer), makeBook(4, both.publisher)]);
      const users = books.usersReachedBy(refs);
      assert.deepEqual(sorted(users), sorted(usersBy(both, refs)));
      assert.equal(new Set(users.map(principalKey)).size, users.length, "each user once");
      const people = refs.flatMap(({ tenantId, objectId }) => [
        ...oracleIn(both, tenantId).peopleBehind(objectId),
      ]);
      assert.deepEqual([...books.peopleBehind(refs)].sort(), [...new Set(people)].sort());
      const tenantIds = new Set(refs.map(({ tenantId }) => tenantId));
      assert.deepEqual(
        new Set(books.asked().map((book) => book.tenantId)),
        tenantIds,
        "asking notes who was asked",
      );
      reached.note("users of both tenants", new Set(users.map(({ tenantId }) => tenantId)).size === 2);
      reached.note(
        "people who are known in both",
        people.length > new Set(people).size && tenantIds.size === 2,
      );
    }),
    { numRuns: 8 * RUNS, seed: SEED },
  );
  t.diagnostic(reached.toString());
  reached.check();
});

test(`the order in which rows came to be changes no answer, seed ${SEED}`, (t) => {
  t.diagnostic(repeats);
  fc.assert(
    fc.property(tenants, ({ consumer }) => {
      const [book, other] = [makeBook(1, consumer), makeBook(1, turnedRound(consumer))];
      for (const id of ROLES) assert.deepEqual(book.role(id), other.role(id), id);
      assert.deepEqual(book.tiers, other.tiers);
      assert.deepEqual(book.eligibilities, other.eligibilities);
      assert.deepEqual(book.applications, other.applications);
      assert.deepEqual(book.bindings, other.bindings);
      const everyone = everybody(consumer).map((objectId) => ({ tenantId: CONSUMER, objectId }));
      for (const scope of SCOPES) {
        assert.deepEqual(book.eligibilitiesFor(everyone, scope), other.eligibilitiesFor(everyone, scope));
        assert.deepEqual(book.applicationAt(scope), other.applicationAt(scope));
      }
      for (const id of everybody(consumer)) {
        assert.deepEqual(book.identity(id), other.identity(id));
        assert.deepEqual(book.membersOf([id]), other.membersOf([id]));
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
});

function refAt(tenantId: PrincipalRef["tenantId"], one: number): PrincipalRef {
  return { tenantId, objectId: `${tenantId}-${one}` as ObjectId };
}

function oracleIn(both: Tenants, tenantId: PrincipalRef["tenantId"]): Oracle {
  return oracleOf(tenantId === CONSUMER ? both.consumer : both.publisher);
}

function usersBy(both: Tenants, refs: readonly PrincipalRef[]) {
  return [CONSUMER, PUBLISHER].flatMap((tenantId) => {
    const ids = refs.flatMap((ref) => (ref.tenantId === tenantId ? [ref.objectId] : []));
    return oracleIn(both, tenantId)
      .membersOf(ids)
      .filter(({ kind }) => kind === "user");
  });
}

/** The same rows, the last first. */
function turnedRound(contents: BookContents): BookContents {
  const turned = Object.entries(contents).map(([kind, rows]) => [
    kind,
    new Map([...(rows as ReadonlyMap<string, unknown>)].reverse()),
  ]);
  return Object.fromEntries(turned) as BookContents;
}

/** Everyone there is, and somebody who is not. */
function everybody(contents: BookContents): ObjectId[] {
  return [...contents.principal.keys(), "nobody"] as ObjectId[];
}

function living(contents: BookContents) {
  return [...contents.application.values()].filter((one) => one.deletedAt === null);
}

function isDeleted(contents: BookContents, id: string): boolean {
  return (contents.principal.get(id)?.deletedAt ?? null) !== null;
}

function heldBy(contents: BookContents, id: string): readonly ObjectId[] {
  return contents.members.get(id) ?? [];
}

function directHolders(contents: BookContents, id: ObjectId): ObjectId[] {
  return [...contents.members].flatMap(([group, held]) => (held.includes(id) ? [group as ObjectId] : []));
}

function depthAbove(contents: BookContents, id: ObjectId): number {
  return Math.max(0, ...directHolders(contents, id).map((group) => 1 + depthAbove(contents, group)));
}

function withGroupsSorted(identity: Identity | null): Identity | null {
  return identity && { ...identity, groups: sorted(identity.groups) };
}

function sorted<T>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
