/** Where somebody is in a deployment, what they filled in so far, and what is wrong with it once they tried to go on. */
import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { useApi } from "../../api/api.ts";
import type { PlacedFault } from "../../api/faults.ts";
import { useMe } from "../../app/session.tsx";
import { type Draft, firstDraft, type Offer } from "./draft.ts";
import type { FormStep } from "./form.ts";
import type { Faults } from "./form-faults.ts";
import { basicsPlaced, faultsOfStep, jitPlaced, REVIEW, type WizardStep, wizardSteps } from "./steps.ts";
import { type OfferForm, type Trial, useTrial } from "./use-trial.ts";

export interface Wizard {
  readonly steps: readonly WizardStep[];
  readonly at: number;
  readonly step: WizardStep;
  readonly draft: Draft;
  readonly edit: (change: (before: Draft) => Draft) => void;
  /** Goes there, or to the first step before it where something is wrong. */
  readonly goTo: (step: number) => void;
  /** By field, of the step one is at. */
  readonly faults: Faults;
  readonly jitFaults: readonly PlacedFault[];
  readonly trial: Trial;
}

const NOTHING: readonly FormStep[] = [];

export function useWizard(offer: Offer, form: OfferForm): Wizard {
  const { principal } = useMe();
  const [query, setQuery] = useSearchParams();
  const own = form.steps ?? NOTHING;
  const steps = useMemo(() => wizardSteps(offer, own), [offer, own]);
  const [draft, setDraft] = useState(() => firstDraft(own, { ...principal, kind: "user", email: null }));
  const edit = useCallback((change: (before: Draft) => Draft) => setDraft(change), []);
  // A step has an address, and is reached through those before it.
  const [reached, setReached] = useState(0);
  const [tried, setTried] = useState(0);
  const named = steps.findIndex(({ key }) => key === query.get("step"));
  const at = Math.max(0, Math.min(named, reached));
  const step = steps[at] as WizardStep;
  const trial = useTrial(step.key === REVIEW, offer, form, draft);
  const taken = useTakenNames();
  const faultsAt = (one: WizardStep) => faultsOfStep(one, offer, draft, taken);
  const placed = trial.state === "failed" ? trial.faults : [];
  const goTo = (target: number) => {
    const wrong = steps.slice(0, target).findIndex((one) => Object.keys(faultsAt(one)).length > 0);
    const next = wrong === -1 ? target : wrong;
    if (target > at) setTried((before) => Math.max(before, wrong === -1 ? at + 1 : next + 1));
    setReached((before) => Math.max(before, next));
    if (next !== at) setQuery({ step: steps[next]?.key ?? "" });
  };
  return {
    ...{ steps, at, step, draft, edit, goTo, trial },
    faults: { ...(step.isBasics ? basicsPlaced(placed) : {}), ...(at < tried ? faultsAt(step) : {}) },
    jitFaults: jitPlaced(placed),
  };
}

/** In lower case: names differ by more than that. */
function useTakenNames(): readonly string[] {
  const found = useApi("listApplications", {});
  return (found.data?.items ?? [])
    .filter(({ side }) => side === "consumer")
    .map(({ name }) => name.toLowerCase());
}
