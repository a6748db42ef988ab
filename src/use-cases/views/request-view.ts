/** An access request as one of its two parties may see it: the other party's people stay unnamed (I11). */
import type { AccessRequest, ApprovalRecord } from "../../domain/access-request.ts";
import { isPending, requestAt, standingApprovals } from "../../domain/access-request.ts";
import type { TenantId } from "../../domain/ids.ts";
import type { User } from "../../domain/principal.ts";
import type { Stage } from "../../domain/role-settings.ts";
import { toldTo } from "../../domain/rule.ts";
import type { Instant } from "../../domain/time.ts";
import { type Books, whoCanDecide } from "../../policy/book/books.ts";
import { seatsToday, whoIsLeft } from "../../policy/decisions/recheck.ts";
import type { Caller } from "../ports.ts";
import type { Became } from "./grants-led-to.ts";
import { type NamedPrincipal, namesOf, type SyncNames } from "./names.ts";

export interface StageView {
  readonly required: number;
  readonly approved: number;
  readonly approvers: DecidersView;
}

/** People of one's own tenant by name, another tenant by name and number. */
export interface DecidersView {
  readonly tenantName: string;
  readonly count: number;
  readonly names: readonly string[];
}

export interface DecisionView {
  readonly decision: ApprovalRecord["decision"];
  readonly by: NamedPrincipal | { readonly tenantName: string };
  readonly stage: number;
  readonly justification: string | null;
  readonly terms: ApprovalRecord["terms"];
  readonly at: ApprovalRecord["at"];
}

export interface RequestView {
  readonly request: AccessRequest;
  readonly requester: NamedPrincipal;
  readonly beneficiary: NamedPrincipal;
  readonly scopeName: string;
  readonly ownerName: string;
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly stages: readonly StageView[];
  readonly decisions: readonly DecisionView[];
  /** Of what was approved, where it is looked up: not in the answer to a decision, after which nothing has become of it yet. */
  readonly became?: Became | null;
}

/** `books`: of both parties, and of whoever looks. It is told as it is at `now`. */
export function viewRequest(books: Books, caller: Caller, stored: AccessRequest, now: Instant): RequestView {
  const request = denialTold(caller, requestAt(stored, now));
  const names = namesOf(books, caller.ref.tenantId);
  const deciders = decidersOf(books, request);
  return {
    request,
    requester: names.principal(request.requester),
    beneficiary: names.principal(request.beneficiary),
    scopeName: names.scope(request.scope),
    ownerName: names.tenant(request.tenantId),
    roles: request.asked.roleDefinitionIds.map((id) => ({ id, name: names.role(id) })),
    stages: request.stages.map((stage, index) => ({
      required: stage.required,
      approved: standingApprovals(request).filter((given) => given.stage === index).length,
      approvers: viewDeciders({ names, caller }, deciders(stage, index), request),
    })),
    decisions: request.approvals.map(({ decision, stage, justification, terms, at, approver }) => ({
      decision,
      stage,
      justification,
      terms,
      at,
      by:
        approver.tenantId === caller.ref.tenantId
          ? names.principal(approver)
          : { tenantName: names.tenant(request.tenantId) },
    })),
  };
}

/** Whatever version wrote down why. */
function denialTold({ ref }: Caller, request: AccessRequest): AccessRequest {
  const { state, tenantId } = request;
  if (state.name !== "denied") return request;
  return { ...request, state: { ...state, rules: toldTo(ref.tenantId === tenantId, state.rules) } };
}

/** Only people who could decide it are counted: now while it waits, else those that a stage named. */
function decidersOf(books: Books, request: AccessRequest): (stage: Stage, index: number) => readonly User[] {
  if (isPending(request)) {
    const seats = seatsToday(books, request);
    return ({ approvers: named }, index) => whoIsLeft(books, request, { index, named, seats });
  }
  const conflicted = books.peopleBehind([request.requester, request.beneficiary]);
  return ({ approvers }) => whoCanDecide(books, approvers, { home: request.tenantId, conflicted });
}

export interface DecidersAsked {
  readonly names: SyncNames;
  readonly caller: Caller;
}

/** `users`: who can decide; `owned`: what, and so of which tenant they are. */
export function viewDeciders(
  { names, caller }: DecidersAsked,
  users: readonly User[],
  owned: Pick<AccessRequest, "tenantId">,
): DecidersView {
  const mine = caller.ref.tenantId === owned.tenantId;
  return {
    tenantName: names.tenant(owned.tenantId),
    count: users.length,
    names: mine ? users.map((user) => user.displayName) : [],
  };
}

/** Whose books a view of these needs, beside the caller's. */
export function partiesOf(
  all: readonly { readonly tenantId: TenantId; readonly otherTenantId: TenantId | null }[],
): readonly TenantId[] {
  return [
    ...new Set(
      all.flatMap(({ tenantId, otherTenantId }) =>
        otherTenantId === null ? [tenantId] : [tenantId, otherTenantId],
      ),
    ),
  ];
}
