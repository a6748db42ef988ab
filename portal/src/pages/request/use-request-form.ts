/** The form's state: from a draft, else from the address; what is changed is kept as the draft. */
import { useState } from "react";
import { useMe } from "../../app/session.tsx";
import { lastTopic, useDraft } from "../../parts/draft.ts";
import type { AccessRequest } from "../../words/request.ts";
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
  /** Whether it came from a draft. */
  readonly restored: boolean;
  /** Forgets the draft. */
  readonly startAfresh: () => void;
}

const TOPIC = "request";

/** One draft for each thing that is asked for; an address that asks for nothing goes on with the last one. */
export function useRequestForm({ places, address, before }: Begun): RequestForm {
  const { objectId } = useMe().principal;
  const [topic] = useState(
    () => (address === "" ? lastTopic(objectId, TOPIC) : null) ?? `${TOPIC}${address}`,
  );
  const { value, change, restored, drop } = useDraft(topic, () => formFrom(address, { places, before }));
  return {
    form: value,
    change: (changes) => change((form) => ({ ...form, ...changes })),
    restored,
    startAfresh: drop,
  };
}
