/** Asks for more time on a live grant: a new access request, decided by the same rules; and what that would bring. */

import type { AccessRequest } from "../../domain/access-request.ts";
import type { GrantId } from "../../domain/ids.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { Instant } from "../../domain/time.ts";
import { isParty } from "../../policy/authority.ts";
import {
  extendGrant as decideExtension,
  type ExtendInput as More,
  prepareExtension,
} from "../../policy/decisions/ask.ts";
import { extendedEnd } from "../../policy/rules/time.ts";
import { concluded, onlyMade } from "../conclude.ts";
import type { Answered, GrantMoment, RepeatOptions, Who } from "../decisions.ts";
import { noSuchGrant } from "../find-request.ts";
import type { Caller, Deps, EffectDeps } from "../ports.ts";
import { describePrepared, type Previewed } from "../requests/preview-request.ts";

export interface ExtendInput extends More {
  readonly grantId: GrantId;
}

/** With what it was decided on, and under a key of the caller's own. */
export async function askForMore(
  deps: Deps,
  who: Who,
  input: ExtendInput,
  options: RepeatOptions<AccessRequest, GrantMoment> = {},
): Promise<Outcome<Answered<AccessRequest, GrantMoment>>> {
  const { grantId } = input;
  const work = (at: GrantMoment) => {
    const { grant } = at;
    if (grant === null || !isParty(at.caller, grant)) return noSuchGrant(grantId);
    return decideExtension({ ...at, home: grant.tenantId }, { grant, input, facts: at }, deps.ids);
  };
  const decisions = deps.decisions(deps.clock);
  return concluded(deps, await decisions.onGrant(who, grantId, work, { ...options, asking: true }));
}

export const extendGrant = onlyMade(askForMore);

export interface PreviewedExtension extends Previewed {
  /** Were it approved now. */
  readonly newEnd: Instant;
}

export async function previewExtension(
  deps: EffectDeps,
  caller: Caller,
  input: ExtendInput,
): Promise<Outcome<PreviewedExtension>> {
  const looked = await deps.decisions(deps.clock).atGrant(caller, input.grantId);
  if (!looked.ok) return looked;
  const at = looked.value;
  const { grant, now } = at;
  if (grant === null || !isParty(caller, grant)) return noSuchGrant(input.grantId);
  const prepared = prepareExtension({ ...at, home: grant.tenantId }, grant, input, at);
  if (!prepared.ok) return prepared;
  const { decision, settings, facts, current } = prepared.value;
  const ofRole = facts.held.filter((one) => one.roleDefinitionId === grant.roleDefinitionId);
  const newEnd = extendedEnd(current, ofRole, { ...settings, ...decision, now, targets: facts.targets });
  const window = { ...current, endsAt: newEnd };
  const shown = { ...prepared.value, decision: { ...decision, window } };
  return accept({ ...(await describePrepared(deps, at, shown)), newEnd });
}
