/** The form by which an offer is deployed: what a portal needs to show it, and what a filled-in one comes to. */
import { isGuid, type OfferId, type SubscriptionId } from "../../domain/ids.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { subscriptionScope } from "../../domain/scope.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { Subscription } from "../../domain/tenant.ts";
import { describeForm, type FormDescription } from "../../offer-package/describe-form.ts";
import { evaluateOutputs } from "../../offer-package/evaluate-outputs.ts";
import { type JitAccessPolicy, jitAccessPolicyOf } from "../../offer-package/jit-output.ts";
import type { OfferPackage } from "../../offer-package/ui-definition.ts";
import type { Caller, Deps, Tx } from "../ports.ts";

export interface OfferForm {
  readonly version: number;
  /** Null where the offer came without a package: there is nothing to fill in. */
  readonly form: FormDescription | null;
}

export interface FilledForm {
  readonly offerId: OfferId;
  readonly basics: JsonObject;
  readonly steps: JsonObject;
  readonly location: string;
  readonly subscriptionId: SubscriptionId;
  readonly resourceGroup: string;
}

export interface FormResult {
  readonly outputs: JsonObject;
  /** What the consumer chose of JIT access; null where the form does not ask. */
  readonly jitAccessPolicy: JitAccessPolicy | null;
  /** The same as an Application document says it under `jit`; its consumer adds the acknowledgement, where JIT is declined. */
  readonly jit: JsonObject | null;
}

export async function readOfferForm(deps: Deps, caller: Caller, id: OfferId): Promise<Outcome<OfferForm>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await packageOf(tx, id);
    if (found === null) return noSuchOffer(id);
    const form = found.package === null ? null : describeForm(found.package.uiDefinition);
    return accept({ version: found.version, form });
  });
}

/** The logo that an offer has now, to whom the offer is visible; `hash` is the one of its address. */
export async function readOfferLogo(
  deps: Deps,
  caller: Caller,
  { id, hash }: { readonly id: OfferId; readonly hash: string },
): Promise<Outcome<Buffer>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = (await tx.applications.visibleOffers()).find(({ offer }) => offer.id === id);
    const logo =
      found === undefined || found.offer.logo !== hash
        ? null
        : await tx.applications.logo(found.offer.tenantId, id);
    return logo === null
      ? reject("not_found", `there is no such logo of an offer \`${id}\` that you can see`)
      : accept(logo);
  });
}

/** Evaluates the outputs over what was filled in. Values are data: nothing in them is ever an expression. */
export async function evaluateOfferForm(
  deps: Deps,
  caller: Caller,
  filled: FilledForm,
): Promise<Outcome<FormResult>> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const found = await packageOf(tx, filled.offerId);
    if (found === null) return noSuchOffer(filled.offerId);
    if (found.package === null)
      return reject("not_found", "this offer came without a form; deploy it directly");
    const subscription = (await tx.tenants.subscriptions()).find(({ id }) => id === filled.subscriptionId);
    if (subscription === undefined) {
      return reject("not_found", "there is no subscription of that id in your organisation", {
        path: "/subscriptionId",
      });
    }
    return evaluate(deps, found.package, filled, subscription);
  });
}

function evaluate(
  deps: Deps,
  { uiDefinition }: OfferPackage,
  { basics, steps, location, resourceGroup }: FilledForm,
  { id, name, tenantId }: Subscription,
): Outcome<FormResult> {
  const root = subscriptionScope(id);
  const evaluated = evaluateOutputs(uiDefinition, {
    basics,
    steps,
    location,
    subscription: { id: root, subscriptionId: id, tenantId, displayName: name },
    resourceGroup: {
      id: `${root}/resourceGroups/${resourceGroup}`,
      name: resourceGroup,
      location,
      mode: "New",
    },
    now: deps.clock.now(),
    newGuid: () => deps.ids.next(),
  });
  if (!evaluated.ok) {
    const { output, message } = evaluated.fault;
    return reject("invalid_input", message, { path: output === "" ? "/" : `/outputs/${output}` });
  }
  const jit = jitAccessPolicyOf(evaluated.outputs);
  if (!jit.ok)
    return reject("invalid_input", jit.fault.message, { path: `/outputs/jitAccessPolicy${jit.fault.path}` });
  const { policy } = jit;
  return accept({ outputs: evaluated.outputs, jitAccessPolicy: policy, jit: policy && jitWords(policy) });
}

function jitWords(policy: JitAccessPolicy): JsonObject {
  if (!policy.jitAccessEnabled) return { enabled: false };
  return {
    enabled: true,
    mode: policy.jitApprovalMode === "ManualApprove" ? "manual" : "automatic",
    approvers: policy.jitApprovers.map(({ id, type }) => (isGuid(id) ? id : `${type}:${id}`)),
    maximumDuration: policy.maximumJitAccessDuration,
  };
}

/** Of the latest version of an offer that the caller's tenant may deploy. */
async function packageOf(
  tx: Tx,
  id: OfferId,
): Promise<{ version: number; package: OfferPackage | null } | null> {
  const visible = (await tx.applications.visibleOffers()).find(({ offer }) => offer.id === id);
  if (visible === undefined) return null;
  const { version } = visible.version;
  return { version, package: await tx.applications.offerPackage(visible.offer.tenantId, id, version) };
}

function noSuchOffer(id: OfferId) {
  return reject("not_found", `there is no offer \`${id}\` that you can see`);
}
