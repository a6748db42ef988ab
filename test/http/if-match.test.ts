/**
 * If-Match on every operation that changes something: `*`, lists, weak tags, what is malformed (RFC 9110, section 13.1.1),
 * changes that race with it, and operations that compare nothing and therefore refuse it.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import { type ApplicationId, asId } from "../../src/domain/ids.ts";
import { ARM_OPERATIONS } from "../../src/http/azure/operations.ts";
import { changeJitPolicy } from "../../src/use-cases/applications/change-jit-policy.ts";
import { EXAMPLES } from "../azure/examples.ts";
import { GRAPH_EXAMPLES } from "../azure/graph-examples.ts";
import { until } from "../fixtures/program.ts";
import { type Cast, openCast, type Role } from "../golden/cast.ts";
import { learnIds, OPERATIONS, pendingRequest, places } from "../golden/operations.ts";

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
});
after(() => cast.close());

async function send(role: Role, method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE", url: string, more = {}) {
  const { headers = {}, body } = more as { headers?: Record<string, string>; body?: unknown };
  const found = await cast.app.inject({
    method,
    url,
    headers: { authorization: role, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  });
  return { status: found.statusCode, etag: String(found.headers.etag), body: found.body };
}

const MALFORMED = ["", "3", '"3', '"1" "2"', '*, "1"', "W/*", '"a b"'];

interface Change {
  /** What is changed, and its etag. */
  ready(): Promise<{ etag: string; change(ifMatch: string): Promise<{ status: number; body: string }> }>;
  refused(body: string): void;
}

const native = (body: string) => {
  const { code, path } = JSON.parse(body);
  assert.deepEqual([code, path], ["invalid_input", "/if-match"]);
};
const azure = (body: string) => {
  const { error } = JSON.parse(body);
  assert.equal(error.code, "InvalidRequestContent");
  assert.match(error.message, /\(\/headers\/if-match\)/);
};

let times = 0;
const onApplication = (method: "PUT" | "PATCH"): Change => ({
  async ready() {
    const url = `${places(cast).ledger}?api-version=2021-07-01`;
    const { etag } = await send("administrator", "GET", url);
    const body = { tags: { times: String(times++) } };
    return {
      etag,
      change: (ifMatch) => send("administrator", method, url, { headers: { "if-match": ifMatch }, body }),
    };
  },
  refused: azure,
});

const solutions = (rest: string) =>
  `${places(cast).group.replace(/elsewhere$/, "applications")}/providers/Microsoft.Solutions/${rest}?api-version=2021-07-01`;

/** Asked for natively, and changed as Azure's clients do. */
const onJitRequest = (method: "PATCH" | "DELETE"): Change => ({
  async ready() {
    const url = solutions(`jitRequests/${await pendingRequest(cast)}`);
    const { etag } = await send("requester", "GET", url);
    const body = { tags: { times: String(times++) } };
    return {
      etag,
      change: (ifMatch) =>
        send("requester", method, url, {
          headers: { "if-match": ifMatch },
          ...(method === "PATCH" ? { body } : {}),
        }),
    };
  },
  refused: azure,
});

const definition = () => ({
  location: "westeurope",
  properties: {
    authorizations: [
      {
        principalId: cast.system.world.ref("User", "fabrikam", "frank").objectId,
        roleDefinitionId: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
      },
    ],
    description: `the ${times++}. of them`,
  },
});

const onDefinition = (method: "PUT" | "PATCH" | "DELETE"): Change => ({
  async ready() {
    const subscription = cast.system.world.id("Subscription", "fabrikam", "fabrikam-operations");
    const url = `/subscriptions/${subscription}/resourceGroups/offers/providers/Microsoft.Solutions/applicationDefinitions/tagged?api-version=2021-07-01`;
    const who = "publisher's administrator";
    const made = await send(who, "PUT", url, { body: definition() });
    assert.ok(made.status < 300, made.body);
    const body = method === "PUT" ? definition() : { tags: { times: String(times++) } };
    return {
      etag: made.etag,
      change: (ifMatch) =>
        send(who, method, url, {
          headers: { "if-match": ifMatch },
          ...(method === "DELETE" ? {} : { body }),
        }),
    };
  },
  refused: azure,
});

const onRequest = (verb: "cancel" | "accept"): Change => ({
  async ready() {
    const url = `/api/v1/access-requests/${await pendingRequest(cast)}`;
    if (verb === "accept") {
      const startAt = new Date(cast.system.deps.clock.now() + 3_600_000).toISOString();
      const body = { decision: "approve", justification: "tonight", terms: { startAt } };
      await send("approver", "POST", `${url}/decisions`, { body });
    }
    const { etag } = await send("requester", "GET", url);
    return {
      etag,
      change: (ifMatch) => send("requester", "POST", `${url}/${verb}`, { headers: { "if-match": ifMatch } }),
    };
  },
  refused: native,
});

