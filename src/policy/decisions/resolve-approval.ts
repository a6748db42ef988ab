/** Who can really decide: a stage that nobody could decide falls to the application's owners, or the ask is refused. */
import type { Application } from "../../domain/application.ts";
import type { TenantId } from "../../domain/ids.ts";
import { type PersonKey, type PrincipalRef, personOf } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Approval, Stage } from "../../domain/role-settings.ts";
import { canAllBeDecided } from "../approval-stages.ts";
import type { Books } from "../book/books.ts";

export interface ApprovalFor {
  readonly home: TenantId;
  readonly application: Application | null;
  readonly conflicted: ReadonlySet<PersonKey>;
}

export function resolveApproval(
  books: Books,
  approval: Approval,
  { home, application, conflicted }: ApprovalFor,
): Outcome<Approval> {
  if (approval.mode === "automatic") return accept(approval);
  const stages: Stage[] = [];
  const seats: Parameters<typeof canAllBeDecided>[0][number][] = [];
  for (const stage of approval.stages) {
    const owners = application === null ? [] : application.owners;
    // Approvers are of the tenant that owns the scope, whatever the settings name.
    const candidates = [stage.approvers, owners].map((all) => all.filter((ref) => ref.tenantId === home));
    const seated = firstAble(books, candidates, stage.required, conflicted);
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
  conflicted: ReadonlySet<PersonKey>,
): { readonly refs: readonly PrincipalRef[]; readonly people: ReadonlySet<PersonKey> } | null {
  for (const refs of candidates) {
    const reached = books.usersReachedBy(refs).map(personOf);
    const people = new Set(reached.filter((person) => !conflicted.has(person)));
    if (people.size >= required) return { refs, people };
  }
  return null;
}
