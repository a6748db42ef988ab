/** Documents name each other; here a name, or an id, becomes the thing it names. */
import { asId, isGuid, type ObjectId, type TenantId } from "../../domain/ids.ts";
import type { PrincipalKind, PrincipalRef } from "../../domain/principal.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import { groupOf, groupScope, parseScope, type Scope, sameScope } from "../../domain/scope.ts";
import type { Tenant } from "../../domain/tenant.ts";
import type { PrincipalRecord } from "../configuration-ports.ts";
import type { Deps, Tx } from "../ports.ts";
import { type DocumentContext, named } from "./kind.ts";

/** What a resolver needs of a document's context; the change of a policy alone has no documents around it. */
export type Resolving = Pick<DocumentContext, "tx" | "tenant" | "fault" | "promised" | "isLeaving">;

const KIND_WORDS: Readonly<Record<PrincipalKind, string>> = {
  user: "user",
  group: "group",
  servicePrincipal: "service principal",
};
const ANY_KIND: readonly PrincipalKind[] = ["user", "group", "servicePrincipal"];

export async function resolvePrincipal(
  context: Resolving,
  pointer: string,
  text: string,
  kinds: readonly PrincipalKind[] = ANY_KIND,
): Promise<PrincipalRecord | null> {
  const wanted = kinds.map((kind) => KIND_WORDS[kind]).join(" or ");
  const candidates = (await candidatesFor(context.tx, text)).filter(
    ({ kind, objectId }) => kinds.includes(kind) && !context.isLeaving(objectId),
  );
  const [found, other] = candidates;
  if (found === undefined) {
    return context.fault(
      pointer,
      `there is no ${wanted} \`${text}\` in \`${context.tenant.name}\`; make it first, or correct the name`,
    );
  }
  if (other === undefined) return found;
  const choices = candidates.map(({ kind, name }) => `\`${kind}:${name}\``).join(" or ");
  return context.fault(pointer, `\`${text}\` names several principals; write ${choices}`);
}

/** Null when any of them is unknown; each once, in the order given. */
export async function resolvePrincipals(
  context: Resolving,
  pointer: string,
  texts: readonly string[],
  kinds?: readonly PrincipalKind[],
): Promise<PrincipalRef[] | null> {
  const found = new Map<ObjectId, PrincipalRef>();
  let complete = true;
  for (const [index, text] of texts.entries()) {
    const record = await resolvePrincipal(context, `${pointer}/${index}`, text, kinds);
    if (record === null) complete = false;
    else found.set(record.objectId, { tenantId: context.tenant.id, objectId: record.objectId });
  }
  return complete ? [...found.values()] : null;
}

/** `pinned`: roles that a deployed application brought with it, and that are its publisher's. */
export async function resolveRole(
  context: Resolving,
  pointer: string,
  text: string,
  pinned: readonly RoleDefinition[] = [],
): Promise<RoleDefinition | null> {
  const roles = [...(await context.tx.policy.roles()), ...pinned];
  const found = roles.find(({ id }) => id === text.toLowerCase()) ?? named(roles, text);
  if (found !== null || context.promised("RoleDefinition", text)) return found;
  return context.fault(
    pointer,
    `there is no role \`${text}\`; name a built-in one or a RoleDefinition of this tenant`,
    "unknown_role",
  );
}

/** A path in which the subscription or the group may stand by its name, or the name of an application. */
export async function resolveScope(context: Resolving, pointer: string, text: string): Promise<Scope | null> {
  if (text === "/") return "/" as Scope;
  return text.startsWith("/")
    ? resolvePath(context, pointer, text)
    : resolveApplicationScope(context, pointer, text);
}

export async function resolveTenant(
  context: Resolving,
  pointer: string,
  text: string,
): Promise<Tenant | null> {
  const found = await tenantOf(context.tx, text);
  return found ?? context.fault(pointer, `there is no tenant \`${text}\` that you can see`);
}

export async function tenantOf(tx: Tx, text: string): Promise<Tenant | null> {
  return isGuid(text) ? tx.tenants.find(asId(text)) : tx.tenants.named(text);
}

