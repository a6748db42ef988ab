/** The steps of one deployment: the basics, the publisher's own, the choice about JIT access wherever it stands, the review. */
import { faultAt, type PlacedFault } from "../../api/faults.ts";
import { basicsFaults, type Draft, jitFaults, type Offer } from "./draft.ts";
import { holdsJit, type LiveStep } from "./form.ts";
import { type Faults, faultsIn } from "./form-faults.ts";

export interface WizardStep {
  readonly key: string;
  readonly label: string;
  /** What the publisher's form asks here. */
  readonly form: LiveStep | null;
  readonly isBasics: boolean;
  /** Whether JIT access is chosen here: within the form, or on a step of its own. */
  readonly isJit: boolean;
}

const BASICS = "basics";
export const REVIEW = "review-and-create";
const PERMANENT_LABEL = "Publisher's access";

export function wizardSteps({ jitOffered }: Offer, form: readonly LiveStep[]): readonly WizardStep[] {
  const own = (one: LiveStep): WizardStep => ({
    key: one.name,
    label: one.label,
    form: one,
    isBasics: one.name === BASICS,
    isJit: holdsJit(one),
  });
  const bare = { form: null, isBasics: false, isJit: false };
  const asked =
    form.length === 0 ? [{ ...bare, key: BASICS, label: "Basics", isBasics: true }] : form.map(own);
  const chosen = asked.some(({ isJit }) => isJit)
    ? []
    : [{ ...bare, key: "jit-access", label: jitOffered ? "JIT access" : PERMANENT_LABEL, isJit: true }];
  return [...asked, ...chosen, { ...bare, key: REVIEW, label: "Review and create" }];
}

export function faultsOfStep(
  { form, isBasics, isJit }: WizardStep,
  offer: Offer,
  draft: Draft,
  taken: readonly string[],
): Faults {
  return {
    ...(isBasics ? basicsFaults(draft, taken) : {}),
    ...(form === null ? {} : faultsIn(form, draft.values, draft.confirmed)),
    ...(isJit ? jitFaults(offer, draft) : {}),
  };
}

const BASICS_POINTERS = {
  name: "/name",
  subscriptionId: "/spec/subscription",
  resourceGroup: "/spec/resourceGroup",
  managedResourceGroup: "/spec/managedResourceGroup",
  owners: "/spec/owners",
} as const;
const JIT_POINTER = "/spec/jit";

/** What the server found, at the fields of the basics. */
export function basicsPlaced(faults: readonly PlacedFault[]): Faults {
  return Object.fromEntries(
    Object.entries(BASICS_POINTERS).flatMap(([field, pointer]) => {
      const message = faultAt(faults, pointer);
      return message === null ? [] : [[field, message]];
    }),
  );
}

export function jitPlaced(faults: readonly PlacedFault[]): readonly PlacedFault[] {
  return faults.flatMap(({ at, message }) =>
    at.startsWith(JIT_POINTER) ? [{ at: at.slice(JIT_POINTER.length), message }] : [],
  );
}

/** The step where it is put right; -1 where no field says it. */
export function stepOfFault(steps: readonly WizardStep[], fault: PlacedFault): number {
  if (jitPlaced([fault]).length > 0) return steps.findIndex(({ isJit }) => isJit);
  return Object.keys(basicsPlaced([fault])).length > 0 ? steps.findIndex(({ isBasics }) => isBasics) : -1;
}
