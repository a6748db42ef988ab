/** Thirty days of a small company's access, made through the real use cases with a moved clock. */

import type { AccessRequest } from "../domain/access-request.ts";
import type { Outcome } from "../domain/rejection.ts";
import { CONTRIBUTOR_ID, READER_ID } from "../domain/role-definition.ts";
import type { Scope } from "../domain/scope.ts";
import { addMs, DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../domain/time.ts";
import type { SubmitInput } from "../policy/decisions/prepare.ts";
import { advancePlainGrants } from "../use-cases/grants/advance-plain-grants.ts";
import { extendGrant } from "../use-cases/grants/extend-grant.ts";
import { deliverNotifications } from "../use-cases/notifications/deliver-notifications.ts";
import type { EffectDeps } from "../use-cases/ports.ts";
import { decideRequest } from "../use-cases/requests/decide-request.ts";
import { submitRequest } from "../use-cases/requests/submit-request.ts";
import type { DueWork } from "../worker/worker.ts";
import { type MovedClock, movedClock } from "./moved-clock.ts";
import { personAt, type World } from "./people.ts";
import { EXTENDED_DAY, NARROWED_DAY, PLANS, type Plan } from "./plans.ts";

export const HISTORY_DAYS = 30;

export interface Places {
  readonly orders: Scope;
  readonly billing: Scope;
  readonly web: Scope;
  readonly subscription: Scope;
}

interface Past {
  readonly deps: EffectDeps;
  readonly due: DueWork;
  readonly clock: MovedClock;
  readonly world: World;
  readonly places: Places;
}

export async function makeHistory(
  system: { deps: EffectDeps; due: DueWork },
  world: World,
  places: Places,
  now: Instant,
): Promise<void> {
  const clock = movedClock(addMs(now, -HISTORY_DAYS * DAY_MS));
  const past: Past = {
    deps: { ...system.deps, clock, onExpired: () => {} },
    due: system.due,
    clock,
    world,
    places,
  };
  for (let day = 0; day < HISTORY_DAYS; day++) {
    const morning = addMs(now, (day - HISTORY_DAYS) * DAY_MS);
    for (const [index, plan] of PLANS.slice((day % 15) * 2, (day % 15) * 2 + 2).entries()) {
      clock.to(addMs(morning, (1 + index * 9) * HOUR_MS + ((day * 17) % 50) * MINUTE_MS));
      await live(past, plan, day);
    }
  }
  // The last ends lie behind the demo's start.
  clock.to(addMs(now, -MINUTE_MS));
  await settle(past);
}

/** One ask, its decision a few minutes later, and its end. */
async function live(past: Past, plan: Plan, day: number): Promise<void> {
  const { deps, clock, world } = past;
  const requester = personAt(world, { tenant: plan.tenant, name: plan.who, now: clock.now() });
  const request = must(await submitRequest(deps, requester, askFor(past, plan)), plan.because);
  clock.by((2 + (day % 7)) * MINUTE_MS);
  const decided = request.state.name === "pending" ? await decide(past, plan, request, day) : request;
  if (decided.state.name !== "approved") return settle(past);
  if (day === EXTENDED_DAY && plan.place === "billing") await extend(past, plan, decided);
  clock.by(plan.durationMs + MINUTE_MS);
  await settle(past);
}

async function decide(past: Past, plan: Plan, request: AccessRequest, day: number): Promise<AccessRequest> {
  const { deps, clock, world } = past;
  const approver = personAt(world, {
    tenant: "contoso",
    name: day % 3 === 0 ? "carol" : "casey",
    now: clock.now(),
  });
  const narrowed = day === NARROWED_DAY && plan.denied === undefined;
  const input = {
    requestId: request.id,
    decision: plan.denied === undefined ? ("approve" as const) : ("deny" as const),
    justification: plan.denied ?? (narrowed ? "half of that is enough" : (plan.approved ?? "fine")),
    terms: narrowed ? { durationMs: plan.durationMs / 2 } : null,
    surfaceAsks: true,
    expectedVersion: null,
  };
  return must(await decideRequest(deps, approver, input), plan.because);
}

async function extend(past: Past, plan: Plan, request: AccessRequest): Promise<void> {
  const [grantId] = request.state.name === "approved" ? request.state.grantIds : [];
  if (grantId === undefined) return;
  past.clock.by(plan.durationMs / 2);
  const requester = personAt(past.world, { tenant: plan.tenant, name: plan.who, now: past.clock.now() });
  const ask = {
    grantId,
    durationMs: plan.durationMs,
    justification: "the import is still running",
    ticket: null,
  };
  must(await extendGrant(past.deps, requester, ask), "an extension");
}

function askFor({ places }: Past, plan: Plan): SubmitInput {
  return {
    scope: places[plan.place],
    roleDefinitionIds: [plan.place === "subscription" ? READER_ID : CONTRIBUTOR_ID],
    durationMs: plan.durationMs,
    startAt: null,
    neededUntil: null,
    justification: plan.because,
    ticket: plan.ticket === undefined ? null : { system: "jira", number: plan.ticket },
    purpose: plan.purpose,
    plan: null,
    beneficiary: null,
    emergency: false,
  };
}

/** What the worker would have done up to this moment. */
async function settle({ deps, due, clock }: Past): Promise<void> {
  for (let rounds = 0; rounds < 10; rounds++) {
    const grants = await due.grants(clock.now(), 500);
    if (grants.length === 0) break;
    for (const { tenantId, id } of grants) await advancePlainGrants(deps, tenantId, [id]);
  }
  for (const tenantId of await due.tenantsWithOutbox()) await deliverNotifications(deps, tenantId);
}

export function must<T>(outcome: Outcome<T>, what: string): T {
  if (!outcome.ok) throw new Error(`the demo's history broke at "${what}": ${outcome.rejection.message}`);
  return outcome.value;
}
