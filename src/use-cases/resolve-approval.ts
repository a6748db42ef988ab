/** Who can really decide: a stage that nobody could decide falls to the application's owners, or the ask is refused. */
import type { Application } from "../domain/application.ts";
import { type PersonKey, type PrincipalRef, personOf } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import type { Approval, Stage } from "../domain/role-settings.ts";
import type { DirectoryTx } from "./ports.ts";

export async function resolveApproval(
  tx: DirectoryTx,
  approval: Approval,
  application: Application | null,
  conflicted: ReadonlySet<PersonKey>,
): Promise<Outcome<Approval>> {
  if (approval.mode === "automatic") return accept(approval);
  const stages: Stage[] = [];
  for (const stage of approval.stages) {
    const owners = application === null ? [] : application.owners;
    const seated = await firstAble(tx, [stage.approvers, owners], stage.required, conflicted);
    if (seated === null) {
      return reject(
        "no_eligible_approver",
        "nobody is left who could approve this: the approvers are none, too few, or only yourself; ask an administrator to name some",
      );
    }
    stages.push({ ...stage, approvers: seated });
  }
  return accept({ mode: "manual", stages });
}

async function firstAble(
  tx: DirectoryTx,
  candidates: readonly (readonly PrincipalRef[])[],
  required: number,
  conflicted: ReadonlySet<PersonKey>,
): Promise<readonly PrincipalRef[] | null> {
  for (const refs of candidates) {
    const people = (await tx.usersReachedBy(refs)).map(personOf).filter((person) => !conflicted.has(person));
    if (new Set(people).size >= required) return refs;
  }
  return null;
}
