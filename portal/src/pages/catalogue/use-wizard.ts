/**
 * Where somebody is in a deployment, what they filled in so far, and what is wrong with it once they tried to go on. All
 * of it but passwords and files is a draft: a reload comes back to the same step.
 */
import { useCallback, useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { liveForm } from "../../../../src/offer-package/live-form.ts";
import { useApi } from "../../api/api.ts";
import type { PlacedFault } from "../../api/faults.ts";
import { useMe } from "../../app/session.tsx";
import { type Draft as Kept, useDraft } from "../../parts/draft.ts";
import { type Draft, firstDraft, jitValue, type Offer } from "./draft.ts";
import type { FormStep, LiveStep } from "./form.ts";
import type { Faults } from "./form-faults.ts";
import { withJit, withoutSecrets } from "./form-values.ts";
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
  readonly kept: Kept<Filled> & { readonly overtaken: boolean };
}

/** What is kept of a deployment. */
interface Filled {
  /** Of the offer whose form it fills in. */
  readonly version: number;
  readonly draft: Draft;
  /** How far one came: a step is reached through those before it. */
  readonly reached: number;
}

const NOTHING: readonly FormStep[] = [];

export function useWizard(offer: Offer, form: OfferForm): Wizard {
  const { principal } = useMe();
  const [query, setQuery] = useSearchParams();
  const own = form.steps ?? NOTHING;
  const { version } = form;
  const kept = useDraft<Filled>(
    `deploy:${offer.id}`,
    () => ({ version, draft: firstDraft(own, { ...principal, kind: "user", email: null }), reached: 0 }),
    (filled) => ({ ...filled, draft: secretless(own, filled.draft) }),
  );
  const { draft, reached } = kept.value;
  const { change } = kept;
  const edit = useCallback(
    (next: (before: Draft) => Draft) => change((before) => ({ ...before, draft: next(before.draft) })),
    [change],
  );
  const live = useLiveForm(own, draft);
  const steps = useMemo(() => wizardSteps(offer, live), [offer, live]);
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
    change((before) => ({ ...before, reached: Math.max(before.reached, next) }));
    if (next !== at) setQuery({ step: steps[next]?.key ?? "" });
  };
  return {
    ...{ steps, at, step, draft, edit, goTo, trial },
    kept: { ...kept, overtaken: kept.restored && kept.value.version !== version },
    faults: { ...(step.isBasics ? basicsPlaced(placed) : {}), ...(at < tried ? faultsAt(step) : {}) },
    jitFaults: jitPlaced(placed),
  };
}

function secretless(steps: readonly FormStep[], draft: Draft): Draft {
  return { ...draft, values: withoutSecrets(steps, draft.values), confirmed: {} };
}

/** In lower case: names differ by more than that. */
function useTakenNames(): readonly string[] {
  const found = useApi("listApplications", {});
  return (found.data?.items ?? [])
    .filter(({ side }) => side === "consumer")
    .map(({ name }) => name.toLowerCase());
}

const ALL = { query: { limit: 200 } };

/** The form as it stands after every key that is typed. */
function useLiveForm(own: readonly FormStep[], draft: Draft): readonly LiveStep[] {
  const { principal } = useMe();
  const subscriptions = useApi("listSubscriptions", ALL).data;
  const { subscriptionId, resourceGroup } = draft;
  const displayName = subscriptions?.items.find(({ id }) => id === subscriptionId)?.name ?? "";
  return useMemo(() => {
    const root = `/subscriptions/${subscriptionId ?? ""}`;
    const name = resourceGroup.trim();
    return liveForm(own, {
      values: withJit(own, draft.values, jitValue(draft.jit)),
      location: "global",
      subscription: {
        id: root,
        subscriptionId: subscriptionId ?? "",
        tenantId: principal.tenantId,
        displayName,
      },
      resourceGroup: { id: `${root}/resourceGroups/${name}`, name, location: "global", mode: "New" },
      now: Date.now() as Parameters<typeof liveForm>[1]["now"],
    });
  }, [own, draft.values, draft.jit, subscriptionId, displayName, resourceGroup, principal.tenantId]);
}
