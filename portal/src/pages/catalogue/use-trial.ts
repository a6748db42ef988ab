/** A deployment tried without being done. Kept in the page's state alone: what was filled in may hold passwords. */
import { useEffect, useState } from "react";
import { call } from "../../api/api.ts";
import { faultsOf, type PlacedFault } from "../../api/faults.ts";
import { BASICS } from "../../words/deploying.ts";
import { PROBLEM } from "../../words/shared.ts";
import { type Draft, jitValue, type Offer, type Spec, specOf } from "./draft.ts";
import type { FormStep, Json } from "./form.ts";
import { type Values, withJit } from "./form-values.ts";

export type Outputs = Readonly<Record<string, Json>>;

export type Trial =
  | { readonly state: "running" }
  | { readonly state: "failed"; readonly error: Error; readonly faults: readonly PlacedFault[] }
  | {
      readonly state: "passed";
      readonly spec: Spec;
      /** What the publisher's form comes to. */
      readonly outputs: Outputs;
      /** The server's own sentence about what will be. */
      readonly note: string | null;
    };

/** The form of an offer; without one there is nothing to evaluate. */
export interface OfferForm {
  readonly version: number;
  readonly steps: readonly FormStep[] | null;
}

const RUNNING: Trial = { state: "running" };
const DOCUMENT = "/documents/0";

/** Runs whenever `active` becomes true; what was found counts for the draft it was found for. */
export function useTrial(active: boolean, offer: Offer, form: OfferForm, draft: Draft): Trial {
  const [found, setFound] = useState<{ readonly draft: Draft; readonly trial: Trial } | null>(null);
  useEffect(() => {
    if (!active) return;
    let current = true;
    setFound(null);
    void tryOut(offer, form, draft).then((trial) => {
      if (current) setFound({ draft, trial });
    });
    return () => {
      current = false;
    };
  }, [active, offer, form, draft]);
  return found?.draft === draft ? found.trial : RUNNING;
}

async function tryOut(offer: Offer, form: OfferForm, draft: Draft): Promise<Trial> {
  try {
    const evaluated = await evaluate(offer, form, draft);
    const spec = specOf(offer, form.version, draft, evaluated?.jit ?? null);
    const report = await call("applyConfiguration", {
      body: { documents: [{ kind: "Application", name: draft.name.trim(), spec }], dryRun: true },
    });
    const [change] = report.changes;
    // What exists is never changed from here.
    if (change !== undefined && change.action !== "create") return refusal(draft.name);
    return {
      state: "passed",
      spec,
      outputs: (evaluated?.outputs ?? {}) as Outputs,
      note: change?.note ?? null,
    };
  } catch (problem) {
    const error = problem instanceof Error ? problem : new Error(PROBLEM.title);
    return { state: "failed", error, faults: faultsOf(error, DOCUMENT) };
  }
}

async function evaluate(offer: Offer, { steps }: OfferForm, draft: Draft) {
  if (steps === null) return null;
  const { basics = {}, ...others } = withJit(steps, draft.values, jitValue(draft.jit));
  return call("evaluateOfferForm", {
    path: { id: offer.id },
    body: {
      basics: basics as Values,
      steps: others as Record<string, Values>,
      subscriptionId: draft.subscriptionId ?? "",
      resourceGroup: draft.resourceGroup.trim(),
    },
  });
}

function refusal(name: string): Trial {
  const message = BASICS.nameTaken(name);
  return { state: "failed", error: new Error(message), faults: [{ at: "/name", message }] };
}
