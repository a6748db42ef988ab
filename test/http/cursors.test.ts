/** A cursor leads on through its own list on every surface, and anything else that is sent as one is refused by name. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cursorTo } from "../../src/http/cursor.ts";
import type { Position } from "../../src/use-cases/ports.ts";
import { type Cast, openCast } from "../golden/cast.ts";
import { learnIds, liveGrant, pendingRequest, places } from "../golden/operations.ts";

interface Body {
  readonly code?: string;
  readonly path?: string;
  readonly items?: unknown[];
  readonly value?: unknown[];
  readonly nextCursor?: string | null;
  readonly nextLink?: string;
  readonly "@odata.nextLink"?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

interface Surface {
  /** Its lists, each with how many of a page and where the cursor goes. */
  readonly lists: () => readonly string[];
  readonly cursor: string;
  cursorIn(body: Body): string | null;
  refused(body: Body): void;
}

const scope = () => places(cast).ledger.split("/resourceGroups/")[0];
const linkOf = (link: string | undefined) => new URL(link ?? "http://none").searchParams.get("$skiptoken");
const asMicrosoft = ({ error }: Body) => {
  assert.equal(error?.code, "InvalidRequestContent");
  assert.match(error?.message ?? "", /cursor of this list.*\(\/\$skiptoken\)/);
};

const SURFACES: Readonly<Record<string, Surface>> = {
  "the native API": {
    lists: () =>
      [
        "access-requests?view=all&limit=1",
        "grants?view=all&limit=1",
        "audit-entries?limit=1",
        "audit-entries?order=sequence&limit=1",
        "eligibilities?limit=1",
        "principals?limit=1",
        "me/notifications?limit=1",
        "role-definitions?limit=1",
        "role-settings?limit=1",
        "tiers?limit=1",
        "subscriptions?limit=1",
        "targets?limit=1",
        "configuration/User?tenant=contoso",
        "configuration/Tier?tenant=contoso",
      ].map((list) => `/api/v1/${list}`),
    cursor: "cursor",
    cursorIn: ({ nextCursor }) => nextCursor ?? null,
    refused({ code, path }) {
      assert.deepEqual([code, path], ["invalid_input", "/cursor"]);
    },
  },
  "Azure's": {
    lists: () => [
      ...[
        "roleAssignmentScheduleRequests",
        "roleAssignmentSchedules",
        "roleAssignmentScheduleInstances",
        "roleEligibilityScheduleRequests",
        "roleEligibilitySchedules",
        "roleManagementPolicies",
      ].map((list) => `${scope()}/providers/Microsoft.Authorization/${list}?api-version=2020-10-01&$top=1`),
      `${scope()}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$top=1`,
      `${scope()}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$top=1`,
      `${scope()}/providers/Microsoft.Solutions/jitRequests?api-version=2021-07-01&$top=1`,
      `${scope()}/providers/Microsoft.Solutions/applications?api-version=2021-07-01&$top=1`,
      "/subscriptions?api-version=2022-12-01&$top=1",
    ],
    cursor: "$skiptoken",
    cursorIn: ({ nextLink }) => linkOf(nextLink),
    refused: asMicrosoft,
  },
  "Graph's": {
    lists: () => [
      ...["roleAssignmentScheduleRequests", "roleAssignmentSchedules", "roleEligibilitySchedules"].map(
        (list) => `/v1.0/roleManagement/directory/${list}?$top=1`,
      ),
      "/v1.0/roleManagement/directory/roleDefinitions?$top=1",
      "/v1.0/policies/roleManagementPolicies?$top=1&$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'",
      "/v1.0/users?$top=1",
      "/v1.0/groups?$top=1",
    ],
    cursor: "$skiptoken",
    cursorIn: (body) => linkOf(body["@odata.nextLink"]),
    refused: asMicrosoft,
  },
};

let cast: Cast;
before(async () => {
  cast = await openCast();
  await learnIds(cast);
  await pendingRequest(cast);
  await liveGrant(cast);
  await liveGrant(cast);
});
after(() => cast.close());

