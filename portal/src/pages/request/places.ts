/** What one is eligible for, by place; and where in it an address lies. */
import type { ItemOf } from "../../api/api.ts";

export type Eligibility = ItemOf<"listMyEligibilities">;
export type Limits = Eligibility["limits"];

export interface Place {
  readonly scope: string;
  readonly scopeName: string;
  readonly ownerName: string;
  /** What lies inside an application lies in its managed resource group. */
  readonly managedScope: string | null;
  readonly roles: readonly PlaceRole[];
}

/** A role that may be asked for at a place, with every eligibility that lets one: at the place or above it. */
export interface PlaceRole {
  readonly id: string;
  readonly name: string;
  readonly grounds: readonly Eligibility[];
}

const SEGMENT = /^[\p{L}\p{N}_.()@ -]{1,260}$/u;

export function placesOf(eligibilities: readonly Eligibility[]): Place[] {
  const byScope = new Map(eligibilities.map((one) => [one.scope.toLowerCase(), one]));
  return [...byScope.values()]
    .map(({ scope, scopeName, ownerName, managedScope }) => ({
      scope,
      scopeName,
      ownerName,
      managedScope,
      roles: rolesAt(scope, eligibilities),
    }))
    .sort((a, b) => a.scopeName.localeCompare(b.scopeName));
}

/** Every word typed is looked for in names; a whole path finds the places that it lies in. */
export function searchPlaces(places: readonly Place[], typed: string): Place[] {
  const path = typed.trim();
  if (path.startsWith("/")) return places.filter((place) => insideOf(place, path) !== null);
  const words = path.toLowerCase().split(/\s+/);
  return places.filter((place) => {
    const names = [place.scopeName, place.ownerName, place.scope, ...place.roles.map(({ name }) => name)];
    const text = names.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The nearest place that a path lies in. */
export function placeOf(places: readonly Place[], path: string): Place | null {
  const around = places.filter((place) => insideOf(place, path) !== null);
  return around.sort((a, b) => b.scope.length - a.scope.length)[0] ?? null;
}

/** What of a path lies below the place: empty for the place itself, null when it lies elsewhere. */
export function insideOf({ scope, managedScope }: Place, path: string): string | null {
  for (const outer of [scope, managedScope]) {
    if (outer === null) continue;
    if (path.toLowerCase() === outer.toLowerCase()) return "";
    if (covers(outer, path)) return path.slice(outer.replace(/\/$/, "").length + 1);
  }
  return null;
}

/** The path of what lies inside a place, or of the place. */
export function pathIn({ scope, managedScope }: Place, inside: string): string {
  return inside === "" ? scope : `${outerOf({ scope, managedScope })}/${inside}`;
}

/** What a path inside a place begins with. */
export function outerOf({ scope, managedScope }: Pick<Place, "scope" | "managedScope">): string {
  return (managedScope ?? scope).replace(/\/$/, "");
}

export function isPathInside(inside: string): boolean {
  return inside.split("/").every((segment) => SEGMENT.test(segment) && !/^\.+$/.test(segment));
}

function rolesAt(scope: string, eligibilities: readonly Eligibility[]): PlaceRole[] {
  const roles = new Map<string, PlaceRole>();
  for (const one of eligibilities) {
    if (one.scope.toLowerCase() !== scope.toLowerCase() && !covers(one.scope, scope)) continue;
    const { grounds = [] } = roles.get(one.roleDefinitionId) ?? {};
    roles.set(one.roleDefinitionId, {
      id: one.roleDefinitionId,
      name: one.roleName,
      grounds: [...grounds, one],
    });
  }
  return [...roles.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function covers(outer: string, inner: string): boolean {
  return inner.toLowerCase().startsWith(`${outer.replace(/\/$/, "").toLowerCase()}/`);
}
