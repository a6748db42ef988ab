/** If-Match on every operation that takes it: `*`, lists, weak tags, and what is malformed (RFC 9110, section 13.1.1). */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Cast, openCast, type Role } from "../golden/cast.ts";
import { learnIds, pendingRequest, places } from "../golden/operations.ts";

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
  assert.equal((await send("administrator", "GET", url)).etag, etag);
  const deleted = await send("administrator", "DELETE", url, { headers: { "if-match": etag } });
  assert.equal(deleted.status, 200, deleted.body);
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
