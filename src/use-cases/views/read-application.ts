/** One managed application, and for its consumer what it was deployed with and who may change the terms. */
import type { Application, JitPolicy } from "../../domain/application.ts";
import type { ApplicationId } from "../../domain/ids.ts";
import type { PrincipalRef } from "../../domain/principal.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { mayChangeJitPolicy } from "../../policy/authority.ts";
import { jitPolicyWords } from "../apply/jit-spec.ts";
import type { Caller, Deps, Tx } from "../ports.ts";
import { type NamedPrincipal, type Names, namesIn } from "./names.ts";
import {
  type ApplicationView,
  approversOf,
  sideOf,
  viewApplication,
  visibleApplications,
} from "./read-applications.ts";

export interface ApplicationInFull extends ApplicationView {
  readonly offerName: string;
  /** Where its publisher helps, as the offer says now; null where it says nothing. */
  readonly support: string | null;
  /** INVARIANT I11: null for the publisher. */
  readonly own: OwnApplication | null;
}

export interface OwnApplication {
  readonly owners: readonly NamedPrincipal[];
  /** Whether the caller administers or owns it, and so may change the JIT policy. */
  readonly mayManage: boolean;
  /** As named: a group stands for its members. */
  readonly approvers: readonly NamedPrincipal[];
  /** The whole policy in a document's words, so that a change of one field keeps the others; null where declined. */
  readonly policy: Readonly<Record<string, unknown>> | null;
  readonly declined: { readonly by: NamedPrincipal; readonly at: Instant } | null;
}

export async function readApplication(
  deps: Deps,
  caller: Caller,
  id: ApplicationId,
): Promise<Outcome<ApplicationInFull>> {
  const visible = await deps.store.inTenant(caller.ref.tenantId, (tx) => visibleApplications(tx, caller));
  const application = visible.find((one) => one.id === id);
  if (application === undefined)
    return reject("not_found", `there is no application \`${id}\` that you can see`);
  return deps.store.inTenant(application.tenantId, async (tx) => {
    const view = await viewApplication(tx, caller, application);
    const offer = await tx.applications.offer(
      application.publisherTenantId,
      application.offerId,
      application.offerVersion,
    );
    const own = sideOf(application, caller) === "consumer" ? await ownPart(tx, caller, application) : null;
    const { displayName: offerName = application.name, support = null } = offer?.offer ?? {};
    return accept({ ...view, offerName, support, own });
  });
}

async function ownPart(tx: Tx, caller: Caller, application: Application): Promise<OwnApplication> {
  const names = namesIn(tx);
  const { jitAccess } = application;
  return {
    owners: await named(names, application.owners),
    mayManage: mayChangeJitPolicy(await tx.books([]), caller, application).ok,
    approvers: await named(names, approversOf(application)),
    policy: jitAccess.enabled ? await policyWords(tx, jitAccess.policy) : null,
    declined: jitAccess.enabled
      ? null
      : { by: await names.principal(jitAccess.acknowledgedBy), at: jitAccess.acknowledgedAt },
  };
}

/** By id, which stays right when a name is given to somebody else. */
async function policyWords(tx: Tx, policy: JitPolicy): Promise<Record<string, unknown>> {
  return {
    ...(await jitPolicyWords(tx, policy)),
    approvers: policy.approvers.map(({ objectId }) => objectId),
  };
}

async function named(names: Names, refs: readonly PrincipalRef[]): Promise<NamedPrincipal[]> {
  const found: NamedPrincipal[] = [];
  for (const ref of refs) found.push(await names.principal(ref));
  return found;
}
