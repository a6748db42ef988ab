/** Words of the catalogue: what an offer is, who would get in, where help is. */
import { roleWords } from "./application.ts";

export const CATALOGUE = {
  title: "Catalogue",
  lead: "Applications that publishers offer to your organisation.",
  empty: "No publisher offers anything to your organisation. Ask yours to make its offer visible to you.",
  create: "Create",
  createOne: (name: string) => `Create ${name}`,
  by: (publisher: string, own: boolean, version: number | null) =>
    [
      own ? `${publisher}, your own offer` : publisher,
      ...(version === null ? [] : [`version ${version}`]),
    ].join(" · "),
  offered: "JIT offered",
  notOffered: "JIT not offered",
  published: (publisher: string, version: number) => `Published by ${publisher}, version ${version}.`,
  help: "Help: ",
  showAll: "Show all",
  showLess: "Show less",
  runAs: "You run it as ",
} as const;

interface Offered {
  readonly publisher: { readonly name: string };
  readonly roles: readonly { readonly name: string }[];
  readonly jitOffered: boolean;
}

/** What its publisher could do, once it is deployed. */
export function accessWords(offer: Offered): string {
  const { name } = offer.publisher;
  return offer.jitOffered
    ? `${name} can look at it any time, and asks each time for ${roleWords(offer)}.`
    : `${name} holds ${roleWords(offer)} permanently.`;
}

/** Where a click leads: nothing but mail and https. Null for what is neither. */
export function helpAddress(support: string): string | null {
  if (/^https:\/\//i.test(support)) return support;
  return /^[^\s@:/?]+@[^\s@:/?]+$/.test(support) ? `mailto:${support}` : null;
}
