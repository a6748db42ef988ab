/** Ends access before its time: by its holder (deactivate), or by the owner's side (revoke); and what is said of an emergency. */

import type { Grant } from "../../domain/grant.ts";
import type { GrantId } from "../../domain/ids.ts";
import type { Outcome } from "../../domain/rejection.ts";
import { isParty } from "../../policy/authority.ts";
import type { Decided } from "../../policy/decisions/change.ts";
import {
  type Closing,
  closeGrant as close,
  deactivateGrant as decideDeactivation,
  reviewGrant as decideReview,
  revokeGrant as decideRevocation,
  type Ending,
  type Hanging,
  type Review,
} from "../../policy/decisions/end.ts";
import { concluded, madeIn, onlyMade } from "../conclude.ts";
import type { GrantMoment, Made, Who } from "../decisions.ts";
import { noSuchGrant } from "../find-request.ts";
import type { Deps, Tx } from "../ports.ts";
import type { Alongside } from "../surface-resources.ts";
import { everyPage, positionOfGrant } from "../views/pages.ts";

export { BY_SYSTEM, systemEvent } from "../../policy/decisions/end.ts";

const CHILDREN_AT_ONCE = 500;

type Outcomes = Outcome<Made<Grant, GrantMoment>>;

export async function deactivateAt(
  deps: Deps,
  who: Who,
  id: GrantId,
  also?: Alongside<Grant>,
): Promise<Outcomes> {
  return onGrant(deps, who, { id, also }, decideDeactivation);
}

export const deactivateGrant = onlyMade(deactivateAt);

export interface Revocation {
  readonly justification: string | null;
  /** What a surface keeps of it, in the same transaction. */
  readonly also?: Alongside<Grant>;
}

export async function revokeAt(
  deps: Deps,
  who: Who,
  id: GrantId,
  { justification, also }: Revocation,
): Promise<Outcomes> {
  return onGrant(deps, who, { id, also }, (ending) => decideRevocation(ending, justification));
}

export async function revokeGrant(
  deps: Deps,
  who: Who,
  id: GrantId,
  justification: string | null,
): Promise<Outcome<Grant>> {
  return madeIn(await revokeAt(deps, who, id, { justification }));
}

export interface ReviewInput extends Review {
  readonly grantId: GrantId;
}

export async function reviewAt(deps: Deps, who: Who, input: ReviewInput): Promise<Outcomes> {
  return onGrant(deps, who, { id: input.grantId }, (ending) => decideReview(ending, input));
}

export const reviewGrant = onlyMade(reviewAt);

async function onGrant(
  deps: Deps,
  who: Who,
  { id, also }: { readonly id: GrantId; readonly also?: Alongside<Grant> | undefined },
  work: (ending: Ending) => Decided<Grant>,
): Promise<Outcomes> {
  const result = await deps.decisions(deps.clock).onGrant(
    who,
    id,
    (at) => {
      const { grant } = at;
      // INVARIANT I12: of the two parties' own people only.
      if (grant === null || !isParty(at.caller, grant)) return noSuchGrant(id);
      return work({ ...at, grant });
    },
    { also },
  );
  const outcome = await concluded(deps, result);
  if (!outcome.ok) return outcome;
  if ("kept" in outcome.value) throw new Error("an end was answered under a key that nobody gave");
  return { ok: true, value: outcome.value };
}

/** Within a transaction that does more: not live from its commit on, with everything that hangs on it. */
export async function closeGrant(tx: Tx, grant: Grant, closing: Closing): Promise<Grant> {
  const { closed, rows } = close(grant, await hangingOn(tx, grant.id), closing);
  await tx.write(rows, closing.now);
  return closed;
}

async function hangingOn(tx: Tx, id: GrantId): Promise<Hanging> {
  const under: Hanging["under"][number][] = [];
  const extension = await tx.requests.pendingExtension(id);
  const filter = { underGrantId: id, unclosed: true, limit: CHILDREN_AT_ONCE } as const;
  for await (const some of everyPage(filter, tx.grants.list, positionOfGrant)) {
    for (const grant of some) {
      const own = await hangingOn(tx, grant.id);
      under.push({ grant, extension: own.extension }, ...own.under);
    }
  }
  return { extension, under };
}
