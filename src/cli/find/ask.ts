/** Which roles at which scope: what is typed, matched with what the caller may ask for. */
import type { Client } from "../../client/client.ts";
import type { Eligibility } from "../../client/types.ts";
import { usage } from "../exit.ts";
import { nearest } from "../text/nearest.ts";
import { isGuid, isIdStart, pick } from "./pick.ts";

export interface Place {
  readonly scope: string;
  readonly roleDefinitionIds: readonly string[];
}

interface Match {
  readonly scope: string;
  readonly eligibility: Eligibility;
}

/** @throws Stop (usage) when a name fits nothing, or more than one thing */
export async function findPlace(client: Client, roles: readonly string[], on: string): Promise<Place> {
  const { items } = await client.call("listMyEligibilities", {});
  const matches = items.flatMap((eligibility) => {
    const scope = scopeMeant(eligibility, on);
    return scope === null ? [] : [{ scope, eligibility }];
  });
  // Whoever writes ids in full needs no list: the server decides.
  if (matches.length === 0 && on.startsWith("/") && roles.every(isGuid)) {
    return { scope: on, roleDefinitionIds: roles };
  }
  if (matches.length === 0) throw noSuchScope(on, items);
  const fitting = narrowed(matches, roles);
  const scope = onlyScope(on, fitting);
  const offered = fitting
    .filter((match) => sameScope(match.scope, scope))
    .map(({ eligibility }) => eligibility);
  return { scope, roleDefinitionIds: roles.map((role) => roleMeant(role, offered)) };
}

/** The scope that the text means with regard to this eligibility; null when it means another one. */
function scopeMeant({ scope, scopeName, managedScope, ownerName }: Eligibility, text: string): string | null {
  if (text.startsWith("/")) {
    const path = text.replace(/\/+$/, "");
    const covered = [scope, ...(managedScope === null ? [] : [managedScope])].some((outer) =>
      covers(outer, path),
    );
    return covered ? path : null;
  }
  const [first = "", ...more] = text.split("/");
  const name = more.length === 0 ? first : more.join("/");
  if (more.length > 0 && first.toLowerCase() !== ownerName.toLowerCase()) return null;
  if (name.toLowerCase() === scopeName.toLowerCase()) return scope;
  if (managedScope !== null && name.toLowerCase() === lastSegment(managedScope)) return managedScope;
  // A subscription by the beginning of its id.
  return isIdStart(name) && lastSegment(scope).startsWith(name.toLowerCase()) ? scope : null;
}

/** Where one name fits several scopes, those where the roles are to be had. */
function narrowed(matches: readonly Match[], roles: readonly string[]): readonly Match[] {
  const having = matches.filter(({ eligibility }) => roles.some((role) => isRole(eligibility, role)));
  return having.length === 0 ? matches : having;
}

function onlyScope(text: string, matches: readonly Match[]): string {
  const scopes = new Map(matches.map((match) => [match.scope.toLowerCase(), match]));
  const [only, ...others] = scopes.values();
  if (only !== undefined && others.length === 0) return only.scope;
  const lines = [...scopes.values()].map(
    ({ scope, eligibility }) => `${eligibility.ownerName}/${eligibility.scopeName}  ${scope}`,
  );
  throw usage(
    [`\`${text}\` is more than one scope; write one of these, owner or path:`, ...lines].join("\n"),
  );
}

function roleMeant(text: string, offered: readonly Eligibility[]): string {
  if (isGuid(text)) return text;
  const roles = new Map(offered.map((one) => [one.roleDefinitionId, one]));
  return pick(text, {
    what: "role",
    among: "that you may ask for there",
    items: [...roles.values()],
    id: (one) => one.roleDefinitionId,
    names: (one) => [one.roleName],
    label: (one) => one.roleName,
    list: "curfew eligible",
  }).roleDefinitionId;
}

function isRole({ roleName, roleDefinitionId }: Eligibility, text: string): boolean {
  const wanted = text.toLowerCase();
  return roleName.toLowerCase() === wanted || (isIdStart(text) && roleDefinitionId.startsWith(wanted));
}

function noSuchScope(text: string, eligibilities: readonly Eligibility[]) {
  const names = eligibilities.flatMap((one) => [one.scopeName, `${one.ownerName}/${one.scopeName}`]);
  // A path as a document has it, with a subscription by its name: only its end is a name here.
  const near = nearest(text, names) ?? nearest(text.split("/").at(-1) ?? "", names);
  const hint = near === null ? "`curfew eligible` lists where you may ask" : `did you mean ${near}?`;
  return usage(`there is nothing called \`${text}\` that you may ask for; ${hint}`);
}

function covers(outer: string, inner: string): boolean {
  return sameScope(outer, inner) || inner.toLowerCase().startsWith(`${outer.toLowerCase()}/`);
}

function sameScope(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function lastSegment(scope: string): string {
  return (scope.split("/").at(-1) ?? "").toLowerCase();
}
