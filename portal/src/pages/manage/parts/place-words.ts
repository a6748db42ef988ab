/** Places as people name them, and what they type for one that has no name yet. */
export interface KnownPlace {
  readonly scope: string;
  /** One for each place: "contoso-production / web". */
  readonly label: string;
}

export interface Subscription {
  readonly id: string;
  readonly name: string;
}

/** "contoso-production / web", and the last name alone where it lies deeper: "contoso-production / … / orders". */
export function placeLabel(scope: string, scopeName: string, subscriptions: readonly Subscription[]): string {
  const [first = "", id = "", kind = "", ...rest] = scope.split("/").slice(1);
  const owner = subscriptions.find((one) => one.id === id.toLowerCase());
  if (first.toLowerCase() !== "subscriptions" || owner === undefined) return scopeName || scope;
  if (kind === "") return owner.name;
  if (kind.toLowerCase() !== "resourcegroups") return scope;
  return rest.length === 1 ? `${owner.name} / ${rest[0]}` : `${owner.name} / … / ${rest.at(-1)}`;
}

const SEGMENT = /^[\w.()-]{1,90}$/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A label, "subscription / resource group", or a path with a subscription's name or id; null for anything else. */
export function placeOf(
  text: string,
  places: readonly KnownPlace[],
  subscriptions: readonly Subscription[],
): string | null {
  const given = text.trim();
  const known = places.find(({ label }) => label.toLowerCase() === given.toLowerCase());
  if (known !== undefined) return known.scope;
  const parts = given.split("/").map((part) => part.trim());
  if (parts[0] === "") return pathOf(parts.slice(1), subscriptions);
  const owner = named(parts[0] ?? "", subscriptions);
  if (owner === null || parts.length !== 2 || !SEGMENT.test(parts[1] ?? "")) return null;
  return `/subscriptions/${owner.id}/resourceGroups/${parts[1]}`;
}

function pathOf(
  [first = "", second = "", ...rest]: string[],
  subscriptions: readonly Subscription[],
): string | null {
  if (!rest.every((part) => SEGMENT.test(part))) return null;
  if (first.toLowerCase() === "groups")
    return GUID.test(second) && rest.length === 0 ? `/groups/${second}` : null;
  const owner = named(second, subscriptions);
  if (first.toLowerCase() !== "subscriptions" || owner === null) return null;
  return ["/subscriptions", owner.id, ...rest].join("/");
}

function named(text: string, subscriptions: readonly Subscription[]): Subscription | null {
  const key = text.toLowerCase();
  return subscriptions.find(({ id, name }) => id === key || name.toLowerCase() === key) ?? null;
}
