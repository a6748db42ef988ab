/** What somebody changes of an offer, over what was published when they began. */
import { useState } from "react";
import { changesAnything, type Draft } from "./draft.ts";

export interface Published {
  readonly id: string;
  readonly etag: string | null;
  readonly draft: Draft;
}

interface Edit {
  readonly base: Published | null;
  readonly draft: Draft;
}

/** `fresh` is what an offer begins with that is not there yet. */
export function useDraft(published: Published | null, fresh: Draft) {
  const [edit, setEdit] = useState<Edit | null>(null);
  const base = edit === null ? published : edit.base;
  const draft = edit?.draft ?? published?.draft ?? fresh;
  return {
    base,
    draft,
    dirty: edit !== null && changesAnything(base?.draft ?? null, draft),
    /** Somebody else published since. */
    overtaken: edit !== null && published?.etag !== base?.etag,
    change: (part: Partial<Draft>) => setEdit({ base, draft: { ...draft, ...part } }),
    discard: () => setEdit(null),
  };
}
