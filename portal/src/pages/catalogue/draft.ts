/** A deployment while somebody fills it in, and the document that it comes to. */
import type { Answer, ItemOf } from "../../api/api.ts";
import type { FoundPrincipal } from "../../parts/principal-picker.tsx";
import { BASICS, JIT } from "../../words/deploying.ts";
import { DEFAULT_POLICY, isoOf, type PolicyDraft, typedFaults } from "../applications/policy-draft.ts";
import type { FormStep, Json } from "./form.ts";
import { firstValues, type Values } from "./form-values.ts";

/** As the server asks of every name; the last step is late to hear of it. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{N}_.()@ -]*[\p{L}\p{N}_)])?$/u;

export type Offer = ItemOf<"listOffers">;
/** What the publisher's form made of the choice about JIT access; null where it does not ask. */
type Evaluated = Answer<"evaluateOfferForm">["jit"];

export interface Draft {
  readonly name: string;
  readonly subscriptionId: string | null;
  readonly resourceGroup: string;
  /** Null: follows the name. */
  readonly managedResourceGroup: string | null;
  readonly owners: readonly FoundPrincipal[];
  readonly values: Values;
  /** Passwords typed once more, by field. */
  readonly confirmed: Readonly<Record<string, string>>;
  readonly jit: JitChoice;
}

export interface JitChoice {
  readonly enabled: boolean;
  readonly policy: PolicyDraft;
  /** What was typed to accept permanent access. */
  readonly acknowledged: string;
}

export function firstDraft(steps: readonly FormStep[], owner: FoundPrincipal): Draft {
  return {
    name: "",
    subscriptionId: null,
    resourceGroup: "applications",
    managedResourceGroup: null,
    owners: [owner],
    values: firstValues(steps),
    confirmed: {},
    jit: { enabled: true, policy: DEFAULT_POLICY, acknowledged: "" },
  };
}

export function managedGroupOf({ name, managedResourceGroup }: Draft): string {
  return managedResourceGroup ?? (name === "" ? "" : `${name}-managed`);
}

/** Permanent access: chosen, or the only thing there is. */
function isPermanent(offer: Offer, { jit }: Draft): boolean {
  return !offer.jitOffered || !jit.enabled;
}

export function basicsFaults(draft: Draft, taken: readonly string[]): Readonly<Record<string, string>> {
  const name = draft.name.trim();
  const faults: [string, string | null][] = [
    ["name", NAME.test(name) ? null : BASICS.nameForm],
    ["name", name === "" ? BASICS.nameLacks : null],
    ["name", taken.includes(name.toLowerCase()) ? BASICS.nameTaken(name) : null],
    ["subscriptionId", draft.subscriptionId === null ? BASICS.subscriptionLacks : null],
    ["resourceGroup", draft.resourceGroup.trim() === "" ? BASICS.groupLacks : null],
    ["managedResourceGroup", managedGroupOf(draft).trim() === "" ? BASICS.managedGroupLacks : null],
  ];
  return Object.fromEntries(faults.filter((one): one is [string, string] => one[1] !== null));
}

export function jitFaults(offer: Offer, draft: Draft): Readonly<Record<string, string>> {
  if (!isPermanent(offer, draft)) {
    const { maximumDuration } = typedFaults(draft.jit.policy);
    return maximumDuration == null ? {} : { maximumDuration };
  }
  return draft.name !== "" && draft.jit.acknowledged === draft.name
    ? {}
    : {
        acknowledged: JIT.notAccepted(draft.name, offer.jitOffered),
      };
}

/** As the form's own control gives it. */
export function jitValue({ enabled, policy }: JitChoice): Json {
  return {
    jitAccessEnabled: enabled,
    jitApprovalMode: policy.mode === "manual" ? "ManualApprove" : "AutoApprove",
    jitApprovers: policy.approvers.map(({ objectId, kind, displayName }) => ({
      id: objectId,
      type: kind === "group" ? "group" : "user",
      displayName,
    })),
    maximumJitAccessDuration: isoOf(policy.maximumDuration),
  };
}

export type Spec = Record<string, unknown> & { readonly jit: Record<string, unknown> };

/** Where the form made nothing of the choice, the choice itself counts. */
export function specOf(offer: Offer, version: number, draft: Draft, evaluated: Evaluated): Spec {
  return {
    publisher: offer.publisher.tenantId,
    offer: offer.id,
    version,
    subscription: draft.subscriptionId,
    resourceGroup: draft.resourceGroup.trim(),
    managedResourceGroup: managedGroupOf(draft).trim(),
    owners: draft.owners.map(({ objectId }) => objectId),
    jit: jitSpec(offer, draft, evaluated),
  };
}

function jitSpec(offer: Offer, draft: Draft, evaluated: Evaluated): Record<string, unknown> {
  const jit = evaluated ?? chosenJit(offer, draft);
  const { acknowledged } = draft.jit;
  if (jit.enabled !== false || acknowledged === "") return jit;
  return { ...jit, acknowledgePermanentAccess: acknowledged };
}

function chosenJit(offer: Offer, draft: Draft): Record<string, unknown> {
  if (isPermanent(offer, draft)) return { enabled: false };
  const { mode, maximumDuration, approvers } = draft.jit.policy;
  return {
    mode,
    maximumDuration: isoOf(maximumDuration),
    approvers: approvers.map(({ objectId }) => objectId),
  };
}
