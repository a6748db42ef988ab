/** A grant as one of its two parties may see it: with names, and of its targets what that party may know (I11). */
import { type Unconfirmed, unconfirmedOf } from "../../domain/confirmation.ts";
import type { Entitlement, Grant } from "../../domain/grant.ts";
import type { AccessRequestId, TargetId } from "../../domain/ids.ts";
import type { TargetTraits } from "../../domain/target-traits.ts";
import type { Instant } from "../../domain/time.ts";
import type { Books } from "../../policy/book/books.ts";
import type { Caller } from "../ports.ts";
import { type NamedPrincipal, namesOf } from "./names.ts";

export interface GrantView {
  readonly grant: Grant;
  readonly beneficiary: NamedPrincipal;
  readonly roleName: string;
  readonly scopeName: string;
  readonly ownerName: string;
  /** Of each target that holds something of it, so that a person can be told how it ends there. */
  readonly targets: ReadonlyMap<TargetId, HoldingTarget>;
  /** Null where none waits; left out of an answer to a decision, after which none does. */
  readonly extension?: PendingExtension | null;
}

export interface HoldingTarget {
  /** `gone` when the target was removed. */
  readonly kind: string;
  /** Null where the kind is not known here. */
  readonly traits: TargetTraits | null;
}

/** More time that was asked for and is not decided. */
export interface PendingExtension {
  readonly requestId: AccessRequestId;
  readonly askedAt: Instant;
  /** How long, counted from the decision. */
  readonly durationMs: number;
  readonly decideBy: Instant;
}

/** For the other party of a grant. */
export const UNTOLD_ERROR = "the target did not confirm it; its owner sees why";

export function viewGrant(books: Books, caller: Caller, grant: Grant): GrantView {
  const names = namesOf(books, caller.ref.tenantId);
  return {
    grant: asSeenBy(caller, grant),
    beneficiary: names.principal(grant.beneficiary),
    roleName: names.role(grant.roleDefinitionId),
    scopeName: names.scope(grant.scope),
    ownerName: names.tenant(grant.tenantId),
    targets: targetsOf(books, grant),
  };
}

/** Whether what somebody holds by a grant is got into by something that they fetch. */
export function fetchesIn(targets: GrantView["targets"]): (held: Entitlement) => boolean {
  return ({ targetId }) => targets.get(targetId)?.traits?.issuesSecret === true;
}

/** In the words that people have for the kinds of its targets. */
export function unconfirmedIn(
  { grant, targets }: Pick<GrantView, "grant" | "targets">,
  now: Instant,
): Unconfirmed | null {
  return unconfirmedOf(grant, now, (id) => {
    const { traits, kind } = targets.get(id) ?? { traits: null, kind: "gone" };
    return traits?.label ?? (kind === "gone" ? "a target that was removed" : kind);
  });
}

/** What a target said names its owner's hosts and roles: the other party reads only that it failed (I11). */
function asSeenBy(caller: Caller, grant: Grant): Grant {
  if (caller.ref.tenantId === grant.tenantId) return grant;
  const entitlements = grant.entitlements.map((one) => ({
    ...one,
    lastError: one.lastError === null ? null : UNTOLD_ERROR,
    unopened: one.unopened == null ? null : UNTOLD_ERROR,
  }));
  return { ...grant, entitlements };
}

/** Targets are their owner's; of them the other party of a grant it may see learns of what kind they are, and nothing else. */
function targetsOf(books: Books, { tenantId, entitlements }: Grant): Map<TargetId, HoldingTarget> {
  const book = books.of(tenantId);
  return new Map(
    entitlements.map(({ targetId }) => [
      targetId,
      { kind: book.target(targetId)?.kind ?? "gone", traits: book.traitsOf(targetId) },
    ]),
  );
}