const CHANGES: Readonly<Record<string, Change>> = {
  "a decision": {
    async ready() {
      const url = `/api/v1/access-requests/${await pendingRequest(cast)}`;
      const { etag } = await send("approver", "GET", url);
      const body = { decision: "deny", justification: "not now" };
      return {
        etag,
        change: (ifMatch) =>
          send("approver", "POST", `${url}/decisions`, { headers: { "if-match": ifMatch }, body }),
      };
    },
    refused: native,
  },
  "a JIT policy": {
    async ready() {
      const url = `/api/v1/applications/${places(cast).ledgerId}/jit-policy`;
      const policy = (minutes: number) => ({
        mode: "manual",
        approvers: ["casey"],
        emergencyAllowed: true,
        decideBy: `PT${minutes}M`,
      });
      const { etag } = await send("administrator", "PUT", url, { body: policy(60 + times++) });
      return {
        etag,
        change: (ifMatch) =>
          send("administrator", "PUT", url, {
            headers: { "if-match": ifMatch },
            body: policy(60 + times++),
          }),
      };
    },
    refused: native,
  },
  "an object of configuration": {
    async ready() {
      const url = "/api/v1/configuration/Tier/slow";
      const body = () => ({ spec: { maximumDuration: `PT${60 + times++}M` } });
      await send("administrator", "PUT", url, { body: body() });
      const { etag } = await send("administrator", "GET", url);
      return {
        etag,
        change: (ifMatch) =>
          send("administrator", "PUT", url, { headers: { "if-match": ifMatch }, body: body() }),
      };
    },
    refused: native,
  },
  "a removal from the configuration": {
    async ready() {
      const url = `/api/v1/configuration/Tier/gone-${times++}`;
      await send("administrator", "PUT", url, { body: { spec: { maximumDuration: "PT1H" } } });
      const { etag } = await send("administrator", "GET", url);
      return {
        etag,
        change: (ifMatch) => send("administrator", "DELETE", url, { headers: { "if-match": ifMatch } }),
      };
    },
    refused: native,
  },
  "taking a request back": onRequest("cancel"),
  "taking a counter-offer": onRequest("accept"),
  "a JIT request of Azure's, by PATCH": onJitRequest("PATCH"),
  "a JIT request of Azure's, by DELETE": onJitRequest("DELETE"),
  "a definition of Azure's, by PUT": onDefinition("PUT"),
  "a definition of Azure's, by PATCH": onDefinition("PATCH"),
  "a definition of Azure's, by DELETE": onDefinition("DELETE"),
  "an application of Azure's, by PUT": onApplication("PUT"),
  "an application of Azure's, by PATCH": onApplication("PATCH"),
};

