/** Ctrl K: one search over pages, what one may do, and everything that has a name, by whatever word people know it. */
import { useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import {
  createSpotlight,
  Spotlight,
  type SpotlightActionData,
  type SpotlightFilterFunction,
} from "@mantine/spotlight";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useApi } from "../api/api.ts";
import { EndSheet } from "../pages/grants/end-sheet.tsx";
import { useNow } from "../parts/now.ts";
import { hasBegun } from "../words/eligibility.ts";
import type { Grant } from "../words/grant.ts";
import * as words from "../words/search.ts";
import { addressOf } from "./found-address.ts";
import { areasOf, PERSONAL, REQUEST } from "./navigation.ts";
import { useMe } from "./session.tsx";
import { signOut } from "./sign-in.ts";

const TYPED_MS = 120;
const LEAST_TYPED = 2;
const MOST = 40;

const [store, palette] = createSpotlight();
export const openPalette = palette.open;

export function Palette() {
  const [opened, setOpened] = useState(false);
  const [query, setQuery] = useState("");
  const [ending, end] = useState<Grant | null>(null);
  const now = useNow(opened);
  const found = useFound(opened ? query : "", now);
  const groups = [
    { group: words.PAGES, actions: usePages() },
    { group: words.ACTIONS, actions: [...useVerbs(opened, now, end), ...found.locks] },
    ...found.groups,
  ];
  useFirstSelected(query, groups);
  return (
    <>
      <Spotlight
        actions={groups}
        store={store}
        centered={false}
        filter={matching}
        query={query}
        onQueryChange={setQuery}
        // `app/key-sheet.tsx` binds the keys, and says so.
        shortcut={null}
        limit={MOST}
        highlightQuery
        nothingFound={found.isLooking ? words.LOOKING : words.NOTHING}
        scrollable
        maxHeight={480}
        // Its actions take no focus of their own: who looks through it by keys scrolls it itself.
        scrollAreaProps={{ viewportProps: { tabIndex: 0, role: "group", "aria-label": words.FOUND } }}
        attributes={{ content: { "aria-label": words.FIND } }}
        onSpotlightOpen={() => setOpened(true)}
        onSpotlightClose={() => setOpened(false)}
        searchProps={{
          leftSection: <Search size={18} aria-hidden="true" />,
          placeholder: words.PLACEHOLDER,
          "aria-label": words.FIND,
        }}
      />
      {ending === null ? null : <EndSheet grant={ending} close={() => end(null)} />}
    </>
  );
}

/**
 * Enter takes what stands first, of what came late as of what was there when the word was typed: until somebody moved
 * on from it by the arrows, what was first before is not chosen any more. The list keeps what is chosen in the page itself.
 */
function useFirstSelected(query: string, groups: Groups): void {
  const typed = useRef(query);
  const came = groups.flatMap(({ actions }) => actions.map(({ id }) => id)).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever came, it is in the list by now
  useEffect(() => {
    const { listId, selected } = store.getState();
    const list = document.getElementById(listId);
    if (list === null || query === "") return;
    const all = [...list.querySelectorAll("[data-action]")];
    const at = all.findIndex((one) => one.hasAttribute("data-selected"));
    const hasMoved = typed.current === query && selected > 0 && at !== -1;
    typed.current = query;
    const next = hasMoved ? at : 0;
    for (const [index, one] of all.entries()) {
      if (index === next) one.setAttribute("data-selected", "true");
      else one.removeAttribute("data-selected");
    }
    store.updateState((state) => ({ ...state, selected: next }));
  }, [query, came]);
}

type Groups = readonly { readonly group: string; readonly actions: SpotlightActionData[] }[];

function usePages(): SpotlightActionData[] {
  const me = useMe();
  const navigate = useNavigate();
  return [...areasOf(me).flatMap(({ destinations }) => destinations), ...PERSONAL].map(
    ({ to, label, words: keywords, icon: Icon, outside }) => ({
      ...{ id: to, label, keywords },
      leftSection: <Icon size={18} aria-hidden="true" />,
      onClick: () => (outside ? location.assign(to) : navigate(to)),
    }),
  );
}

