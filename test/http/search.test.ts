/** One search: whoever searches finds what lists show them, all of it by its name and its id, and nothing else. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cast, openCast, type Reply, ROLES, type Role } from "../golden/cast.ts";
import { learnIds, liveGrant, pendingRequest } from "../golden/operations.ts";

type Row = Readonly<Record<string, string>>;
interface Found extends Row {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/** Each kind with the lists that show it, and what names one of it. */
const LISTS: readonly (readonly [kind: string, urls: readonly string[], key: (one: Row) => string])[] = [
  ["principal", ["/principals"], ({ objectId = "" }) => objectId],
  ["application", ["/applications"], ({ id = "" }) => id],
  [
    "request",
    ["mine", "decided", "toDecide", "all"].map((view) => `/access-requests?view=${view}`),
    ({ id = "" }) => id,
  ],
  ["grant", ["mine", "all"].map((view) => `/grants?view=${view}`), ({ id = "" }) => id],
  ["roleSettings", ["/role-settings"], ({ roleDefinitionId, scope }) => `${roleDefinitionId} ${scope}`],
  ["tier", ["/tiers"], ({ name = "" }) => name],
  ["target", ["/targets"], ({ name = "" }) => name],
  ["offer", ["/offers"], ({ id = "" }) => id],
];
const WORDS = [
  "contributor",
  "orders",
  "ledger",
  "a",
  "e",
  "critical",
  "frank",
  "casey contributor",
  "fabrikam",
];
const ANSWERING: readonly Role[] = ["administrator", "auditor", "publisher's administrator", "stranger"];
const SOMEBODY = ROLES.filter((role) => role !== "nobody");

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  await liveGrant(cast);
  await liveGrant(cast, true);
  await pendingRequest(cast);
});
after(() => cast.close());

async function found(role: Role, q: string): Promise<readonly Found[]> {
  const { status, body } = await cast.call(role, "GET", `/search?${new URLSearchParams({ q })}`);
  assert.equal(status, 200, `${role} searches ${q}: ${JSON.stringify(body)}`);
  return (body as unknown as { items: Found[] }).items;
}

const keyOf = ({ kind, id, scope }: Found): string => (kind === "roleSettings" ? `${id} ${scope}` : id);

/** What lists show somebody, by kind; a list that is refused shows nothing. */
async function listed(role: Role): Promise<ReadonlyMap<string, ReadonlyMap<string, Row>>> {
  const all = new Map<string, Map<string, Row>>();
  for (const [kind, urls, key] of LISTS) {
    const rows = new Map<string, Row>();
    for (const url of urls) {
      const { body } = await cast.call(role, "GET", url);
      const { items = [] } = body as Reply & { items?: Row[] };
      for (const one of items) rows.set(key(one), one);
    }
    all.set(kind, rows);
  }
  return all;
}

/** What opens one of what is found; null for what its list has shown already. */
function opens({ kind, id, scope, tenantId }: Found): string | null {
  if (kind === "principal") return `/people/${id}?tenantId=${tenantId}`;
  if (kind === "place") return `/place?${new URLSearchParams({ scope: String(scope) })}`;
  return null;
}

for (const role of SOMEBODY) {
  test(`the ${role} finds what lists show, and nothing else`, async () => {
    const lists = await listed(role);
    const opened = new Map<string, number>();
    for (const words of WORDS) {
      for (const one of await found(role, words)) {
        const url = opens(one);
        if (url === null)
          assert.ok(lists.get(one.kind)?.has(keyOf(one)), `${words} finds ${JSON.stringify(one)}`);
        else if (!opened.has(url)) opened.set(url, (await cast.call(role, "GET", url)).status);
      }
    }
    for (const [url, status] of opened) assert.equal(status, 200, `${url} is found and not shown`);
    for (const [kind, rows] of lists) {
      // Whoever does not answer for a tenant may pick its people by name, and has no page of theirs to open.
      if (kind === "principal" && !ANSWERING.includes(role)) continue;
      for (const [key, { displayName, roleName = "", name, scope }] of rows) {
        const q = kind === "roleSettings" ? `${roleName} ${scope}` : key;
        if (q.length > 100) continue;
        const keys = (await found(role, q)).map(keyOf);
        assert.ok(keys.includes(key), `${kind} ${displayName ?? name ?? key} by ${q}`);
      }
    }
  });
}

test("what is called so comes before what only has the word in it, and every word counts", async () => {
  const items = await found("administrator", "casey");
  assert.equal(items[0]?.kind, "principal");
  assert.match(items[0]?.name ?? "", /^Casey/);
  assert.deepEqual(
    (await found("administrator", "casey nowhere-at-all")).map(({ name }) => name),
    [],
  );
  const both = await found("administrator", "frank contributor");
  assert.ok(both.some(({ kind }) => kind === "request"));
  assert.ok(
    both.every(({ name, who }) => `${name} ${who}`.match(/Contributor/) && `${name} ${who}`.match(/Frank/)),
  );
});

test("whoever is not answered for is found by those alone whom they concern", async () => {
  const names = async (role: Role, q: string) =>
    (await found(role, q)).filter(({ kind }) => kind === "principal");
  assert.deepEqual(await names("member", "casey"), [], "a colleague is none of one's business");
  assert.equal((await names("approver", "frank")).length, 1, "whom one decides about");
  assert.deepEqual(await names("stranger", "frank"), []);
  assert.deepEqual(
    await names("publisher's administrator", "casey"),
    [],
    "the other party's people stay unnamed",
  );
});

test("what is searched for is bounded, and its characters mean nothing", async () => {
  assert.equal((await cast.call("administrator", "GET", `/search?q=${"a".repeat(101)}`)).status, 400);
  assert.equal((await cast.call("administrator", "GET", "/search")).status, 400);
  for (const q of ["%", "\\", "' OR 1=1 --", "  "]) assert.deepEqual(await found("administrator", q), [], q);
});
