/** Configuration as documents, in the shape that apply takes, without the secrets. */
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { mayReadConfiguration } from "../../policy/authority.ts";
import type { Caller } from "../ports.ts";
import { homeOf } from "./apply-configuration.ts";
import type { ApplyDeps } from "./apply-deps.ts";
import { foreignTenantFault, unseenTenant } from "./authorize-apply.ts";
import { API_VERSION, type Kind } from "./documents.ts";
import { handlerOf, isKind } from "./kinds/index.ts";

const MAX_PAGE = 200;

export interface ReadInput {
  readonly kind: Kind;
  /** One object; without it, a page of them by name. */
  readonly name?: string;
  /** The tenant's name; default the caller's own. */
  readonly tenant?: string;
  /** The name that the page before ended with. */
  readonly after?: string;
  /** At most and by default 200. */
  readonly limit?: number;
}

export interface ConfigurationDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: Kind;
  readonly tenant: string;
  readonly name: string;
  readonly id: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

export async function readConfiguration(
  deps: ApplyDeps,
  caller: Caller,
  input: ReadInput,
): Promise<Outcome<ConfigurationDocument[]>> {
  const allowed = mayReadConfiguration(caller);
  if (!allowed.ok) return allowed;
  if (!isKind(input.kind))
    return reject("not_found", "there is no such kind of configuration", { path: "/kind" });
  const home = await homeOf(deps, caller);
  const tenantName = input.tenant ?? home ?? "";
  const isHome = tenantName === home;
  const foreign = isHome ? null : foreignTenantFault(caller, home, tenantName, { source: null, index: 0 });
  const tenantId = foreign === null ? await deps.store.routes.tenantByName(tenantName) : null;
  if (tenantId === null) return reject("not_found", unseenTenant(tenantName), { path: "/tenant" });
  const page = {
    name: input.name ?? null,
    after: (input.after ?? "").toLowerCase(),
    limit: Math.min(Math.max(1, input.limit ?? MAX_PAGE), MAX_PAGE),
  };
  const read = await deps.store.inTenant(tenantId, (tx) => handlerOf(input.kind).read(tx, page));
  if (input.name !== undefined && read.length === 0) {
    return reject("not_found", `there is no ${input.kind} \`${input.name}\` in \`${tenantName}\``, {
      path: "/name",
    });
  }
  return accept(
    read.map(({ id, name, spec }) => ({
      apiVersion: API_VERSION,
      kind: input.kind,
      tenant: tenantName,
      name,
      id,
      spec,
    })),
  );
}