for (const [what, { ready, refused }] of Object.entries(CHANGES)) {
  test(`${what}: what is no If-Match is refused with its place, and nothing is changed`, async () => {
    const { etag, change } = await ready();
    for (const header of MALFORMED) {
      const { status, body } = await change(header);
      assert.equal(status, 400, `${header}: ${body}`);
      refused(body);
    }
    assert.ok((await change(etag)).status < 300);
  });

  test(`${what}: tags that are not its own, and weak ones, match nothing`, async () => {
    const { etag, change } = await ready();
    for (const header of ['"other"', `W/${etag}`, `W/${etag}, "other"`, '"07"', etag.replace(/"$/, '0"')]) {
      const { status, body } = await change(header);
      assert.equal(status, 412, `${header}: ${body}`);
    }
    assert.ok((await change(etag)).status < 300);
  });

  test(`${what}: a list matches by any of its tags, and \`*\` whatever is there`, async () => {
    const first = await ready();
    const listed = await first.change(`"other", ${first.etag} , W/"more"`);
    assert.ok(listed.status < 300, listed.body);
    const second = await ready();
    const any = await second.change("*");
    assert.ok(any.status < 300, any.body);
  });
}

test("`*` makes nothing that is not there", async () => {
  const ifMatch = { headers: { "if-match": "*" } };
  const tier = { ...ifMatch, body: { spec: { maximumDuration: "PT1H" } } };
  assert.equal((await send("administrator", "PUT", "/api/v1/configuration/Tier/nowhere", tier)).status, 412);
  assert.equal((await send("administrator", "GET", "/api/v1/configuration/Tier/nowhere")).status, 404);
  const url = `${places(cast).ledger}-nowhere?api-version=2021-07-01`;
  assert.equal((await send("administrator", "PUT", url, { ...ifMatch, body: {} })).status, 412);
});

test("If-None-Match compares weakly, and what is none is refused", async () => {
  const ask = `${places(cast).group}/providers/Microsoft.Solutions/jitRequests/none?api-version=2021-07-01`;
  const none = (header: string) =>
    send("requester", "PATCH", ask, { headers: { "if-none-match": header }, body: {} });
  assert.equal((await none("nonsense")).status, 404, "nothing is there to be changed");
  const put = (header: string) =>
    send("requester", "PUT", ask, { headers: { "if-none-match": header }, body: { properties: {} } });
  const { status, body } = await put("nonsense");
  assert.equal(status, 400, body);
  assert.match(body, /if-none-match/);
});

/** Everything that is tried while the lock is held waits for it, in the order in which it came. */
async function inOrder(lock: ReturnType<typeof sql>, tries: readonly (() => Promise<unknown>)[]) {
  const { db } = cast.system.opened;
  return db.transaction().execute(async (trx) => {
    await lock.execute(trx);
    const answers: Promise<unknown>[] = [];
    for (const attempt of tries) {
      answers.push(attempt());
      const waiting = async () => {
        const { rows } = await sql`SELECT FROM pg_locks WHERE NOT granted`.execute(trx);
        return rows.length >= answers.length;
      };
      await until(waiting, 10_000, `try ${answers.length} to wait`);
    }
    return answers;
  });
}

const turn = () =>
  sql`SELECT pg_advisory_xact_lock(turn_key(${cast.caller("administrator").ref.tenantId}::uuid))`;
const claimed = (kind: string, id: string) => {
  const key = `surface/${cast.caller("administrator").ref.tenantId}/${kind}/${id.toLowerCase()}`;
  return sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
};

/** Another process of the same installation: its changes wait in a line of their own. */
const policyChanged = () =>
  changeJitPolicy(cast.system.deps, cast.caller("administrator"), {
    applicationId: asId<ApplicationId>(places(cast).ledgerId),
    policy: { mode: "manual", approvers: ["casey"], emergencyAllowed: true, decideBy: `PT${100 + times++}M` },
    expectedVersion: null,
  });

for (const method of ["PATCH", "PUT", "DELETE"] as const) {
  test(`${method} of an application that was looked at in time comes after another change, and is refused`, async () => {
    const url = `${places(cast).ledger}?api-version=2021-07-01`;
    const { etag } = await send("administrator", "GET", url);
    const body = method === "DELETE" ? {} : { body: { tags: { raced: method } } };
    const change = () => send("administrator", method, url, { headers: { "if-match": etag }, ...body });
    const [policy, late] = await inOrder(turn(), [policyChanged, change]);
    assert.equal(((await policy) as { ok: boolean }).ok, true);
    const { status, body: said } = (await late) as Awaited<ReturnType<typeof send>>;
    assert.equal(status, 412, said);
    const now = await send("administrator", "GET", url);
    assert.equal(now.status, 200, "the application is gone");
    assert.doesNotMatch(now.body, new RegExp(`"raced":"${method}"`));
  });
}

test("a removal of configuration comes after a change of it, and is refused", async () => {
  const url = "/api/v1/configuration/Tier/raced";
  const tier = (minutes: number) => ({ body: { spec: { maximumDuration: `PT${minutes}M` } } });
  await send("administrator", "PUT", url, tier(60));
  const { etag } = await send("administrator", "GET", url);
  // The line of this process: both wait in it, the second behind the first.
  const first = inOrder(turn(), [() => send("administrator", "PUT", url, tier(61))]);
  const [changed] = await first;
  const removed = send("administrator", "DELETE", url, { headers: { "if-match": etag } });
  assert.equal(((await changed) as { status: number }).status, 200);
  assert.equal((await removed).status, 412);
  assert.equal((await send("administrator", "GET", url)).status, 200);
});

test("a JIT request is not taken back as it was before its tags changed", async () => {
  const id = await pendingRequest(cast);
  const url = solutions(`jitRequests/${id}`);
  const { etag } = await send("requester", "GET", url);
  const [tagged, canceled] = await inOrder(claimed("jitRequest", url.split("?")[0] ?? ""), [
    () => send("requester", "PATCH", url, { body: { tags: { a: "b" } } }),
    () => send("requester", "DELETE", url, { headers: { "if-match": etag } }),
  ]);
  assert.equal(((await tagged) as { status: number }).status, 200);
  assert.equal(((await canceled) as { status: number }).status, 412);
  assert.equal((await cast.call("requester", "GET", `/access-requests/${id}`)).body.state, "pending");
});

test("of two who decide on one version of a request, one does", async () => {
  for (let round = 0; round < 8; round++) {
    const id = await pendingRequest(cast);
    const url = `/api/v1/access-requests/${id}`;
    const { etag } = await send("requester", "GET", url);
    const headers = { "if-match": etag };
    const [denied, canceled] = await Promise.all([
      send("approver", "POST", `${url}/decisions`, {
        headers,
        body: { decision: "deny", justification: "no" },
      }),
      send("requester", "POST", `${url}/cancel`, { headers }),
    ]);
    const statuses = [denied.status, canceled.status].sort();
    assert.equal(statuses[0], 200, `${denied.body} ${canceled.body}`);
    assert.match(String(statuses[1]), /409|412/);
  }
});

test("of many who change a resource as they saw it, one does", async () => {
  const url = `${places(cast).ledger}?api-version=2021-07-01`;
  const { etag } = await send("administrator", "GET", url);
  const headers = { "if-match": etag };
  const all = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      send("administrator", "PATCH", url, { headers, body: { tags: { winner: String(index) } } }),
    ),
  );
  assert.deepEqual(all.map(({ status }) => status).sort(), [200, ...Array(7).fill(412)]);
});

