/** The form's state: from a draft, else from the address; what is changed is kept as the draft. */
import { useEffect, useState } from "react";
import { useMe } from "../../app/session.tsx";
import type { AccessRequest } from "../../words/request.ts";
import { type Draft, dropDraft, keepDraft, readDraft } from "./draft.ts";
import { type Form, formFrom } from "./form.ts";
import type { Place } from "./places.ts";

export type Change = (changes: Partial<Form>) => void;

export interface Begun {
  readonly places: readonly Place[];
  /** The query of the page. */
  readonly address: string;
  /** What is asked for once more; null for a new ask. */
  readonly before: AccessRequest | null;
}

export interface RequestForm {
  readonly form: Form;
  readonly change: Change;
  readonly idempotencyKey: string;
  /** Whether it came from a draft. */
  readonly restored: boolean;
  readonly startAfresh: () => void;
}

export function useRequestForm({ places, address, before }: Begun): RequestForm {
  const { objectId } = useMe().principal;
  const fresh = (): Draft => ({
    objectId,
    address,
    idempotencyKey: crypto.randomUUID(),
    form: formFrom(address, { places, before }),
  });
  const [{ draft, restored, touched }, set] = useState(() => {
    const kept = readDraft(objectId, address);
    const begun = fresh();
    const draft = kept === null ? begun : { ...kept, form: { ...begun.form, ...kept.form } };
    return { draft, restored: kept !== null, touched: false };
  });
  useEffect(() => {
    if (touched) keepDraft(draft);
  }, [draft, touched]);
  const change = (changes: Partial<Form>) =>
    set((before) => ({
      ...before,
      draft: { ...before.draft, form: { ...before.draft.form, ...changes } },
      touched: true,
    }));
  const startAfresh = () => {
    dropDraft();
    set({ draft: fresh(), restored: false, touched: false });
  };
  return { form: draft.form, change, idempotencyKey: draft.idempotencyKey, restored, startAfresh };
}
