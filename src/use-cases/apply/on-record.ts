/** A change of configuration that was only tried, or refused, stores nothing and is an entry all the same. */
import type { Outcome } from "../../domain/rejection.ts";
import { stamp } from "../../domain/stamp.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import { recordBounded } from "../left-out.ts";
import type { Caller } from "../ports.ts";
import type { ApplyDeps } from "./apply-deps.ts";
import { type ApplyReport, KINDS, nameSchema } from "./documents.ts";

const TRIED = ["change.tried", "change.refused"] as const;
const MOST_NAMED = 20;

/** What was to change, as it came from outside. */
export interface Attempt {
  readonly dryRun: boolean;
  readonly objects: readonly unknown[];
}

/** In the log of whoever tried: what they learned, or wanted to, is theirs to answer for. */
export async function onRecord(
  deps: ApplyDeps,
  caller: Caller,
  attempt: Attempt,
  change: () => Promise<Outcome<ApplyReport>>,
): Promise<Outcome<ApplyReport>> {
  const outcome = await change();
  if (outcome.ok && outcome.value.applied) return outcome;
  const { tenantId } = caller.ref;
  // An operator may belong to no tenant, and then there is no log.
  if ((await deps.store.routes.nameOfTenant(tenantId)) === null) return outcome;
  const correlationId = deps.ids.next();
  const about = { kind: "tenant", id: tenantId, tenantId, otherTenantId: null, correlationId };
  const type = outcome.ok ? "change.tried" : "change.refused";
  const code = outcome.ok ? {} : { code: outcome.rejection.code };
  const event = stamp(type, about, caller, { ...code, ...factsOf(attempt) });
  await recordBounded(deps, tenantId, { caller, types: TRIED, event });
  return outcome;
}

/** What is not a kind and a name as they may be is counted, and its text is kept nowhere. */
function factsOf({ dryRun, objects }: Attempt): JsonObject {
  const named = objects.slice(0, MOST_NAMED).flatMap((one) => {
    if (typeof one !== "object" || one === null || !("kind" in one) || !("name" in one)) return [];
    const kind = KINDS.find((known) => known === one.kind);
    const name = nameSchema.safeParse(one.name);
    return kind === undefined || !name.success ? [] : [{ kind, name: name.data }];
  });
  return { dryRun, objects: named, count: objects.length };
}