test("what compares nothing says so of every operation of every surface; none ignores a condition", async () => {
  const { paths } = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8"));
  const compares = new Set(ARM_OPERATIONS.filter(({ conditional }) => conditional).map(({ id }) => id));
  for (const methods of Object.values<
    Record<string, { operationId: string; parameters?: { name: string }[] }>
  >(paths)) {
    for (const { operationId, parameters = [] } of Object.values(methods))
      if (parameters.some(({ name }) => name === "if-match")) compares.add(operationId);
  }
  const tried: [id: string, method: string, url: string, body: unknown][] = [];
  for (const { id, prepare } of OPERATIONS) {
    const { method, url, body } = await prepare(cast, "administrator");
    tried.push([id, method, `/api/v1${url}`, body]);
  }
  for (const [id, example] of Object.entries({ ...EXAMPLES, ...GRAPH_EXAMPLES })) {
    const { method, path, body } = await example.make(cast, "administrator");
    tried.push([id, method, path, body]);
  }
  let refused = 0;
  for (const [id, method, url, body] of tried) {
    if (method === "GET") continue;
    for (const name of ["if-match", "if-none-match"]) {
      const isCompared = compares.has(id) && (name === "if-match" || url.includes("Microsoft.Solutions"));
      const more = { headers: { [name]: '"other"' }, ...(body === undefined ? {} : { body }) };
      if (isCompared) continue;
      const found = await send("administrator", method as "PUT", url, more);
      assert.equal(found.status, 400, `${id} ignores ${name}: ${found.status} ${found.body}`);
      assert.match(found.body, new RegExp(`/headers/${name}`), id);
      refused++;
    }
  }
  assert.ok(refused > 60, `${refused}`);
  assert.ok(compares.size >= 15, [...compares].join(", "));
});

// Last: it deletes the application.
test("what Azure's clients delete only as they saw it stays when it is another by now", async () => {
  const url = `${places(cast).ledger}?api-version=2021-07-01`;
  const { etag } = await send("administrator", "GET", url);
  for (const header of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const made = await send("administrator", "PUT", url, { headers: { "if-none-match": header }, body: {} });
    assert.equal(made.status, 412, `If-None-Match: ${header} lets what is there be made again`);
  }
  for (const [header, status] of [
    ['"1.999"', 412],
    [`W/${etag}`, 412],
    ["nonsense", 400],
  ] as const) {
    const found = await send("administrator", "DELETE", url, { headers: { "if-match": header } });
    assert.equal(found.status, status, found.body);
  }
  const seen = await send("administrator", "GET", url);
  assert.equal(seen.etag, etag);
  const deleted = await send("administrator", "DELETE", url, { headers: { "if-match": etag } });
  assert.equal(deleted.status, 200, deleted.body);

  // What is made again in its place begins at the same versions, and is another.
  const { applicationDefinitionId } = JSON.parse(seen.body).properties;
  const put = async () => {
    const properties = { applicationDefinitionId, managedResourceGroupId };
    const body = { kind: "ServiceCatalog", properties };
    const made = await send("administrator", "PUT", again, { body });
    assert.equal(made.status, 201, made.body);
    return made.etag;
  };
  const again = url.replace(/applications\/ledger/i, "applications/again");
  const managedResourceGroupId = `${url.split("/providers/")[0]}-again`;
  const first = await put();
  assert.equal((await send("administrator", "DELETE", again)).status, 200);
  const second = await put();
  assert.notEqual(second, first);
  for (const [method, body] of [["DELETE"], ["PATCH", { tags: { a: "1" } }]] as const) {
    const found = await send("administrator", method, again, { headers: { "if-match": first }, body });
    assert.equal(found.status, 412, `${method}: ${found.body}`);
  }
  assert.equal((await send("administrator", "GET", again)).etag, second);
});
