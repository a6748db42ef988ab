/** Every kind of configuration, in the order in which they can be made. */
import { BrokenInvariant } from "../../../domain/rejection.ts";
import { KINDS, type Kind } from "../documents.ts";
import type { KindHandler } from "../kind.ts";
import { applicationKind } from "./application.ts";
import { applicationDefinitionKind } from "./application-definition.ts";
import { bindingKind } from "./binding.ts";
import { eligibilityKind } from "./eligibility.ts";
import { exportKind } from "./export.ts";
import { groupKind } from "./group.ts";
import { roleDefinitionKind } from "./role-definition.ts";
import { roleSettingsKind } from "./role-settings.ts";
import { servicePrincipalKind } from "./service-principal.ts";
import { subscriptionKind } from "./subscription.ts";
import { targetKind } from "./target.ts";
import { tenantKind } from "./tenant.ts";
import { tierKind } from "./tier.ts";
import { userKind } from "./user.ts";

const HANDLERS: readonly KindHandler[] = [
  tenantKind,
  subscriptionKind,
  userKind,
  servicePrincipalKind,
  groupKind,
  roleDefinitionKind,
  tierKind,
  applicationDefinitionKind,
  applicationKind,
  roleSettingsKind,
  eligibilityKind,
  targetKind,
  bindingKind,
  exportKind,
];

export function handlerOf(kind: Kind): KindHandler {
  const found = HANDLERS.find((handler) => handler.kind === kind);
  if (found === undefined) throw new BrokenInvariant(`no handler for ${kind}`);
  return found;
}

export function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}
