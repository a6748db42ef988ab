/** Where the portal shows what a search finds. */
import { placeAddress } from "../parts/who.tsx";
import type { Found } from "../words/search.ts";
import type { Place } from "./navigation.ts";
import type { Me } from "./session.tsx";

/** Null: no page of this person's shows it. */
export function addressOf(
  found: Found,
  { places, principal }: Pick<Me, "places" | "principal">,
): string | null {
  const { kind, id, scope, state, own, tenantId } = found;
  const needs = (place: Place, address: string) => (places.includes(place) ? address : null);
  switch (kind) {
    case "principal":
      return `/people/${id}${tenantId === principal.tenantId ? "" : `?tenant=${tenantId}`}`;
    case "place":
      return placeAddress(id);
    case "application":
      return `/${state === "publisher" ? "customers" : "applications"}/${id}`;
    case "request":
      return own || !places.includes("approvals") ? `/requests/${id}` : `/approvals/${id}`;
    case "grant":
      return `/access/${id}`;
    case "roleSettings":
      return `/manage/role-settings/edit?${new URLSearchParams({ role: id, scope: scope ?? "" })}`;
    case "tier":
      return `/manage/tiers/${encodeURIComponent(id)}`;
    case "target":
      return needs("manage", `/manage/targets#${encodeURIComponent(id)}`);
    case "offer":
      return needs("catalogue", `/catalogue/${id}`);
    default:
      return kind satisfies never;
  }
}
