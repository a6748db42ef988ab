/** What a publisher may do at a customer's, in words: read always, more when asked for, or all of it for good. */
import { type Application, roleWords } from "./application.ts";
import { durationWords } from "./duration.ts";
import { listWords } from "./list.ts";

export const LIST = {
  title: "Customers",
  lead: "Where your offers run. You can always read; for more you ask, and the customer's rules decide.",
  empty:
    "Nobody runs an offer of yours yet. Customers find your offers in their catalogue once you make them available.",
  customer: "Customer",
  application: "Application",
  offer: "Offer",
  mayDo: "What you may do",
  liveNow: "Live now",
  always: "Always",
} as const;

export const PAGE = {
  unknown: "Customer",
  up: "All customers",
  parts: "Parts of this customer",
  overview: "Overview",
  jitAccess: "JIT access",
  eligible: "Eligible roles",
  liveNow: "Live now",
  history: "Request history",
} as const;

export function titleWords({ name, consumer }: Application): string {
  return `${name} at ${consumer.name}`;
}

/** In one line, for a list. */
export function accessWords(application: Application): string {
  const { jitPolicy, consumer } = application;
  const roles = roleWords(application);
  if (jitPolicy === null) return `You hold ${roles} permanently: ${consumer.name} declined JIT`;
  const decided = jitPolicy.mode === "automatic" ? "approved at once" : `${consumer.name} decides`;
  return `Ask for ${roles}, for up to ${durationWords(jitPolicy.maximumDuration)}; ${decided}`;
}

/** What one holds without asking, as a sentence. */
export function alwaysWords(application: Application): string {
  const { name, consumer, jitPolicy } = application;
  if (jitPolicy === null)
    return `You hold ${roleWords(application)} on ${name} permanently, because ${consumer.name} declined JIT when deploying. Only ${consumer.name} can end that, by removing the application.`;
  return `You always hold Reader on ${name}: you can look at everything in it and change nothing. To do more, you ask for a role for a limited time.`;
}

export function nothingToActivateWords(application: Application): string {
  return `Nothing to activate: ${application.consumer.name} declined JIT when deploying, so you hold ${roleWords(application)} permanently.`;
}

/** "Contoso, 2 approvers": a publisher learns how many decide, and never who. */
export function approvalWords({ jitPolicy, consumer }: Application): string | null {
  if (jitPolicy === null) return null;
  if (jitPolicy.mode === "automatic")
    return `Nobody has to: it is approved at once, and ${consumer.name} is told`;
  const { count } = jitPolicy.approvers;
  if (count === 0) return `${consumer.name}, the owners of the application`;
  const need = jitPolicy.required > 1 ? `, ${jitPolicy.required} have to agree` : "";
  return `${consumer.name}, ${count} ${count === 1 ? "approver" : "approvers"}${need}`;
}

/** "Orders platform, version 1"; `offer` is null once it is withdrawn. */
export function offerWords(offer: string | null, version: number): string {
  return `${offer ?? "Withdrawn"}, version ${version}`;
}

/** What follows an offer's name. */
export function versionWords({ offerVersion, consumer }: Application, newest: number): string {
  return newest > offerVersion
    ? `, version ${offerVersion}. Version ${newest} is published; ${consumer.name} has not accepted it yet.`
    : `, version ${offerVersion}, the newest`;
}

export const OVERVIEW = {
  always: "What you always hold",
  facts: "Facts",
  customer: "Customer",
  application: "Application",
  offer: "Offer",
  deployed: "Deployed",
  heldPermanently: "Held permanently",
  mayAskFor: "May be asked for",
  atMost: "For at most",
  whoDecides: "Who decides",
  needs: "Needs",
  scope: "Scope",
  managedResources: "Managed resources",
} as const;

export function needsWords({ jitPolicy }: Application): string | null {
  if (jitPolicy === null) return null;
  const needs = [
    ...(jitPolicy.justificationRequired ? ["a justification"] : []),
    ...(jitPolicy.mfaRequired ? ["a second factor"] : []),
  ];
  return needs.length === 0 ? null : needs.join(" and ");
}

export const ROLES = {
  list: "Eligible roles",
  role: "Role",
  through: "Through",
  upTo: "Up to",
  whoDecides: "Who decides",
  activate: "Activate",
} as const;

/** By which way one is eligible: in person, or through a group. */
export function wayWords(group: string | null): string {
  return group === null ? "You directly" : `Group ${group}`;
}

export function waysWords(ways: readonly string[]): string {
  return listWords(ways, "and");
}

export function activateWords(roleName: string, scopeName: string): string {
  return `Activate ${roleName} on ${scopeName}`;
}

export function approvedAtOnce(ownerName: string): string {
  return `Approved at once, ${ownerName} is told`;
}

export function noRoles({ name, consumer }: Application): string {
  return `You may not ask for any role on ${name}. Who may is said by the version of the offer that ${consumer.name} accepted.`;
}

export const LIVE = {
  list: "Live now",
  who: "Who",
  role: "Role",
  why: "Why",
  notSaid: "Not said",
  ends: "Ends",
  left: "Left",
} as const;

export function nobodyHoldsMore({ name }: Application): string {
  return `None of your people holds more than Reader on ${name} right now.`;
}