async function read(path: string): Promise<{ status: number; body: Body }> {
  const found = await cast.at("administrator", "GET", path.replaceAll(" ", "%20"));
  return { status: found.status, body: found.body as Body };
}

const ID = "0b5a7b1e-6c6f-4d57-9f55-0c5a3c1f2a10";

/** What somebody may make up who knows what a cursor of this list is made of. */
function madeUp(name: string): string[] {
  const made = (position: Position) => cursorTo({ name }, position);
  const raw = (bytes: number[]) => Buffer.from(bytes).toString("base64url");
  return [
    "nonsense",
    "A".repeat(150),
    "A".repeat(9_000),
    "_",
    "%F0%9F%92%A5",
    "%ED%A0%80",
    raw([0xff, 0xfe, 0x7e, 0xc0]),
    made({ at: 9_100_000_000_000_000, id: ID }),
    made({ at: -8_640_000_000_000_000, id: ID }),
    made({ at: -999_999_999_999_999, id: ID }),
    made({ at: Number.NaN, id: ID }),
    made({ at: 1e300, id: ID }),
    made({ at: 5, id: "1 or true" }),
    made({ at: 5, id: `${"-".repeat(36)}` }),
    made({ at: null, id: "a\u0000b" }),
    made({ at: -1, id: "" }),
  ];
}

for (const [surface, { lists, cursor, cursorIn, refused }] of Object.entries(SURFACES)) {
  test(`${surface} lists lead on by their own cursors, and take no other's`, async () => {
    const cursors = new Map<string, string>();
    for (const list of lists()) {
      const { status, body } = await read(list);
      assert.equal(status, 200, `${list}: ${JSON.stringify(body)}`);
      const found = cursorIn(body);
      if (found !== null) cursors.set(list, found);
    }
    assert.ok(cursors.size >= 3, `only ${[...cursors.keys()]} have a second page`);
    for (const [list, own] of cursors) {
      const next = await read(`${list}&${cursor}=${own}`);
      assert.equal(next.status, 200, `${list}: ${JSON.stringify(next.body)}`);
      for (const other of lists().filter((one) => one !== list)) {
        const { status, body } = await read(`${other}&${cursor}=${own}`);
        assert.equal(status, 400, `${other} takes a cursor of ${list}`);
        refused(body);
      }
    }
  });

  test(`${surface} lists refuse what was made up, in their own envelope and never with a 500`, async () => {
    for (const list of lists()) {
      const own = cursorIn((await read(list)).body);
      const [name = "listMyNotifications"] = Buffer.from(own ?? "", "base64url")
        .toString("utf8")
        .split("~");
      for (const made of madeUp(name)) {
        const { status, body } = await read(`${list}&${cursor}=${made}`);
        assert.equal(status, 400, `${list}&${cursor}=${made.slice(0, 200)}: ${JSON.stringify(body)}`);
        refused(body);
      }
    }
  });

  test(`${surface} lists take the first and the last instant that can be written`, async () => {
    for (const list of lists()) {
      const [name = ""] = Buffer.from(cursorIn((await read(list)).body) ?? "", "base64url")
        .toString("utf8")
        .split("~");
      for (const at of [-62_167_219_200_000, 253_402_300_799_999]) {
        const { status } = await read(`${list}&${cursor}=${cursorTo({ name }, { at, id: ID })}`);
        assert.ok([200, 400].includes(status), `${list} from ${at}: ${status}`);
      }
    }
  });
}

test("an instant of a query that no answer could write is refused, never a fault", async () => {
  for (const at of ["-271821-04-20T00:00:00Z", "+275760-09-13T00:00:00Z", "+010000-01-01T00:00:00Z"]) {
    for (const list of ["access-requests?view=all", "audit-entries?order=newest"]) {
      const { status, body } = await read(`/api/v1/${list}&from=${encodeURIComponent(at)}`);
      assert.equal(status, 400, `${list} from ${at}: ${JSON.stringify(body)}`);
      assert.deepEqual([body.code, body.path], ["invalid_input", "/from"]);
    }
  }
});
