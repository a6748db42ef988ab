import assert from "node:assert/strict";
import { test } from "node:test";
import type { TenantId } from "../domain/ids.ts";
import {
  group,
  NOW,
  OTHER_TENANT,
  pendingRequest,
  ref,
  roleId,
  stage,
  TENANT,
  user,
  workload,
} from "../domain/life.fixture.ts";
import type { Principal } from "../domain/principal.ts";
import type { Stage } from "../domain/role-settings.ts";
import { SESSION } from "./activation.fixture.ts";
import type { Book } from "./book/book.ts";
import { booksOf } from "./book/books.ts";
import type { BookContents } from "./book/contents.ts";
import { contoso, eligible, manual, members } from "./decisions/decisions.fixture.ts";
import { strandedBy, touchedBy } from "./dependents.ts";

const HELD = { approvers: ["carol", "casey"] };

/** Colin asks, or Bot does, where `approvers` decide. */
function town(
  held: Readonly<Record<string, readonly string[]>> = HELD,
  others: readonly Principal[] = [workload("bot"), workload("runner")],
  more: Partial<BookContents> & { readonly stages?: readonly Stage[] } = {},
): Book {
  const { stages = [stage(["approvers"])], ...contents } = more;
  const own = {
    members: members(held),
    eligibility: eligible({}, { principal: ref("bot") }),
    ...contents,
  };
  return contoso(manual(...stages), own, others);
}

function asked(from: Book, who: string, stages = [stage(["approvers"])]) {
  const roles = [from.role(roleId("contributor"))].filter((one) => one !== null);
  const one = pendingRequest({ stages, session: SESSION });
  const people = { requester: ref(who), beneficiary: ref(who) };
  return { ...one, ...people, madeUnder: from.settingsFor(TENANT, one.scope, roles) };
}

function strands(before: Book, after: Book, who = "colin", stages?: readonly Stage[]): boolean {
  const books = { before: booksOf([before]), after: booksOf([after]) };
  return strandedBy(books, [asked(before, who, stages && [...stages])]).length === 1;
}

test("a request is left to nobody by every way in which its approvers can go", () => {
  const bots = (owners: readonly string[], more: readonly Principal[] = []) => [
    workload("bot", owners),
    workload("runner", ["casey"]),
    ...more,
  ];
  const lone = town({ approvers: ["casey"] });
  assert.equal(strands(lone, town({ approvers: ["colin"] })), true, "only the requester is left");
  const inner = (held: readonly string[]) => ({ approvers: ["night"], night: held });
  const night = [...bots([]), group("night")];
  assert.equal(strands(town(inner(["casey"]), night), town(inner([]), night)), true, "emptied from within");
  assert.equal(strands(lone, town({ approvers: ["casey"] }, bots(["casey"])), "bot"), true, "its owner");
  assert.equal(strands(lone, town({ approvers: ["casey"] }, bots(["runner"])), "bot"), true, "its owner's");
  const owned = bots(["team"], [group("team", ["casey"])]);
  assert.equal(
    strands(lone, town({ approvers: ["casey"] }, owned), "bot"),
    true,
    "owner of its owners' group",
  );
  const gone = [user("casey", { deletedAt: NOW }), ...bots([])];
  assert.equal(strands(lone, town({ approvers: ["casey"] }, gone)), true, "nobody any more");
  const foreign = ref("casey", OTHER_TENANT);
  const linked = [user("casey", { linkedTo: foreign }), user("carol", { linkedTo: foreign }), ...bots([])];
  const two = [stage(["approvers"], { required: 2 })];
  const both = town(HELD, bots([]), { stages: two });
  assert.equal(strands(both, town(HELD, linked, { stages: two }), "colin", two), true, "two that are one");
  const inTurn = [stage(["carol", "casey"]), stage(["casey"])];
  const turns = town(HELD, bots([]), { stages: inTurn });
  const left = town(HELD, [user("carol", { deletedAt: NOW }), ...bots([])], { stages: inTurn });
  assert.equal(strands(turns, left, "colin", inTurn), true, "one for two stages");
  assert.equal(
    strands(lone, town({ approvers: ["casey"] }, [], { stages: [stage(["carol"])] })),
    true,
    "others",
  );
});

test("it is not while somebody is left, nor where nobody was before", () => {
  assert.equal(strands(town(), town({ approvers: ["casey"] })), false);
  assert.equal(strands(town({ approvers: ["casey"] }), town({ approvers: ["carol"] })), false);
  assert.equal(strands(town({ approvers: [] }), town({ approvers: ["colin"] })), false);
});

test("a rule that nobody can approve by: of its own making, and never of a closed organisation's", () => {
  const rules = (after: Book, kind: "members" | "tenant" = "members", key = "approvers") => {
    const changed = [
      { kind, key },
      { kind: "members" as const, key: "approvers" },
    ];
    const books = { before: booksOf([town()]), after: booksOf([after]) };
    return touchedBy({ ...books, home: TENANT, changed }, [], NOW).undecidable;
  };
  const named = rules(town({ approvers: [] })).map(({ kind, id }) => `${kind} ${id}`);
  assert.deepEqual(named.toSorted(), ["RoleSettings contributor", "RoleSettings reader"]);
  assert.deepEqual(rules(town({ approvers: ["carol"] })), []);
  const closed = { id: TENANT as TenantId, name: "contoso", displayName: "Contoso", closedAt: NOW };
  assert.deepEqual(rules(town({ approvers: [] }, [], { tenant: new Map([[TENANT, closed]]) }), "tenant"), []);
});
