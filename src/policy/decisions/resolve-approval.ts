/** Who can really decide: a stage that nobody could decide falls to the application's owners, or the ask is refused. */
import type { Application } from "../../domain/application.ts";
import { type PersonKey, type PrincipalRef, personOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Approval, Stage } from "../../domain/role-settings.ts";
import { canAllBeDecided } from "../approval-stages.ts";
import { type Books, type Deciding, whoCanDecide } from "../book/books.ts";

export interface ApprovalFor extends Deciding {
  readonly application: Application | null;
}

export function resolveApproval(
  books: Books,
  approval: Approval,
  { application, ...deciding }: ApprovalFor,
): Outcome<Approval> {
  if (approval.mode === "automatic") return accept(approval);
  const stages: Stage[] = [];
  const seats: Parameters<typeof canAllBeDecided>[0][number][] = [];
  for (const stage of approval.stages) {
    const owners = application === null ? [] : application.owners;
    const candidates = [stage.approvers, owners].map((all) =>
      all.filter(({ tenantId }) => tenantId === deciding.home),
    );
    const seated = firstAble(books, candidates, stage.required, deciding);
    if (seated === null) return nobodyLeft();
    stages.push({ ...stage, approvers: seated.refs });
    seats.push({ required: stage.required, people: seated.people });
  }
  // Who may come in by escalation is left out: an ask must not depend on approvers who let time pass.
  return canAllBeDecided(seats) ? accept({ mode: "manual", stages }) : nobodyLeft();
}

function nobodyLeft() {
  return reject(
    "no_eligible_approver",
    "nobody is left who could approve this: the approvers are none, too few, or only yourself; ask an administrator to name some",
  );
}

function firstAble(
  books: Books,
  candidates: readonly (readonly PrincipalRef[])[],
  required: number,
  deciding: Deciding,
): { readonly refs: readonly PrincipalRef[]; readonly people: ReadonlySet<PersonKey> } | null {
  for (const refs of candidates) {
    const people = new Set(whoCanDecide(books, refs, deciding).map(personOf));
    if (people.size >= required) return { refs, people };
  }
  return null;
}
