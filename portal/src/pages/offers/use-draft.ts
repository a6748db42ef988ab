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
  /** It is stored: shown until what is stored has been read again. */
  readonly stored: boolean;
}

/** `fresh` is what an offer begins with that is not there yet. */
export function useDraft(published: Published | null, fresh: Draft) {
  const [kept, setEdit] = useState<Edit | null>(null);
  const moved = kept !== null && published?.etag !== kept.base?.etag;
  const edit = kept?.stored && moved ? null : kept;
  const base = edit === null ? published : edit.base;
  const draft = edit?.draft ?? published?.draft ?? fresh;
  const open = edit !== null && !edit.stored;
  return {
    base,
    draft,
    dirty: open && changesAnything(base?.draft ?? null, draft),
    /** Somebody else published since. */
    overtaken: open && moved,
    change: (part: Partial<Draft>) => setEdit({ base, draft: { ...draft, ...part }, stored: false }),
    discard: () => setEdit(null),
    settle: () => setEdit({ base, draft, stored: true }),
  };
}
