/** People, groups and workloads as an administrator's page finds and reads them. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addMs } from "../../src/domain/time.ts";
import type { PasswordHash } from "../../src/use-cases/identity-ports.ts";
import { type Cast, openCast, type Reply, type Role } from "../golden/cast.ts";
import { learnIds, liveGrant } from "../golden/operations.ts";

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  await put("administrator", "Group", "on-call", { displayName: "On call", members: ["colin"] });
  await put("administrator", "Group", "engineers", {
    displayName: "Engineers",
    members: ["on-call", "mia"],
    owners: ["carol"],
  });
  await put("administrator", "Eligibility", "engineers read shop", {
    principal: "engineers",
    role: "Reader",
    scope: "/subscriptions/contoso-production/resourceGroups/shop",
  });
  await put("administrator", "User", "zoe", { email: "Quince@contoso.example", displayName: "Zoë_Z" });
});
after(() => cast.close());

async function put(role: Role, kind: string, name: string, spec: object): Promise<void> {
  const answer = await cast.call(role, "PUT", `/configuration/${kind}/${name}`, { spec });
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
}

const search = async (query: string, role: Role = "administrator") => {
  const { status, body } = await cast.call(role, "GET", `/principals?${query}`);
  assert.equal(status, 200);
  return (body.items as { displayName: string }[]).map(({ displayName }) => displayName).sort();
};

async function idOf(name: string): Promise<string> {
  const { body } = await cast.call("administrator", "GET", `/principals?q=${name}`);
  return (body.items as { objectId: string }[])[0]?.objectId ?? "";
}

async function read(name: string, role: Role = "administrator"): Promise<Reply> {
  const { status, body } = await cast.call(role, "GET", `/principals/${await idOf(name)}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

const namesIn = (all: unknown) => (all as { displayName: string }[]).map(({ displayName }) => displayName);

test("the search knows display names, names and the beginning of an address, in any case, and nothing as a pattern", async () => {
  assert.deepEqual(await search("q=CASTILLO"), ["Carol Castillo"]);
  assert.deepEqual(await search("q=engineer"), ["Engineers"]);
  assert.deepEqual(await search("q=quince@"), ["Zoë_Z"]);
  assert.deepEqual(await search("q=contoso.example"), [], "an address is found by its beginning");
  assert.deepEqual(await search("q=%25"), []);
  assert.deepEqual(await search("q=_z"), ["Zoë_Z"]);
  assert.deepEqual(await search("q=on&kind=group"), ["On call"]);
  assert.equal((await search("limit=2")).length, 2);
  assert.equal((await cast.call("administrator", "GET", `/principals?q=${"x".repeat(101)}`)).status, 400);
  assert.deepEqual(await search("q=castillo", "stranger"), []);
});

test("a person: groups with the way there, eligibilities with the group they come through, what they own", async () => {
  const colin = await read("Colin");
  assert.equal(colin.name, "colin");
  assert.equal(colin.email, "colin@contoso.example");
  assert.deepEqual(
    (colin.memberOf as { displayName: string; through: string[] }[]).map(({ displayName, through }) => [
      displayName,
      through,
    ]),
    [
      ["Engineers", ["On call"]],
      ["On call", []],
    ],
  );
  const eligible = colin.eligibilities as { roleName: string; scopeName: string; through: string | null }[];
  assert.deepEqual(
    eligible.map(({ roleName, scopeName, through }) => `${roleName} ${scopeName} ${through}`).sort(),
    ["Contributor web null", "Reader contoso-production null", "Reader shop Engineers"],
  );
  const carol = await read("castillo");
  assert.deepEqual(carol.rights, ["administrator"]);
  assert.deepEqual(namesIn(carol.owns), ["Engineers", "Platform approvers"]);
});

test("a group: everybody in it, and who is in it directly", async () => {
  const engineers = await read("engineers");
  assert.deepEqual(
    (engineers.members as { displayName: string; direct: boolean; kind: string }[]).map(
      ({ displayName, direct, kind }) => [displayName, direct, kind],
    ),
    [
      ["Colin Clarke", false, "user"],
      ["On call", true, "group"],
      ["mia", true, "user"],
    ],
  );
  assert.deepEqual(namesIn(engineers.owners), ["Carol Castillo"]);
  assert.equal(engineers.email, null);
});

test("the publisher's people count what they hold at their consumers", async () => {
  await liveGrant(cast);
  const { body } = await cast.call(
    "publisher's administrator",
    "GET",
    `/principals/${cast.caller("requester").ref.objectId}`,
  );
  const eligible = body.eligibilities as { roleName: string; scopeName: string; through: string }[];
  assert.deepEqual(eligible.map(({ scopeName }) => scopeName).sort(), ["billing", "ledger", "orders"]);
  assert.ok(eligible.every(({ roleName, through }) => roleName === "Contributor" && through === "support"));
  assert.equal(Number(body.liveGrants) >= 1, true);
});

test("somebody who was guessed at: how often, in which span, from which networks", async () => {
  const { deps, opened } = cast.system;
  const { ref } = cast.caller("member");
  const at = opened.clock.now();
  await deps.store.inTenant(ref.tenantId, async ({ accounts }) => {
    await accounts.setPassword(ref, "mia@contoso.example", "$argon2id$never" as PasswordHash);
    for (let n = 0; n < 25; n++) await accounts.countRefusal(ref, `192.0.2.${n}`, at);
    await accounts.countRefusal(ref, "192.0.2.24", addMs(at, 1_000));
  });
  const { body } = await cast.call("administrator", "GET", `/principals/${ref.objectId}`);
  const refused = body.refusedSignIns as {
    count: number;
    since: string;
    until: string;
    networkCount: number;
    networks: object[];
  };
  assert.deepEqual([refused.count, refused.networkCount, refused.networks.length], [26, 25, 20]);
  assert.deepEqual(refused.networks[0], { network: "192.0.2.24", count: 2 });
  assert.equal(Date.parse(refused.until) - Date.parse(refused.since), 1_000);
  assert.equal((await read("Colin")).refusedSignIns, null);
});

test("the limit of calls counts a network, however its addresses are written", async () => {
  const leftFor = async (remoteAddress: string) =>
    Number((await cast.app.inject({ url: "/api/v1/me", remoteAddress })).headers["x-ratelimit-remaining"]);
  const left = await leftFor("2001:db8:a:b::1");
  assert.equal(await leftFor("2001:db8:a:b:c::2"), left - 1);
  assert.equal(await leftFor("2001:db8:a:c::1"), left);
  const four = await leftFor("203.0.113.5");
  assert.equal(await leftFor("::ffff:203.0.113.5"), four - 1);
  assert.equal(await leftFor("203.0.113.6"), four);
});

test("people read themselves; of others only those who read configuration, and of another tenant nobody", async () => {
  const mia = cast.caller("member").ref.objectId;
  const url = (id: string) => `/principals/${id}`;
  assert.equal((await cast.call("member", "GET", url(mia))).status, 200);
  assert.equal((await cast.call("auditor", "GET", url(mia))).status, 200);
  for (const role of ["approver", "application owner"] as const)
    assert.equal((await cast.call(role, "GET", url(mia))).body.code, "forbidden");
  for (const role of ["stranger", "publisher's administrator", "requester"] as const) {
    const { status, body } = await cast.call(role, "GET", url(mia));
    assert.deepEqual([status, body.code], [404, "not_found"]);
  }
  assert.equal(
    (await cast.call("administrator", "GET", url("11111111-1111-4111-8111-111111111111"))).status,
    404,
  );
  assert.equal((await cast.call("administrator", "GET", url("mia"))).status, 400);
});

test("a lock is told to administrators, stays through every apply, and is exported", async () => {
  const put_ = (spec: object) =>
    cast.call("administrator", "PUT", "/configuration/User/lenny", { spec: { ...LENNY, ...spec } });
  assert.equal((await put_({})).status, 200);
  const id = await idOf("lenny");
  const post = (verb: string, justification = "a laptop was lost") =>
    cast.call("administrator", "POST", `/principals/${id}/${verb}`, { justification });
  assert.equal((await post("lock", " ")).body.code, "invalid_input");
  assert.equal((await post("lock")).status, 200);
  const { lockedOut } = await read("lenny");
  assert.equal((lockedOut as { justification: string }).justification, "a laptop was lost");
  assert.equal(
    (await put_({ displayName: "Lenny L." })).status,
    200,
    "what says nothing of a lock leaves it",
  );
  assert.notEqual((await read("lenny")).lockedOut, null);
  const exported = await cast.call("administrator", "GET", "/configuration/User/lenny");
  const { spec } = exported.body as { spec: { locked?: boolean } };
  assert.equal(spec.locked, true);
  assert.equal((await put_(spec)).status, 200, "as it was exported, it asks for nothing");
  const refused = await put_({ locked: false });
  assert.deepEqual([refused.status, refused.body.path], [400, "/spec/locked"]);
  assert.equal((await post("unlock")).status, 200);
  assert.equal((await put_({ locked: true })).status, 400, "nor does a document lock anybody out");
  assert.equal((await read("lenny")).lockedOut, null);
  const fresh = { ...LENNY, email: "lara@contoso.example", locked: true };
  await put("administrator", "User", "lara", fresh);
  assert.notEqual((await read("lara")).lockedOut, null, "who is new begins as the export says");
});

const LENNY = { email: "lenny@contoso.example", displayName: "Lenny" };
