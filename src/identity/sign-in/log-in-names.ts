/** Whose a log-in name is: names belong to tenants, so one may stand for several people until a password says for whom. */
import { asId, isGuid, type TenantId } from "../../domain/ids.ts";
import type { IdentityStore, LocalAccount, PasswordHash } from "../../use-cases/identity-ports.ts";
import type { Store } from "../../use-cases/ports.ts";
import type { PasswordHasher } from "../credentials/password-hash.ts";
import type { Admitted } from "./admission.ts";

/** Each of them costs a hash, so a name that more tenants have is not tried before one of them was named. */
export const MOST_TRIED = 3;
const MOST_EMAIL = 254;
// A GUID has 36 characters, a tenant's name at most 63.
const MOST_TENANT = 64;

/** Everybody of that name, as far as is looked: one more than can be tried. */
export function accountsOf(
  identities: Pick<IdentityStore, "accountsNamed">,
  name: string,
  tenantId: TenantId | null,
): Promise<readonly LocalAccount[]> {
  return identities.accountsNamed(name, tenantId, MOST_TRIED + 1);
}

/** A password for everybody of a name, as far as whoever typed it may try. */
export interface Attempt {
  readonly password: string;
  readonly named: readonly LocalAccount[];
  /** Whether the tenant was said. */
  readonly ofOneTenant: boolean;
  readonly admitted: Pick<Admitted, "known" | "all" | "lane">;
}

/** What a password was tried on. */
export interface Tried {
  /** Whose name it was, where it was tried on all of them; where there are too many it was on nobody. */
  readonly on: readonly LocalAccount[];
  readonly compared: readonly LocalAccount[];
  readonly fitting: readonly LocalAccount[];
}

/**
 * Null when too many wait. The work depends on what was asked, never on who is there: one hash where the tenant was
 * named, and three where it was not, whether nobody has the name, somebody, or more than can be tried.
 */
export async function tryPassword(
  passwords: Pick<PasswordHasher, "matchEach">,
  { password, named, ofOneTenant, admitted }: Attempt,
): Promise<Tried | null> {
  const { known, all, lane } = admitted;
  const every = named.length > MOST_TRIED ? known : named;
  const tried = (all ? every : known).slice(0, MOST_TRIED);
  const slots: (PasswordHash | null)[] = Array(ofOneTenant ? 1 : MOST_TRIED).fill(null);
  const matches = await passwords.matchEach(
    password,
    slots.map((_, slot) => tried[slot]?.passwordHash ?? null),
    lane,
  );
  const fitting = tried.filter((_, slot) => matches?.[slot] === true);
  return matches && { on: all ? named : known, compared: tried, fitting };
}

/** As names are stored and counted. */
export function logInName(typed: string): string {
  return typed.trim().toLowerCase().slice(0, MOST_EMAIL);
}

/** What the client said of who comes: of which tenant, by which name. */
export interface SignInHints {
  readonly tenant: string | null;
  readonly email: string;
}

/** `tenant` of the authorization request, or `login_hint=<tenant>/<e-mail>`: a tenant's name has no sign that an address needs. */
export function hintsIn(params: Readonly<Record<string, unknown>>): SignInHints {
  const hint = typeof params.login_hint === "string" ? params.login_hint : "";
  const [, prefix, rest] = /^([a-z0-9-]{1,63})\/(.*)$/is.exec(hint) ?? [];
  const tenant = typeof params.tenant === "string" && params.tenant !== "" ? params.tenant : (prefix ?? null);
  return { tenant, email: (rest ?? hint).slice(0, MOST_EMAIL) };
}

/** The tenant of that name or id, if there is one. Whether a name is a tenant's is no secret: addresses name them. */
export async function knownTenant(store: Store, tenant: string): Promise<TenantId | null> {
  if (tenant.length > MOST_TENANT) return null;
  if (!isGuid(tenant)) return store.routes.tenantByName(tenant);
  const id = asId<TenantId>(tenant.toLowerCase());
  return (await store.inTenant(id, (tx) => tx.tenants.find(id))) === null ? null : id;
}

export async function namedTenant(store: Store, named: string | null) {
  const id = named === null ? null : await knownTenant(store, named);
  return id === null ? null : { id, name: (await store.routes.nameOfTenant(id)) ?? id };
}

/** Of which organisation each account is: as it calls itself, and by the short name that is no other's. */
export async function organisationsOf(store: Store, accounts: readonly LocalAccount[]) {
  const named: { readonly id: string; readonly name: string }[] = [];
  for (const { ref } of accounts) {
    const tenant = await store.inTenant(ref.tenantId, (tx) => tx.tenants.find(ref.tenantId));
    if (tenant !== null) named.push({ id: ref.objectId, name: `${tenant.displayName} (${tenant.name})` });
  }
  return named;
}
