import assert from "node:assert/strict";
import { test } from "node:test";
import { TargetFault } from "../domain/target-fault.ts";
import { createOutbound } from "./places.ts";

const to =
  (...addresses: string[]) =>
  async () =>
    addresses;

const CONTOSO = { id: "5f0c9f6e-0f54-4c0e-9d0b-0d9d5f3a1c11", name: "contoso" };
const FABRIKAM = { id: "6a0c9f6e-0f54-4c0e-9d0b-0d9d5f3a1c12", name: "fabrikam" };

/** As contoso, on the port that its permits name. */
function resolve(host: string, places: string[] = [], lookup = to("93.184.215.14")) {
  const allow = places.map((place) => ({
    tenant: "contoso",
    place,
    port: place.startsWith("/") ? null : 5432,
  }));
  return createOutbound({ allow, lookup, stepMs: 1 })(CONTOSO).resolve(host, 5432);
}

async function refused(work: Promise<unknown>, kind = "forbidden"): Promise<void> {
  await assert.rejects(work, (error) => error instanceof TargetFault && error.kind === kind);
}

test("resolve: a public name is pinned to its address, and keeps its name for TLS", async () => {
  const endpoint = {
    via: "tcp",
    address: "93.184.215.14",
    port: 5432,
    name: "db.example",
    reach: "public",
    byPermit: false,
  };
  assert.deepEqual(await resolve("DB.example."), [endpoint]);
});

test("resolve: no address that is not public, however it is written", async () => {
  const addresses = [
    ...["127.0.0.1", "127.8.8.8", "10.1.2.3", "172.31.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254"],
    ...["0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fd00::1"],
    ...["ff02::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:a9fe:a9fe", "::127.0.0.1"],
    ...["64:ff9b::7f00:1", "2002:7f00:1::", "0:0:0:0:0:ffff:10.0.0.1"],
  ];
  for (const address of addresses) {
    await refused(resolve("db.example", [], to(address)), "retryable");
    await refused(resolve(address));
  }
  for (const address of ["1.1.1.1", "2606:4700:4700::1111", "172.32.0.1", "::ffff:1.1.1.1"]) {
    assert.equal((await resolve("db.example", [], to(address))).length, 1, address);
  }
});

test("resolve: one refused address condemns the name", async () => {
  await refused(resolve("db.example", [], to("93.184.215.14", "127.0.0.1")), "retryable");
});

test("resolve: every address is offered, in order", async () => {
  const endpoints = await resolve("db.example", [], to("1.1.1.1", "2606:4700:4700::1111"));
  assert.deepEqual(
    endpoints.map((endpoint) => endpoint.via === "tcp" && endpoint.address),
    ["1.1.1.1", "2606:4700:4700::1111"],
  );
});

test("allow: private networks, names, suffixes, addresses and blocks, each for itself", async () => {
  const cases: [string, string, string, boolean][] = [
    ["private", "db.example", "10.0.0.1", true],
    ["private", "db.example", "127.0.0.1", true],
    ["private", "db.example", "169.254.169.254", false],
    ["db.internal", "DB.internal", "10.0.0.1", true],
    ["db.internal", "other.internal", "10.0.0.1", false],
    ["db.internal", "db.internal", "169.254.169.254", false],
    ["*.internal", "a.b.internal", "fd00::1", true],
    ["*.internal", "internal", "10.0.0.1", false],
    ["*.internal", "evilinternal", "10.0.0.1", false],
    ["10.0.0.0/8", "db.example", "10.200.0.1", true],
    ["10.0.0.0/8", "db.example", "11.0.0.1", true],
    ["10.0.0.0/8", "db.example", "192.168.0.1", false],
    ["10.0.0.5", "db.example", "10.0.0.6", false],
    ["fd00::/8", "db.example", "fd12::1", true],
    ["169.254.169.254", "db.example", "169.254.169.254", true],
  ];
  for (const [pattern, host, address, permitted] of cases) {
    const work = resolve(host, [pattern], to(address));
    if (permitted) assert.equal((await work).length, 1, `${pattern} ${address}`);
    else await refused(work, "retryable");
  }
});

