/** Removes one object of a tenant's configuration, by the same guards as everything else. */
import { type Outcome, reject } from "../../domain/rejection.ts";
import { mayConfigure } from "../../policy/authority.ts";
import type { Caller } from "../ports.ts";
import { type Alongside, nothingAlongside } from "../surface-resources.ts";
import { homeOf } from "./apply-configuration.ts";
import type { ApplyDeps } from "./apply-deps.ts";
import {
  type ApplyRun,
  countAdministrators,
  keepAdministrators,
  mayMoveAdministrators,
  requireUnchanged,
  runInOneTransaction,
  takeTurns,
} from "./apply-run.ts";
import { foreignTenantFault, unseenTenant } from "./authorize-apply.ts";
import type { ApplyReport, Kind, OnlyIf } from "./documents.ts";
import { rejectAll } from "./faults.ts";
import { handlerOf, isKind } from "./kinds/index.ts";
import { onRecord } from "./on-record.ts";
import { removeObject } from "./prune.ts";
import type { BooksBefore } from "./touched.ts";

export interface DeleteInput {
  readonly kind: Kind;
  readonly name: string;
  /** The tenant's name; default the caller's own. */
  readonly tenant?: string;
  /** Why; kept in the audit log alone. */
  readonly justification?: string | null;
  /** Says what the removal would do, and removes nothing. Default false. */
  readonly dryRun?: boolean;
  readonly onlyIf?: OnlyIf | undefined;
  /** Ids of what the removal may leave to nobody. */
  readonly acknowledge?: readonly string[];
}

/** `not_found` when there is no such object; the report names what was removed. */
export function deleteConfiguration(
  deps: ApplyDeps,
  caller: Caller,
  input: DeleteInput,
  also: Alongside<ApplyReport> = nothingAlongside,
): Promise<Outcome<ApplyReport>> {
  const attempt = { dryRun: input.dryRun ?? false, objects: [input] };
  return onRecord(deps, caller, attempt, () => deleteInput(deps, caller, input, also));
}

async function deleteInput(
  deps: ApplyDeps,
  caller: Caller,
  input: DeleteInput,
  also: Alongside<ApplyReport>,
): Promise<Outcome<ApplyReport>> {
  const allowed = mayConfigure(caller);
  if (!allowed.ok) return allowed;
  if (!isKind(input.kind))
    return reject("not_found", "there is no such kind of configuration", { path: "/kind" });
  const home = await homeOf(deps, caller);
  const tenant = input.tenant ?? home ?? "";
  const foreign = foreignTenantFault(caller, home, tenant, { source: null, index: 0 });
  if (foreign !== null) return rejectAll([foreign]);
  const { dryRun = false, acknowledge } = input;
  const options = { deps, caller, dryRun, promised: () => false, acknowledge, also };
  return runInOneTransaction(options, (run) => deleteOne(run, tenant, input));
}

async function deleteOne(run: ApplyRun, tenantName: string, input: DeleteInput): Promise<BooksBefore> {
  const { kind, name, justification = null } = input;
  const handler = handlerOf(kind);
  const tenant = await run.root.tenants.named(tenantName);
  if (tenant === null) {
    run.faults.push({ code: "not_found", path: "/tenant", message: unseenTenant(tenantName) });
    return new Map();
  }
  const books = await takeTurns(run, [tenant]);
  await requireUnchanged(run, { tenant, handler, name, path: "/name" }, input.onlyIf);
  if (run.faults.length > 0) return books;
  const guarded = mayMoveAdministrators([kind]) ? [tenant] : [];
  const before = await countAdministrators(run, guarded);
  const found = await run.root.inside(tenant.id, (tx) => handler.find(tx, name));
  if (found === null || (kind === "Tenant" && found.id !== tenant.id)) {
    run.faults.push({
      code: "not_found",
      path: "/name",
      message: `there is no ${kind} \`${name}\` in \`${tenant.name}\``,
    });
    return books;
  }
  await removeObject(run, {
    tenant,
    handler,
    object: found,
    facts: justification === null ? {} : { justification },
  });
  await keepAdministrators(run, guarded, before);
  return books;
}
