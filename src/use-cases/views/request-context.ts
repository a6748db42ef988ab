/** What somebody needs beside a request to decide it well, or to know why they cannot. */

import { type AccessRequest, windowOf } from "../../domain/access-request.ts";
import type { Ending } from "../../domain/ending.ts";
import { effectiveEnd, type Grant, isLive, type LivenessReason, livenessOf } from "../../domain/grant.ts";
import type { AccessRequestId, GrantId, RoleDefinitionId } from "../../domain/ids.ts";
import { type RoleWords, wordsFor } from "../../domain/permission-words.ts";
import { holdersOf, type PrincipalRef, samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome, type Rejection } from "../../domain/rejection.ts";
import type { RequestHistory } from "../../domain/request-history.ts";
import type { RuleOutcome } from "../../domain/rule.ts";
import type { Instant, Window } from "../../domain/time.ts";
import { mayCancel } from "../../policy/authority.ts";
import type { Recheck } from "../../policy/decisions/recheck.ts";
import { lookAtSeat, type Seat } from "../../policy/decisions/seat.ts";
import { extendedEnd, lastEnd } from "../../policy/rules/time.ts";
import { boundTargets, heldEnd } from "../../policy/target-limits.ts";
import type { RequestMoment } from "../decisions.ts";
import { noSuchRequest } from "../find-request.ts";
import type { Caller, EffectDeps, Tx } from "../ports.ts";
import { isUnseated, leftSeatOf } from "../requests/left-seat.ts";
import { earlierAsks, grantsNear, type LatelyAsked, latelyAsked } from "./beside-request.ts";
import { endsIn, targetsFor } from "./ends.ts";
import { namesIn } from "./names.ts";
import { findVisibleRequest } from "./read-requests.ts";
import { type Talk, talkAbout } from "./request-talk.ts";

export interface RequestContext {
  readonly canDecide: boolean;
  /** Why the caller cannot; null when they can. */
  readonly cannotDecide: Rejection | null;
  readonly canCancel: boolean;
  readonly canAccept: boolean;
  /** What each role asked for adds to what the beneficiary holds live now. */
  readonly adds: readonly AddedRole[];
  readonly history: RequestHistory;
  /** The beneficiary's other open grants at, above or below the scope. */
  readonly overlapping: readonly NearGrant[];
  /** As they answer now, for the side that owns the scope; empty once it is decided. */
  readonly rules: readonly RuleOutcome[];
  /** If the last approval fell now; as it was decided where it was. */
  readonly window: Window;
  /** The access that it would extend, as it ends now; null for what extends nothing. */
  readonly extending: ExtendedGrant | null;
  /** What an approver may not go below; null once it is decided. */
  readonly minimumDurationMs: number | null;
  /** Whether deciding asks for a justification. */
  readonly justificationRequired: boolean;
  /** What the beneficiary asked for in the last 30 days, as far as the caller may see it. */
  readonly lately: readonly LatelyAsked[];
  readonly talk: Talk;
  readonly ends: readonly Ending[];
}

export interface ExtendedGrant extends Window {
  readonly grantId: GrantId;
  /** However much is approved, an extension goes no further. */
  readonly latestEnd: Instant | null;
}

export interface AddedRole extends RoleWords {
  readonly roleDefinitionId: RoleDefinitionId;
  readonly roleName: string;
}

export interface NearGrant {
  readonly grant: Grant;
  readonly roleName: string;
  readonly scopeName: string;
  readonly liveness: LivenessReason;
}

export async function readRequestContext(
  deps: EffectDeps,
  caller: Caller,
  id: AccessRequestId,
): Promise<Outcome<RequestContext>> {
  const seen = await deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await findVisibleRequest(tx, caller, id);
    return found.ok ? { home: found.value.tenantId, ...(await asSeen(tx, deps, caller, found.value)) } : null;
  });
  if (seen === null) return noSuchRequest(id);
  const { home, ...own } = seen;
  const looked = await deps.decisions(deps.clock).atRequest(caller, id);
  if (!looked.ok) return looked;
  const { request } = looked.value;
  if (request === null) return noSuchRequest(id);
  const at = { ...looked.value, request };
  return deps.store.inTenant(home, async (tx) => accept({ ...(await contextOf(tx, deps, at)), ...own }));
}

type AsSeen = Pick<RequestContext, "lately" | "talk">;

/** What is read among the caller's own rows: what they may see, as their log tells it. */
async function asSeen(tx: Tx, deps: EffectDeps, caller: Caller, request: AccessRequest): Promise<AsSeen> {
  const now = deps.clock.now();
  return {
    lately: await latelyAsked(tx, caller, request, now),
    talk: await talkAbout(tx, caller, request, now),
  };
}

type Looking = RequestMoment & { readonly request: AccessRequest };

