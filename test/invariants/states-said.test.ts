/** What native answers, Microsoft's words, the command line and the portal say of every pair of states that may stand together. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { stateWord } from "../../src/cli/grant-words.ts";
import type { Grant as GrantJson } from "../../src/client/types.ts";
import type { Entitlement, Grant } from "../../src/domain/grant.ts";
import type { TargetId } from "../../src/domain/ids.ts";
import {
  entitlement,
  grant,
  minutes,
  NOW,
  present,
  ref,
  SCOPE,
  user,
} from "../../src/domain/life.fixture.ts";
import { TOGETHER } from "../../src/domain/states.ts";
import type { Instant } from "../../src/domain/time.ts";
import { grantJson } from "../../src/http/api/shapes/grant.ts";
import { fromGrant } from "../../src/pim/schedules.ts";

// Of the portal only the words: their types are those of a browser.
const { stateWords } = (await import(new URL("../../portal/src/words/grant.ts", import.meta.url).href)) as {
  stateWords(one: GrantJson): string;
};

type GrantName = Grant["state"]["name"];
type Said = readonly [
  state: string,
  liveness: string,
  status: string,
  inEffect: boolean,
  cli: string,
  portal: string,
];

const END = minutes(60);
const STATES: { readonly [S in GrantName]: Partial<Grant> & Pick<Grant, "state"> } = {
  scheduled: { state: { name: "scheduled" }, startsAt: minutes(10), gatePassedAt: null },
  provisioning: { state: { name: "provisioning" }, gatePassedAt: null },
  active: { state: { name: "active" }, gatePassedAt: NOW },
  deprovisioning: {
    state: { name: "deprovisioning", cause: "revoked", since: NOW, by: ref("carol") },
    gatePassedAt: NOW,
  },
  ended: { state: { name: "ended", cause: "revoked", at: NOW, by: ref("carol") }, gatePassedAt: NOW },
};
const FAULT = { kind: "permanent", ambiguous: false, targetVersion: 1 } as const;
const HANDLE = { role: "curfew_x" };
const HELD: { readonly [S in Entitlement["state"]]: Entitlement } = {
  // Nothing was begun in its target.
  planned: entitlement(),
  present: present(),
  leaving: entitlement({ state: "leaving", handle: HANDLE }),
  absent: entitlement({ state: "absent" }),
};

const SCHEDULED: Said = ["scheduled", "scheduled", "Granted", false, "scheduled", "Scheduled"];
const OPENING: Said = [
  "provisioning",
  "provisioning",
  "PendingProvisioning",
  false,
  "opening",
  "Opening, waiting for postgres",
];
const LIVE: Said = ["active", "live", "Provisioned", true, "live", "Live"];
/** Whatever the reason, and whether or not an attempt has failed: nobody has seen that it is gone. */
const left = (liveness: string): Said => [
  ...(["deprovisioning", liveness, "PendingRevocation", false] as const),
  ...(["not confirmed gone", "Not confirmed gone"] as const),
];
const CLOSING = left("revoked");
/** The worker has yet to say that it is done. */
const SEEN_GONE: Said = ["deprovisioning", "revoked", "Revoked", false, "revoked", "Revoked"];
const REVOKED: Said = ["ended", "revoked", "Revoked", false, "revoked", "Revoked"];
/** By the clock alone: no worker has looked since. */
const OVER: Said = ["ended", "expired", "Revoked", false, "expired", "Ended on time"];
const NEVER: Said = ["ended", "never_live", "Failed", false, "never live", "Never live"];
const LATE = left("expired");
const UNMADE = left("never_live");

const TABLE: readonly (readonly [GrantName, Entitlement["state"], during: Said, after: Said])[] = [
  ["scheduled", "planned", SCHEDULED, NEVER],
  ["scheduled", "absent", SCHEDULED, NEVER],
  ["provisioning", "planned", OPENING, NEVER],
  ["provisioning", "present", OPENING, UNMADE],
  ["provisioning", "leaving", OPENING, UNMADE],
  ["provisioning", "absent", OPENING, NEVER],
  ["active", "planned", LIVE, OVER],
  ["active", "present", LIVE, LATE],
  ["active", "leaving", LIVE, LATE],
  ["active", "absent", LIVE, OVER],
  ["deprovisioning", "leaving", CLOSING, CLOSING],
  ["deprovisioning", "absent", SEEN_GONE, SEEN_GONE],
  ["ended", "absent", REVOKED, REVOKED],
];

function said(one: Grant, now: Instant): Said {
  const principal = user("colin");
  const kind = { kind: "postgres", traits: null };
  const view = {
    ...{ grant: one, roleName: "Contributor", scopeName: "web", ownerName: "Contoso" },
    beneficiary: { ...ref("colin"), kind: "user", displayName: "Colin", tenantName: "Contoso" } as never,
    targets: new Map(one.entitlements.map(({ targetId }): [TargetId, typeof kind] => [targetId, kind])),
  };
  // What is looked at of it are words; instants are as they are kept.
  const sent = grantJson(view, now) as unknown as GrantJson;
  const { status, inEffect } = fromGrant(one, { principal, groups: [] }, SCOPE, now);
  return [sent.state, sent.liveness, status, inEffect, stateWord(sent), stateWords(sent)];
}

test("the table has every pair of states that may stand together, and no other", () => {
  const pairs = Object.entries(TOGETHER).flatMap(([state, all]) => all.map((held) => `${state} ${held}`));
  assert.deepEqual(TABLE.map(([state, held]) => `${state} ${held}`).sort(), pairs.sort());
});

for (const [state, held, during, after] of TABLE) {
  test(`a grant that is ${state} with what is ${held} in its target is called the same everywhere, in its time and after it`, () => {
    const one = grant({ entitlements: [HELD[held]], ...STATES[state] });
    assert.deepEqual(said(one, minutes(5)), during);
    assert.deepEqual(said(one, END), after);
  });
}

test("what begins by the clock before a worker has looked has begun everywhere", () => {
  const held = grant({ entitlements: [HELD.planned], ...STATES.scheduled });
  assert.deepEqual(said(held, minutes(10)), OPENING);
  assert.deepEqual(said({ ...held, entitlements: [] }, minutes(10)), LIVE);
});

test("what failed to open is called so, whether or not it is tried again by itself", () => {
  for (const kind of ["permanent", "retryable"] as const) {
    const failed = entitlement({ fault: { ...FAULT, kind }, lastError: "nobody answers" });
    const one = grant({ entitlements: [failed], ...STATES.provisioning });
    const [state, liveness, status, inEffect] = OPENING;
    assert.deepEqual(said(one, minutes(5)), [state, liveness, status, inEffect, "not open", "Not open"]);
  }
});

test("a fault that a target met while it held access is forgotten where the access is over by the clock", () => {
  const faulty = grant({ entitlements: [{ ...HELD.present, fault: FAULT }], ...STATES.active });
  assert.deepEqual(said(faulty, minutes(5)), LIVE);
  assert.deepEqual(said(faulty, END), LATE);
});
