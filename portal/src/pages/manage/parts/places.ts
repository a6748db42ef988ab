/** The places of a tenant that have a name. */
import { useApi } from "../../../api/api.ts";
import { type KnownPlace, placeLabel, placeOf, type Subscription } from "./place-words.ts";

/** What rules or eligibilities name already, and every subscription. */
export function usePlaces(): {
  readonly places: readonly KnownPlace[];
  readonly subscriptions: readonly Subscription[];
  resolve(text: string): string | null;
} {
  const subscriptions = useApi("listConfiguration", { path: { kind: "Subscription" } });
  const ruled = useApi("listRoleSettings", { query: { limit: 200 } });
  const owned = (subscriptions.data?.items ?? []).map(({ id, name }) => ({ id, name }));
  const all = [
    ...owned.map(({ id }) => ({ scope: `/subscriptions/${id}`, scopeName: "" })),
    ...(ruled.data?.items ?? []),
  ].map(({ scope, scopeName }) => ({ scope, label: placeLabel(scope, scopeName, owned) }));
  const places = [...new Map(all.map((one) => [one.scope.toLowerCase(), one])).values()].sort((a, b) =>
    a.label < b.label ? -1 : 1,
  );
  return { places, subscriptions: owned, resolve: (text) => placeOf(text, places, owned) };
}

/** A place as a file names it, by its subscription's name: an id is another one in another installation. */
export function usePlaceWord() {
  const { places, subscriptions } = usePlaces();
  return {
    labelOf: (scope: string) => places.find((one) => one.scope === scope)?.label ?? scope,
    wordOf(scope: string) {
      const [, first, id = "", ...rest] = scope.split("/");
      const owner = subscriptions.find((one) => one.id === id.toLowerCase());
      return owner === undefined ? scope : ["", first, owner.name, ...rest].join("/");
    },
  };
}