async function contextOf(tx: Tx, deps: EffectDeps, at: Looking): Promise<Omit<RequestContext, keyof AsSeen>> {
  const { books, caller, request, now } = at;
  const { recheck, seat: looked } = lookAtSeat(books, { caller, request, now }, at);
  const seat = await explained(tx, at, looked);
  const undecided = recheck !== null;
  const own = caller.ref.tenantId === request.tenantId;
  const near = await grantsNear(tx, request, await holders(tx, request.beneficiary), now);
  const window = windowFor(at, recheck);
  const { scope, managedScope, beneficiary } = request;
  const { roleDefinitionIds } = request.terms;
  const plan = { scope, managedScope, beneficiary, roleDefinitionIds, endsAt: window.endsAt };
  return {
    canDecide: seat.ok,
    cannotDecide: seat.ok ? null : seat.rejection,
    canCancel: undecided && mayCancel(caller, request).ok,
    canAccept: undecided && canAccept(caller, request),
    adds: await addsOf(
      tx,
      request,
      near.covering.filter((grant) => isLive(grant, now)),
    ),
    history: await earlierAsks(tx, request, now),
    overlapping: await namedGrants(tx, near.other, now),
    // INVARIANT I11: what the rules answer may quote the consumer's conditions and people.
    rules: own && undecided ? recheck.decision.rules : [],
    window,
    extending: extendedIn(at, recheck),
    minimumDurationMs: recheck?.settings.minimumDurationMs ?? null,
    justificationRequired: recheck?.settings.approverJustification !== "never",
    ends: await endsIn(deps, caller, {
      home: request.tenantId,
      targetIds: targetsFor(books.of(request.tenantId), plan),
    }),
  };
}

/** Somebody who left an approver group since then learns since when. */
async function explained(tx: Tx, { caller, request }: Looking, seat: Outcome<Seat>): Promise<Outcome<Seat>> {
  if (seat.ok || !isUnseated(seat.rejection)) return seat;
  return (await leftSeatOf(tx, caller.ref, request)) ?? seat;
}

function canAccept(caller: Caller, { state, requester }: AccessRequest): boolean {
  return state.name === "pending" && state.proposal !== null && samePrincipal(caller.ref, requester);
}

async function holders(tx: Tx, ref: PrincipalRef): Promise<PrincipalRef[]> {
  const identity = await tx.directory.identity(ref);
  return identity === null ? [ref] : holdersOf(identity);
}

async function addsOf(tx: Tx, request: AccessRequest, live: readonly Grant[]): Promise<AddedRole[]> {
  const heldIds = [...new Set(live.map(({ roleDefinitionId }) => roleDefinitionId))];
  const asked = await tx.policy.roles(request.terms.roleDefinitionIds);
  const held = heldIds.length === 0 ? [] : await tx.policy.roles(heldIds);
  return asked.map((role) => ({ roleDefinitionId: role.id, roleName: role.name, ...wordsFor(role, held) }));
}

async function namedGrants(tx: Tx, grants: readonly Grant[], now: Instant): Promise<NearGrant[]> {
  const names = namesIn(tx);
  const named: NearGrant[] = [];
  for (const grant of grants) {
    const roleName = await names.role(grant.roleDefinitionId);
    const scopeName = await names.scope(grant.scope);
    named.push({ grant, roleName, scopeName, liveness: livenessOf(grant, now) });
  }
  return named;
}

function extendedIn({ extending }: Looking, recheck: Recheck | null): ExtendedGrant | null {
  if (extending === null) return null;
  const { id: grantId, startsAt } = extending;
  const endsAt = effectiveEnd(extending);
  const latestEnd =
    recheck === null ? null : lastEnd(extending, ofRole(extending, recheck), recheck.settings.maximumTotalMs);
  return { grantId, startsAt, endsAt, latestEnd };
}

/** INVARIANT I4: of what was not decided, from now; of what was, from the decision. */
function windowFor(
  { books, request, extending: extended, now }: Looking,
  recheck: Recheck | null,
): Window & { readonly endsAt: Instant } {
  const { state, terms } = request;
  const targets = boundTargets(books.of(request.tenantId), terms.roleDefinitionIds, {
    ...request,
    kind: "activation",
  });
  if (extended === null || extended.endsAt === null || recheck === null) {
    const window = windowOf(terms, state.name === "pending" ? now : state.at);
    return { ...window, endsAt: heldEnd(window.endsAt, targets) };
  }
  const { startsAt, endsAt } = extended;
  const { maximumTotalMs } = recheck.settings;
  const more = { ...terms, maximumTotalMs, now, targets };
  return { startsAt, endsAt: extendedEnd({ startsAt, endsAt }, ofRole(extended, recheck), more) };
}

function ofRole({ roleDefinitionId }: Grant, { held }: Recheck) {
  return held.filter((one) => one.roleDefinitionId === roleDefinitionId);
}
