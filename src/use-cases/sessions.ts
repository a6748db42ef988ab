/** A person's open sign-ins, in browsers and programs: looked at and ended by themselves or by who answers for the tenant. */
import type { ObjectId } from "../domain/ids.ts";
import type { PrincipalRef } from "../domain/principal.ts";
import { accept, type Outcome, reject } from "../domain/rejection.ts";
import { stamp } from "../domain/stamp.ts";
import type { Instant } from "../domain/time.ts";
import { type Answer, mayEndSessions, maySeeSessions } from "../policy/authority.ts";
import type { ApplyDeps } from "./apply/apply-deps.ts";
import type { SessionFacts } from "./identity-ports.ts";
import type { Caller, Deps, Tx } from "./ports.ts";

export type SessionDeps = Deps & Pick<ApplyDeps, "secrets">;

export interface OpenSession extends SessionFacts {
  readonly endsAt: Instant;
}

export async function listSessions(
  deps: SessionDeps,
  caller: Caller,
  objectId: ObjectId,
): Promise<Outcome<readonly OpenSession[]>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const person = await personIn(tx, caller, objectId, maySeeSessions);
    return person.ok ? accept(await openIn(deps, tx, person.value)) : person;
  });
}

/**
 * All of them, with the tokens that they led to, at their next use: password and second factor stay what they are. What
 * is half-way through a sign-in ends as well (ADR 0023).
 */
export async function endSessions(
  deps: SessionDeps,
  caller: Caller,
  objectId: ObjectId,
  justification: string | null,
): Promise<Outcome<{ readonly ended: number }>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const person = await personIn(tx, caller, objectId, mayEndSessions);
    if (!person.ok) return person;
    const { length: ended } = await openIn(deps, tx, person.value);
    await tx.accounts.endSessions(person.value);
    const about = {
      ...{ kind: "principal", id: objectId, tenantId: tx.tenantId },
      ...{ otherTenantId: null, correlationId: objectId },
    };
    const facts = { count: ended, ...(justification === null ? {} : { justification }) };
    await tx.record([stamp("sign_in.ended", about, caller, facts)], deps.clock.now());
    return accept({ ended });
  });
}

async function personIn(
  tx: Tx,
  caller: Caller,
  objectId: ObjectId,
  may: (caller: Caller, of: PrincipalRef) => Answer,
): Promise<Outcome<PrincipalRef>> {
  const record = await tx.principals.find(objectId);
  // INVARIANT I12: of another tenant's people nothing is told, not even that they are there.
  if (record === null) return reject("not_found", `there is no principal \`${objectId}\` that you can see`);
  const ref = { tenantId: tx.tenantId, objectId };
  const allowed = may(caller, ref);
  if (!allowed.ok) return allowed;
  if (record.kind === "user") return accept(ref);
  return reject(
    "invalid_input",
    "only people have sessions; what a service principal was given ends with another client secret",
    { path: "/objectId" },
  );
}

async function openIn({ secrets }: SessionDeps, tx: Tx, person: PrincipalRef): Promise<OpenSession[]> {
  return (await tx.accounts.sessions(person)).flatMap((sealed) => {
    const facts = secrets.openSession(sealed);
    return facts === null ? [] : [{ ...facts, endsAt: sealed.endsAt }];
  });
}
