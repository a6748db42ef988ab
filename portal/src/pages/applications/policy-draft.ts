/** A JIT policy while somebody fills it in: durations as typed, people with their names. */
import { faultAt, type PlacedFault } from "../../api/faults.ts";
import type { FoundPrincipal } from "../../parts/principal-picker.tsx";
import type { ApplicationInFull } from "../../words/application.ts";
import { durationWords, isoDuration, readDuration } from "../../words/duration.ts";
import { FORM } from "../../words/jit-terms.ts";

export interface PolicyDraft {
  readonly mode: "automatic" | "manual";
  readonly maximumDuration: string;
  readonly minimumDuration: string;
  readonly decideBy: string;
  readonly required: number;
  readonly approvers: readonly FoundPrincipal[];
  readonly justificationRequired: boolean;
  readonly mfaRequired: boolean;
  readonly emergencyAllowed: boolean;
}

export type PolicyFaults = Readonly<Partial<Record<keyof PolicyDraft, string | null>>>;

/** Azure's defaults for a managed application, and ours where Azure has none. */
export const DEFAULT_POLICY: PolicyDraft = {
  mode: "automatic",
  maximumDuration: "8 h",
  minimumDuration: "5 min",
  decideBy: "1 d",
  required: 1,
  approvers: [],
  justificationRequired: false,
  mfaRequired: false,
  emergencyAllowed: false,
};

export function draftOf({ jitPolicy, own }: ApplicationInFull): PolicyDraft {
  if (jitPolicy === null) return DEFAULT_POLICY;
  const { mode, maximumDuration, minimumDuration, decideBy, required } = jitPolicy;
  const { justificationRequired, mfaRequired, emergencyAllowed } = jitPolicy;
  return {
    mode,
    maximumDuration: durationWords(maximumDuration),
    minimumDuration: durationWords(minimumDuration),
    decideBy: durationWords(decideBy),
    required,
    approvers: (own?.approvers ?? []).map(found),
    justificationRequired,
    mfaRequired,
    emergencyAllowed,
  };
}

function found({
  tenantId,
  objectId,
  kind,
  displayName,
}: NonNullable<ApplicationInFull["own"]>["approvers"][number]): FoundPrincipal {
  return { tenantId, objectId, displayName, email: null, kind: kind === "group" ? "group" : "user" };
}

/** As the API takes it; durations that are none must have been found before. */
export function policyBody(draft: PolicyDraft): Record<string, unknown> {
  const { mode, required, approvers, justificationRequired, mfaRequired, emergencyAllowed } = draft;
  return {
    mode,
    required,
    justificationRequired,
    mfaRequired,
    emergencyAllowed,
    approvers: approvers.map(({ objectId }) => objectId),
    maximumDuration: isoOf(draft.maximumDuration),
    minimumDuration: isoOf(draft.minimumDuration),
    decideBy: isoOf(draft.decideBy),
  };
}

export function isoOf(typed: string): string {
  return isoDuration(readDuration(typed) ?? 0);
}

const DURATIONS = ["maximumDuration", "minimumDuration", "decideBy"] as const;

/** Whether these durations are durations; what they must be is the server's to say. */
export function typedFaults(draft: PolicyDraft): PolicyFaults {
  return Object.fromEntries(
    DURATIONS.flatMap((field) => ((readDuration(draft[field]) ?? 0) > 0 ? [] : [[field, FORM.noDuration]])),
  );
}

export function placedFaults(faults: readonly PlacedFault[]): PolicyFaults {
  const fields = Object.keys(DEFAULT_POLICY) as (keyof PolicyDraft)[];
  return Object.fromEntries(fields.map((field) => [field, faultAt(faults, `/${field}`)]));
}
