/** A half-written form, kept in this browser tab while its writer signs in again. Sign-out forgets it. */
import type { Form } from "./form.ts";

const KEY = "curfew-request-draft";

export interface Draft {
  /** Whose it is: nobody else who signs in here sees it. */
  readonly objectId: string;
  /** The query of the address that it was begun at. */
  readonly address: string;
  /** A form that was sent and not answered is sent again under the same key. */
  readonly idempotencyKey: string;
  readonly form: Form;
}

/** What was written here before, unless the address asks for something else. */
export function readDraft(objectId: string, address: string): Draft | null {
  const draft = parse(sessionStorage.getItem(KEY));
  if (draft === null) return null;
  if (draft.objectId !== objectId) {
    dropDraft();
    return null;
  }
  return draft.address === address || address === "" ? draft : null;
}

export function keepDraft(draft: Draft): void {
  sessionStorage.setItem(KEY, JSON.stringify(draft));
}

export function dropDraft(): void {
  sessionStorage.removeItem(KEY);
}

function parse(text: string | null): Draft | null {
  if (text === null) return null;
  try {
    return JSON.parse(text) as Draft;
  } catch {
    return null;
  }
}
