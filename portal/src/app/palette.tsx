/** Ctrl K: every page and every role one may ask for, by whatever word people know them. */
import {
  Spotlight,
  type SpotlightActionData,
  type SpotlightFilterFunction,
  spotlight,
} from "@mantine/spotlight";
import { Search } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useApi } from "../api/api.ts";
import { useNow } from "../parts/now.ts";
import { hasBegun } from "../words/eligibility.ts";
import { areasOf, PERSONAL, REQUEST } from "./navigation.ts";
import { useMe } from "./session.tsx";

export const openPalette = () => spotlight.open();

export function Palette() {
  const me = useMe();
  const now = useNow();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  // Read when somebody looks for something, not with every page.
  const eligibilities = useApi("listMyEligibilities", {}, { enabled: opened });
  const pages: SpotlightActionData[] = [
    ...areasOf(me).flatMap(({ destinations }) => destinations),
    ...PERSONAL,
  ].map(({ to, label, words, icon: Icon, outside }) => ({
    id: to,
    label,
    keywords: words,
    leftSection: <Icon size={18} aria-hidden="true" />,
    onClick: () => (outside ? location.assign(to) : navigate(to)),
  }));
  const roles: SpotlightActionData[] = (eligibilities.data?.items ?? [])
    .filter((one) => hasBegun(one, now))
    .map((one) => ({
      id: `${one.roleDefinitionId} ${one.scope}`,
      label: `Request ${one.roleName} on ${one.scopeName}`,
      description: one.ownerName,
      keywords: REQUEST.words,
      onClick: () =>
        navigate(`/request?${new URLSearchParams({ role: one.roleDefinitionId, scope: one.scope })}`),
    }));
  return (
    <Spotlight
      actions={[...pages, ...roles]}
      filter={found}
      shortcut={null}
      limit={12}
      highlightQuery
      nothingFound="Nothing is called that."
      scrollable
      maxHeight={420}
      attributes={{ content: { "aria-label": "Find or do" } }}
      onSpotlightOpen={() => setOpened(true)}
      searchProps={{
        leftSection: <Search size={18} aria-hidden="true" />,
        placeholder: "A page, a role, or: activate, elevate, checkout …",
        "aria-label": "Find or do",
      }}
    />
  );
}

/** Every word typed occurs: first where the name says it, then where a word begins so, then anywhere within. */
const found: SpotlightFilterFunction = (query, actions) => {
  const typed = query.toLowerCase().split(/\s+/).filter(Boolean);
  const ranked = actions
    .filter((action) => "id" in action)
    .map((action) => ({ action, rank: rankOf(action, typed) }))
    .filter(({ rank }) => rank !== null);
  return ranked.sort((a, b) => Number(a.rank) - Number(b.rank)).map(({ action }) => action);
};

/** Null: it is not what was looked for. */
function rankOf(
  { label = "", description = "", keywords = "" }: SpotlightActionData,
  typed: readonly string[],
): number | null {
  const name = label.toLowerCase();
  const words = `${name} ${description} ${keywords}`.toLowerCase();
  if (!typed.every((word) => words.includes(word))) return null;
  if (typed.every((word) => name.includes(word))) return 0;
  return typed.every((word) => ` ${words}`.includes(` ${word}`)) ? 1 : 2;
}
