import type { Draft, Lack } from "./draft.ts";

/** What each tab of an offer needs to show its fields and to change them. */
export interface DraftFields {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly errorOf: (field: Lack["field"]) => string | null;
}
