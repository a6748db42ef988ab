/** Books and callers for decisions that a test makes without a database: Contoso's, and Fabrikam's where both are parties. */
import { type Application, DEFAULT_JIT_POLICY, type JitPolicy } from "../../domain/application.ts";
import type { Caller } from "../../domain/caller.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import type { ApplicationId, IdSource, ObjectId, OfferId, TenantId } from "../../domain/ids.ts";
import {
  group,
  minutes,
  NOW,
  OTHER_TENANT,
  ref,
  roleId,
  SCOPE,
  TENANT,
  user,
} from "../../domain/life.fixture.ts";
import type { Principal } from "../../domain/principal.ts";
import type { Rejection, RejectionCode } from "../../domain/rejection.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import type { SettingsOverride, Stage } from "../../domain/role-settings.ts";
import { type Scope, scopeKey, subscriptionOf } from "../../domain/scope.ts";
import { HOUR_MS } from "../../domain/time.ts";
import { eligibility, SESSION } from "../activation.fixture.ts";
import { type Book, makeBook } from "../book/book.ts";
import { type BookContents, emptyContents } from "../book/contents.ts";
import type { Decided } from "./change.ts";
import type { PastAsks } from "./gather.ts";
import type { SubmitInput } from "./prepare.ts";

export const MANAGED = SCOPE.replace("/web", "/orders-managed") as Scope;
export const ORDERS = SCOPE.replace(
  "/web",
  "/orders/providers/Microsoft.Solutions/applications/orders",
) as Scope;
export const HOUR = minutes(60);

const role = (name: string): RoleDefinition => ({
  id: roleId(name),
  tenantId: TENANT,
  name,
  description: "",
  permissions: { actions: [`test/${name}`], notActions: [], dataActions: [], notDataActions: [] },
  assignableScopes: ["/" as Scope],
});

/** A book of the principals' tenant: of Contoso with its subscription and two roles. */
export function book(
  principals: readonly Principal[],
  more: Partial<BookContents> = {},
  tenantId: TenantId = TENANT,
): Book {
  const id = subscriptionOf(SCOPE);
  const own = tenantId === TENANT && id !== null;
  return makeBook(7, {
    ...emptyContents(),
    tenant: new Map([
      [tenantId, { id: tenantId, name: tenantId, displayName: titled(tenantId), closedAt: null }],
    ]),
    principal: new Map(principals.map((one) => [one.objectId, { ...one, name: one.displayName }])),
    subscription: own ? new Map([[id, { tenantId, id, name: "production" }]]) : new Map(),
    role: own ? new Map(["contributor", "reader"].map((name) => [roleId(name), role(name)])) : new Map(),
    ...more,
  });
}

export function members(held: Readonly<Record<string, readonly string[]>>): BookContents["members"] {
  return new Map(Object.entries(held).map(([one, all]) => [one, all as ObjectId[]]));
}

export function eligible(...all: readonly Partial<Eligibility>[]): BookContents["eligibility"] {
  return new Map(all.map((one, at) => [`e${at}`, { ...eligibility(one), name: `e${at}` }]));
}

/** The settings of Contributor and Reader at `SCOPE`. */
export function rules(override: SettingsOverride): BookContents["settings"] {
  const row = (name: string) => ({ id: name, name, roleDefinitionId: roleId(name), tier: null, version: 3 });
  const at = {
    scope: SCOPE,
    scopeKey: scopeKey(SCOPE),
    override: { justificationRequired: false, ...override },
  };
  return new Map(["contributor", "reader"].map((name) => [name, { ...row(name), ...at }]));
}

export function manual(...stages: readonly Stage[]): SettingsOverride {
  return { approval: { mode: "manual", stages } };
}

export const AUTOMATIC: SettingsOverride = { approval: { mode: "automatic", notified: [] } };

export const PEOPLE: readonly Principal[] = [
  ...["colin", "carol", "casey", "chris", "cora"].map((name) => user(name)),
  group("approvers"),
];

/** Colin is eligible for both roles; Carol, Casey and Chris are approvers, as `override` says. */
export function contoso(
  override: SettingsOverride,
  more: Partial<BookContents> = {},
  others: readonly Principal[] = [],
): Book {
  return book([...PEOPLE, ...others], {
    members: members({ approvers: ["carol", "casey", "chris"] }),
    settings: rules(override),
    eligibility: eligible({}, { roleDefinitionId: roleId("reader") }),
    ...more,
  });
}

/** Fabrikam's application at Contoso. */
export function orders(policy: Partial<JitPolicy> | null, more: Partial<Application> = {}): Application {
  const one = { principal: ref("frank", OTHER_TENANT), roleDefinitionId: roleId("contributor") };
  return {
    id: "orders" as ApplicationId,
    tenantId: TENANT,
    publisherTenantId: OTHER_TENANT,
    name: "orders",
    scope: ORDERS,
    managedScope: MANAGED,
    offerId: "offer" as OfferId,
    offerVersion: 1,
    authorizations: [one, { ...one, principal: ref("deployer", OTHER_TENANT) }],
    roles: [role("contributor")],
    owners: [ref("cora")],
    jitAccess:
      policy === null
        ? { enabled: false, acknowledgedBy: ref("carol"), acknowledgedAt: NOW }
        : { enabled: true, policy: { ...DEFAULT_JIT_POLICY, ...policy }, policyVersion: 1 },
    version: 1,
    deployedAt: NOW,
    deletedAt: null,
    ...more,
  };
}

export function caller(name: string, more: Partial<Caller> = {}): Caller {
  return { ref: ref(name), kind: "user", rights: [], session: SESSION, limited: false, ...more };
}

export function workloadCaller(name: string, tenantId: TenantId = TENANT): Caller {
  return caller(name, { ref: ref(name, tenantId), kind: "servicePrincipal" });
}

/** `id-1`, `id-2` and so on. */
export function counted(): IdSource {
  let next = 0;
  return { next: () => `id-${++next}` };
}

export const NOTHING_ASKED: PastAsks = {
  pending: [],
  pendingOfRequester: 0,
  lastDeniedAt: null,
  emergencyReviewDue: false,
};
export const NOTHING = { held: [], past: NOTHING_ASKED };

/** Contributor on `SCOPE` for an hour, for oneself. */
export function input(more: Partial<SubmitInput> = {}): SubmitInput {
  return {
    scope: SCOPE,
    roleDefinitionIds: [roleId("contributor")],
    durationMs: HOUR_MS,
    startAt: null,
    neededUntil: null,
    justification: null,
    ticket: null,
    purpose: null,
    plan: null,
    beneficiary: null,
    emergency: false,
    ...more,
  };
}

/** What was decided; a refusal fails the test. */
export function decided<T>(one: Decided<T>): Extract<Decided<T>, { readonly ok: true }> {
  if (!one.ok) throw new Error(`${one.rejection.code}: ${one.rejection.message}`);
  return one;
}

/** The code of a refusal, which never comes with anything to write. */
export function code(
  one: { readonly ok: true } | { readonly ok: false; readonly rejection: Rejection },
): RejectionCode | "ok" {
  if (one.ok) return "ok";
  if ("change" in one) throw new Error("a refusal with a change");
  return one.rejection.code;
}

function titled(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}