/** What one may do; what changes anything is confirmed where it leads to. */
function useVerbs(opened: boolean, now: number, end: (grant: Grant) => void): SpotlightActionData[] {
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  // Read when somebody looks for something, not with every page.
  const eligibilities = useApi("listMyEligibilities", {}, { enabled: opened });
  const held = useApi("listGrants", { query: { view: "held", limit: 200 } }, { enabled: opened });
  const asks = (eligibilities.data?.items ?? [])
    .filter((one) => hasBegun(one, now))
    .map(({ roleDefinitionId: role, scope, roleName, scopeName, ownerName }) => ({
      id: `ask ${role} ${scope}`,
      label: words.askWords(roleName, scopeName),
      description: ownerName,
      keywords: REQUEST.words,
      onClick: () => navigate(`/request?${new URLSearchParams({ role, scope })}`),
    }));
  const ends = (held.data?.items ?? [])
    .filter(({ state, kind }) => state !== "deprovisioning" && kind !== "standing")
    .map((grant) => ({
      id: `end ${grant.id}`,
      label: words.endWords(grant.roleName, grant.scopeName),
      description: grant.ownerName,
      keywords: words.LOOKED_FOR.end,
      onClick: () => end(grant),
    }));
  const plain = (label: string, keywords: string, onClick: () => void) => ({
    id: label,
    label,
    keywords,
    onClick,
  });
  return [
    ...asks,
    ...ends,
    plain(words.DARK, words.LOOKED_FOR.colours, () => setColorScheme("dark")),
    plain(words.LIGHT, words.LOOKED_FOR.colours, () => setColorScheme("light")),
    plain(words.SIGN_OUT, words.LOOKED_FOR.signOut, () => void signOut()),
  ];
}

const FOUND = "found ";

function useFound(query: string, now: number) {
  const me = useMe();
  const navigate = useNavigate();
  const asked = words.withoutVerb(query);
  const [typed] = useDebouncedValue(asked, TYPED_MS);
  // One at a time: whoever types on asks for the latest once the one before is answered.
  const [sent, send] = useState(typed);
  const enabled = sent.length >= LEAST_TYPED;
  const answer = useApi("search", { query: { q: sent.slice(0, 100) } }, { enabled, keepPrevious: true });
  if (sent !== typed && !answer.isFetching) send(typed);
  const items = enabled && typed.length >= LEAST_TYPED ? (answer.data?.items ?? []) : [];
  const groups = words.GROUPS_IN_ORDER.map((group) => ({
    group,
    actions: items
      .filter((one) => words.groupWords(one) === group)
      .flatMap((one): SpotlightActionData[] => {
        const to = addressOf(one, me);
        if (to === null) return [];
        const description = words.moreWords(one, now);
        return [
          {
            id: `${FOUND}${one.kind} ${one.id} ${one.scope}`,
            label: words.foundWords(one),
            ...(description === "" ? {} : { description }),
            onClick: () => navigate(to),
          },
        ];
      }),
  }));
  const isLooking = asked.length >= LEAST_TYPED && (typed !== asked || sent !== typed || answer.isFetching);
  const lockable = words.startsLocking(query) && me.rights.includes("administrator") ? items : [];
  const locks = lockable
    .filter(
      ({ kind, state, tenantId }) =>
        kind === "principal" && state === "user" && tenantId === me.principal.tenantId,
    )
    .map(({ id, name }) => ({
      id: `lock ${id}`,
      label: words.lockWords(name),
      onClick: () => navigate(`/people/${id}?do=lock`),
    }));
  return { groups, locks, isLooking };
}

/** Of each group what the words typed fit, best first; a group that has what is called just so stands before the others. */
const matching: SpotlightFilterFunction = (query, actions) => {
  const typed = query.toLowerCase().split(/\s+/).filter(Boolean);
  const isIt = ({ label = "" }: SpotlightActionData) => label.toLowerCase() === typed.join(" ");
  const named = (its: readonly SpotlightActionData[]) => Number(its.some(isIt));
  return actions
    .flatMap((group) => ("actions" in group ? [group] : []))
    .map(({ group, actions: its }) => ({ group, actions: fitting(its, typed) }))
    .filter(({ actions: its }) => its.length > 0)
    .sort((a, b) => named(b.actions) - named(a.actions));
};

function fitting(actions: readonly SpotlightActionData[], typed: readonly string[]): SpotlightActionData[] {
  return actions
    .map((action) => ({ action, rank: rankOf(action, typed) ?? foundRank(action) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => Number(a.rank) - Number(b.rank))
    .map(({ action }) => action);
}

/** What the server found fits, by whatever it looked at. */
function foundRank({ id }: SpotlightActionData): number | null {
  return id.startsWith(FOUND) ? 3 : null;
}

/** Every word typed occurs: first what is called just so, then where the name says it, then where a word begins so. Null: it is not what was looked for. */
function rankOf(
  { label = "", description = "", keywords = "" }: SpotlightActionData,
  typed: readonly string[],
): number | null {
  const name = label.toLowerCase();
  const all = `${name} ${description} ${keywords}`.toLowerCase();
  if (!typed.every((word) => all.includes(word))) return null;
  if (name === typed.join(" ")) return -1;
  if (typed.every((word) => name.includes(word))) return 0;
  return typed.every((word) => ` ${all}`.includes(` ${word}`)) ? 1 : 2;
}