/** How a document would name a principal. */
export async function principalWord(tx: Tx, ref: PrincipalRef): Promise<string> {
  const record = await tx.principals.find(ref.objectId);
  if (record === null) return ref.objectId;
  const namesakes = await tx.principals.named(record.name);
  return namesakes.length > 1 ? `${record.kind}:${record.name}` : record.name;
}

export async function principalWords(tx: Tx, refs: readonly PrincipalRef[]): Promise<string[]> {
  const words: string[] = [];
  for (const ref of refs) words.push(await principalWord(tx, ref));
  return words;
}

/** How a document would write a scope: with the subscription's name, and an application by its own. */
export async function scopeWords(
  { store }: Pick<Deps, "store">,
  tenantId: TenantId,
  scopes: readonly Scope[],
): Promise<string[]> {
  return store.inTenant(tenantId, async (tx) => {
    const words: string[] = [];
    for (const scope of scopes) words.push(await scopeWord(tx, scope));
    return words;
  });
}

export async function scopeWord(tx: Tx, scope: Scope): Promise<string> {
  const application = (await tx.applications.own()).find((one) => sameScope(one.scope, scope));
  if (application !== undefined) return application.name;
  const group = groupOf(scope);
  if (group !== null) return `/groups/${await principalWord(tx, { tenantId: tx.tenantId, objectId: group })}`;
  const [, first = "", id = "", ...rest] = scope.split("/");
  const subscription = (await tx.tenants.subscriptions()).find((one) => one.id === id.toLowerCase());
  return subscription === undefined ? scope : ["", first, subscription.name, ...rest].join("/");
}

export async function roleWord(tx: Tx, id: string): Promise<string> {
  return (await tx.policy.roles()).find((role) => role.id === id)?.name ?? id;
}

async function candidatesFor(tx: Tx, text: string): Promise<PrincipalRecord[]> {
  if (isGuid(text)) {
    const record = await tx.principals.find(asId<ObjectId>(text));
    return record === null ? [] : [record];
  }
  const [prefix = "", ...rest] = text.split(":");
  const kind = ANY_KIND.find((one) => one === prefix);
  if (kind === undefined || rest.length === 0) return tx.principals.named(text);
  return (await tx.principals.named(rest.join(":"))).filter((record) => record.kind === kind);
}

async function resolvePath(context: Resolving, pointer: string, text: string): Promise<Scope | null> {
  const [first = "", given = "", ...rest] = text.split("/").filter((part) => part !== "");
  if (first.toLowerCase() === "groups" && given !== "" && rest.length === 0)
    return resolveGroupScope(context, pointer, given);
  const subscriptions = await context.tx.tenants.subscriptions();
  const owned = subscriptions.find(({ id }) => id === given.toLowerCase()) ?? named(subscriptions, given);
  if (first.toLowerCase() !== "subscriptions" || given === "") {
    return context.fault(
      pointer,
      `\`${text}\` is not a scope; write /subscriptions/<name or id>/resourceGroups/<name> or /groups/<name or id>`,
    );
  }
  if (owned === null) {
    if (context.promised("Subscription", given)) return null;
    return context.fault(pointer, `there is no subscription \`${given}\` in \`${context.tenant.name}\``);
  }
  const scope = parseScope(["", "subscriptions", owned.id, ...rest].join("/"));
  return (
    scope ??
    context.fault(pointer, `\`${text}\` is not a scope; segments have letters, digits and \`_ . - ( )\``)
  );
}

async function resolveGroupScope(context: Resolving, pointer: string, text: string): Promise<Scope | null> {
  const group = await resolvePrincipal(context, pointer, text, ["group"]);
  return group && groupScope(group.objectId);
}

async function resolveApplicationScope(
  context: Resolving,
  pointer: string,
  text: string,
): Promise<Scope | null> {
  const own = await context.tx.applications.own();
  const found = isGuid(text) ? (own.find(({ id }) => id === text.toLowerCase()) ?? null) : named(own, text);
  if (found !== null) return found.scope;
  if (context.promised("Application", text)) return null;
  return context.fault(
    pointer,
    `there is no application \`${text}\` in \`${context.tenant.name}\`; name one, or write a path that begins with /subscriptions/`,
  );
}