test("unix: only folders the operator named, whatever the path looks like", async () => {
  const endpoint = { via: "unix", directory: "/run/postgresql", port: 5432 };
  assert.deepEqual(await resolve("/run/postgresql/", ["/run/postgresql"]), [endpoint]);
  assert.deepEqual(await resolve("/run/postgresql", ["/run/*"]), [endpoint]);
  for (const path of ["/run/postgresql", "/run/curfew/../postgresql", "/run", "/run/other/../../etc"]) {
    await refused(resolve(path, ["private", "/run/curfew", "/run/curfew/*"]));
  }
});

test("resolve: a name that does not resolve is worth another try", async () => {
  const failing = async () => {
    throw new Error("ENOTFOUND");
  };
  await refused(resolve("db.example", [], failing), "retryable");
  await refused(resolve("db.example", [], to()), "retryable");
});

test("what is permitted to one tenant on one port is nothing to another, nor on another port", async () => {
  const allow = [
    { tenant: "contoso", place: "10.0.0.5", port: 5432 },
    { tenant: "contoso", place: "/run/contoso", port: null },
    { tenant: FABRIKAM.id, place: "private", port: 6432 },
    { tenant: null, place: "192.168.7.7", port: null },
  ];
  const outbound = createOutbound({ allow, lookup: to("10.0.0.5"), stepMs: 1 });
  const kinds: [typeof CONTOSO, string, number, string | null][] = [
    [CONTOSO, "10.0.0.5", 5432, null],
    [CONTOSO, "10.0.0.5", 5433, "forbidden"],
    [CONTOSO, "10.0.0.6", 5432, "forbidden"],
    [CONTOSO, "db.internal", 5432, null],
    [CONTOSO, "db.internal", 22, "retryable"],
    [CONTOSO, "::ffff:10.0.0.5", 5432, null],
    [CONTOSO, "/run/contoso", 5432, null],
    [FABRIKAM, "10.0.0.5", 5432, "forbidden"],
    [FABRIKAM, "db.internal", 5432, "retryable"],
    [FABRIKAM, "/run/contoso", 5432, "forbidden"],
    [FABRIKAM, "10.0.0.5", 6432, null],
    [FABRIKAM, "192.168.7.7", 1, null],
    [CONTOSO, "192.168.7.7", 65_535, null],
  ];
  for (const [tenant, host, port, kind] of kinds) {
    const work = outbound(tenant).resolve(host, port);
    if (kind === null) assert.equal((await work).length, 1, `${tenant.name} ${host}:${port}`);
    else await refused(work, kind);
  }
});

test("a name that is unknown and one that may not be connected to are one answer, at the same time", async () => {
  const answerTo = async (lookup: (name: string) => Promise<readonly string[]>) => {
    const began = performance.now();
    const outbound = createOutbound({ allow: [], lookup, stepMs: 200 })(FABRIKAM);
    const error = await outbound.resolve("db.internal", 5432).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof TargetFault);
    return { kind: error.kind, message: error.message, steps: Math.round((performance.now() - began) / 200) };
  };
  const unknown = await answerTo(async () => {
    throw new Error("ENOTFOUND");
  });
  const slowlyUnknown = await answerTo(async () => {
    await new Promise((done) => setTimeout(done, 60));
    throw new Error("ENOTFOUND");
  });
  assert.equal(unknown.steps, 1);
  for (const other of [
    slowlyUnknown,
    await answerTo(to("10.0.0.5")),
    await answerTo(to()),
    await answerTo(to("169.254.169.254")),
  ])
    assert.deepEqual(other, unknown);
});

test("the address that was looked at is the one that is connected to: a name is asked once", async () => {
  const answers = [["93.184.215.14"], ["10.0.0.5"]];
  const outbound = createOutbound({ allow: [], lookup: async () => answers.shift() ?? [], stepMs: 1 })(
    FABRIKAM,
  );
  const [endpoint] = await outbound.resolve("rebinding.example", 5432);
  assert.deepEqual(endpoint?.via === "tcp" && endpoint.address, "93.184.215.14");
  assert.equal(answers.length, 1);
  await refused(outbound.resolve("rebinding.example", 5432), "retryable");
});
