/** Who is logged in with a grant at this moment, where its targets can tell. */
import type { Entitlement } from "../../domain/grant.ts";
import type { GrantId, TargetId } from "../../domain/ids.ts";
import type { OpenSession, OpenSessions } from "../../domain/open-session.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import { TargetFault } from "../../domain/target-fault.ts";
import type { Instant } from "../../domain/time.ts";
import { mayLookAtSessions } from "../../policy/authority.ts";
import type { Books } from "../../policy/book/books.ts";
import type { Caller, EffectDeps } from "../ports.ts";
import { UNTOLD_ERROR } from "./grant-view.ts";
import { type NamedPrincipal, namesOf } from "./names.ts";
import { findVisibleGrant } from "./seen-grants.ts";

export interface SessionsOfMember {
  readonly member: NamedPrincipal;
  /** What people call the kind of target. */
  readonly targetLabel: string;
  /** Null where it is not known, and `unknown` says why; empty where nobody is logged in. */
  readonly sessions: readonly OpenSession[] | null;
  readonly more: number;
  readonly unknown: string | null;
}

export interface SessionsView {
  readonly items: readonly SessionsOfMember[];
  readonly at: Instant;
}

/**
 * Looks into each target once. What cannot be looked into, or not by this caller, is said to be unknown, never to be
 * empty.
 */
export async function readSessions(
  deps: EffectDeps,
  caller: Caller,
  id: GrantId,
): Promise<Outcome<SessionsView>> {
  const found = await deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const seen = await findVisibleGrant(tx, caller, id);
    if (!seen.ok) return seen;
    const { grant, books, request } = seen.value;
    return accept({ grant, books, may: mayLookAtSessions(books, caller, grant, request) });
  });
  if (!found.ok) return found;
  const { grant, ...looking } = found.value;
  // Nobody is in with what nobody was given a secret for, nor with what is not there.
  const held = grant.entitlements.filter(
    ({ state, secretClaimedAt }) => isThere(state) && secretClaimedAt !== null,
  );
  const items: SessionsOfMember[] = [];
  for (const [targetId, there] of Map.groupBy(held, (one) => one.targetId))
    items.push(...(await lookIn(deps, { ...looking, caller, owner: grant.tenantId }, targetId, there)));
  return accept({ items, at: deps.clock.now() });
}

function isThere(state: Entitlement["state"]): boolean {
  return state === "present" || state === "leaving";
}

interface Looking {
  readonly may: (held: Entitlement) => Outcome<void>;
  readonly caller: Caller;
  readonly books: Books;
  /** Of the targets. */
  readonly owner: Caller["ref"]["tenantId"];
}

async function lookIn(
  deps: EffectDeps,
  { may, caller, books, owner }: Looking,
  targetId: TargetId,
  held: readonly Entitlement[],
): Promise<SessionsOfMember[]> {
  const names = namesOf(books, caller.ref.tenantId);
  const targetLabel = books.of(owner).traitsOf(targetId)?.label ?? "a target that was removed";
  const seen = held.filter((one) => may(one).ok);
  const look = async (): Promise<(one: Entitlement) => OpenSessions | string> => {
    try {
      const found = await deps.gateway.sessions({ tenantId: owner, id: targetId }, seen);
      return (one) => found?.[seen.indexOf(one)] ?? `${targetLabel} cannot tell who is logged in`;
    } catch (error) {
      if (!(error instanceof TargetFault)) throw error;
      return () => (caller.ref.tenantId === owner ? error.message : UNTOLD_ERROR);
    }
  };
  const answers = seen.length === 0 ? null : await look();
  return held.map((one) => {
    const allowed = may(one);
    const told = allowed.ok ? (answers?.(one) ?? "") : allowed.rejection.message;
    const known = typeof told === "string" ? { sessions: null, more: 0, unknown: told } : told;
    return { unknown: null, ...known, member: names.principal(one.member), targetLabel };
  });
}
