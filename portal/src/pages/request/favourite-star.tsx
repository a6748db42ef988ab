/** Keeps this ask at hand on Home, in this browser. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { Star } from "lucide-react";
import { FAVOURITE } from "../../words/asking.ts";
import { isoDuration } from "../../words/duration.ts";
import { type Ask, useFavourites } from "./asks.ts";
import type { Asking } from "./use-asking.ts";
import type { Preview } from "./use-preview.ts";

export function FavouriteStar({ asking, preview }: { readonly asking: Asking; readonly preview: Preview }) {
  const { has, toggle } = useFavourites();
  const ask: Ask = {
    scope: preview.scope,
    scopeName: preview.scopeName,
    roleDefinitionIds: asking.form.roleDefinitionIds,
    roleNames: preview.roles,
    duration: asking.askedMs === null ? preview.duration : isoDuration(asking.askedMs),
  };
  const kept = has(ask);
  const words = kept ? FAVOURITE.take : FAVOURITE.keep;
  return (
    <Tooltip label={words}>
      <ActionIcon variant="subtle" onClick={() => toggle(ask)} aria-pressed={kept} aria-label={words}>
        <Star size={18} fill={kept ? "currentColor" : "none"} aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}
