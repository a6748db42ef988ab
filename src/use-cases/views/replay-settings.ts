/** "What would this have changed?": the last thirty days' requests under today's settings and under proposed ones. */

import { setImmediate as letOthers } from "node:timers/promises";
import type { AccessRequest } from "../../domain/access-request.ts";
import type { Application } from "../../domain/application.ts";
import type { Eligibility } from "../../domain/eligibility.ts";
import { asId, type EligibilityId } from "../../domain/ids.ts";
import { type Identity, principalKey, samePrincipal } from "../../domain/principal.ts";
import { accept, type Outcome } from "../../domain/rejection.ts";
import type { RoleDefinition } from "../../domain/role-definition.ts";
import { conditionText } from "../../domain/role-settings.ts";
import { sameScope } from "../../domain/scope.ts";
import { addMs, DAY_MS, describeDuration, type Instant } from "../../domain/time.ts";
import type { ActivationAsk, ActivationFacts } from "../../policy/activation.ts";
import { mayAnswerForTenant, mayReadConfiguration } from "../../policy/authority.ts";
import { askOf } from "../../policy/decisions/gather.ts";
import { evaluateActivation } from "../../policy/evaluate-activation.ts";
import { type Course, changeWords, courseOf, sameCourse } from "../../policy/replay.ts";
import { settingsFor } from "../../policy/settings-for.ts";
import { strictest } from "../../policy/strictest.ts";
import { resolveSettings, type SettingsLayer } from "../../policy/tiers.ts";
import type { Caller, Deps, RequestFilter, Tx } from "../ports.ts";
import { type Names, namesIn } from "./names.ts";
import { type Proposal, type ProposedRules, proposeRules } from "./propose-rules.ts";
import { layersAt, loadRules, storedFor, type TenantRules } from "./tenant-rules.ts";

const LOOK_BACK_MS = 30 * DAY_MS;
const MAX_REQUESTS = 1_000;
// Conditions are parsed at each use: a million characters of them take up to about a second.
const MAX_CONDITION_CHARS = 1_000_000;

/** What no record tells, so that nobody takes the answer for more than it is. */
const UNKNOWN = [
  "asks that were refused at once are not stored, and not among these",
  "everybody who asked is taken to be eligible, as they were then",
  "access that was held at the same time is left out: back-to-back windows are not counted together",
];

export interface Replay {
  readonly from: Instant;
  readonly considered: number;
  /** Whether there were more requests than are looked at. */
  readonly cut: boolean;
  readonly changed: readonly ChangedRequest[];
  readonly unknown: readonly string[];
  readonly summary: string;
}

export interface ChangedRequest {
  readonly requestId: string;
  readonly requesterName: string;
  readonly roleNames: readonly string[];
  readonly scopeName: string;
  readonly createdAt: Instant;
  readonly was: string;
  readonly would: string;
  readonly sentence: string;
}

/** Stores nothing. */
export async function replaySettings(
  deps: Deps,
  caller: Caller,
  proposal: Proposal,
): Promise<Outcome<Replay>> {
  // Of its own application an owner may change the policy, and sees what was asked for there.
  const allowed =
    "applicationId" in proposal
      ? accept(undefined)
      : firstRefusal([
          mayReadConfiguration(caller),
          mayAnswerForTenant(caller, "see what other people asked for"),
        ]);
  if (!allowed.ok) return allowed;
  return deps.store.inTenant(caller.ref.tenantId, async (tx) => {
    const rules = await loadRules(tx);
    const proposed = await proposeRules({ deps, caller, tx, rules }, proposal);
    return proposed.ok ? accept(await replay(tx, rules, proposed.value, deps.clock.now())) : proposed;
  });
}

function firstRefusal(answers: readonly Outcome<void>[]): Outcome<void> {
  return answers.find(({ ok }) => !ok) ?? accept(undefined);
}

async function replay(tx: Tx, rules: TenantRules, proposed: ProposedRules, now: Instant): Promise<Replay> {
  const from = addMs(now, -LOOK_BACK_MS);
  const filter: RequestFilter = { from, limit: MAX_REQUESTS + 1, ...proposed.where };
  const found = await tx.requests.list(filter);
  const past = found.slice(0, MAX_REQUESTS);
  const history = await historyOf(tx, past);
  const names = namesIn(tx);
  const tally = new Map<string, number>();
  const changed: ChangedRequest[] = [];
  let considered = 0;
  let looked = 0;
  for (const request of past) {
    if (history.spent.conditionChars >= MAX_CONDITION_CHARS) break;
    looked++;
    // Nothing here waits for anything: everybody else would.
    await letOthers();
    if (request.tenantId !== tx.tenantId || !isGoverned(history, request, rules, proposed)) continue;
    const was = await courseUnder(history, request, { rules });
    const would = await courseUnder(history, request, proposed);
    if (was === null || would === null) continue;
    considered++;
    if (sameCourse(was, would)) continue;
    const words = changeWords(was, would);
    tally.set(words, (tally.get(words) ?? 0) + 1);
    changed.push(await view(names, history, { request, was, would }));
  }
  const cut = found.length > looked;
  return { from, considered, cut, changed, unknown: UNKNOWN, summary: summaryOf(considered, cut, tally) };
}

/** What is known of the time in which the requests were made. */
interface History {
  readonly requests: readonly AccessRequest[];
  readonly roles: readonly RoleDefinition[];
  readonly applications: readonly Application[];
  /** What the looking has cost so far. */
  readonly spent: { conditionChars: number };
  identity(ref: AccessRequest["requester"]): Promise<Identity | null>;
  extended(request: AccessRequest): Promise<ActivationAsk["extending"]>;
}

async function historyOf(tx: Tx, requests: readonly AccessRequest[]): Promise<History> {
  const known = new Map<string, Promise<Identity | null>>();
  const roleIds = [...new Set(requests.flatMap(({ asked }) => asked.roleDefinitionIds))];
  return {
    requests,
    roles: roleIds.length === 0 ? [] : await tx.policy.roles(roleIds),
    applications: await tx.applications.all(),
    spent: { conditionChars: 0 },
    identity(ref) {
      const found = known.get(principalKey(ref)) ?? tx.directory.identity(ref);
      known.set(principalKey(ref), found);
      return found;
    },
    async extended({ extendsGrantId, createdAt }) {
      const grant = extendsGrantId === null ? null : await tx.grants.find(extendsGrantId);
      // When it would have ended then is not recorded; it had not ended when its extension was asked for.
      return grant === null ? null : { ...grant, endsAt: createdAt };
    },
  };
}

function rolesOf(history: History, { asked }: AccessRequest): RoleDefinition[] {
  return history.roles.filter(({ id }) => asked.roleDefinitionIds.includes(id));
}

function applicationOf({ applications }: History, { applicationId }: AccessRequest) {
  return applications.find(({ id }) => id === applicationId) ?? null;
}

/** Whether what is proposed rules it, today or then: nothing nearer does, and no application's policy stands alone. */
function isGoverned(
  history: History,
  request: AccessRequest,
  rules: TenantRules,
  { rules: proposed, isMeant, application: changed }: ProposedRules,
): boolean {
  const application = applicationOf(history, request);
  if (changed !== undefined) return application?.id === changed.id;
  const isPublishers = application?.publisherTenantId === request.requester.tenantId;
  if (application?.jitAccess.enabled && isPublishers) return false;
  return rolesOf(history, request).some((role) =>
    [rules, proposed].some((some) =>
      layersAt(some, role, request.scope).some((layer: SettingsLayer) => isMeant(layer, role)),
    ),
  );
}

async function courseUnder(
  history: History,
  request: AccessRequest,
  { rules, application: changed }: Pick<ProposedRules, "rules" | "application">,
): Promise<Course | null> {
  const requester = await history.identity(request.requester);
  const beneficiary = await history.identity(request.beneficiary);
  const roles = rolesOf(history, request);
  if (requester === null || beneficiary === null || roles.length === 0) return null;
  const then = applicationOf(history, request);
  const application = changed !== undefined && changed.id === then?.id ? changed : then;
  const inForce = settingsFor(request.requester.tenantId, application, roles, (role) =>
    resolveSettings(request.scope, role, storedFor(rules, role.id), rules.tiers),
  );
  const settings = strictest(inForce.map((one) => one.settings));
  history.spent.conditionChars += settings.conditions.map(conditionText).join("").length;
  const ask = { ...askOf(request, request.asked), extending: await history.extended(request) };
  const facts = factsOf(history, request, { requester, beneficiary, roles });
  const decision = evaluateActivation(ask, settings, facts, request.createdAt);
  return courseOf(ask, settings, decision, decidedAfter(request));
}

/** As they were when it was stored: it had passed every rule about who may ask, and settings do not bear on those. */
function factsOf(
  history: History,
  request: AccessRequest,
  known: { requester: Identity; beneficiary: Identity; roles: readonly RoleDefinition[] },
): ActivationFacts {
  const { tenantId, beneficiary, scope, asked } = request;
  const living = (one: Identity): Identity => ({
    ...one,
    principal: { ...one.principal, deletedAt: null, lock: null },
  });
  const eligible = asked.roleDefinitionIds.map(
    (roleDefinitionId): Eligibility => ({
      id: asId<EligibilityId>(request.id),
      tenantId,
      principal: beneficiary,
      roleDefinitionId,
      scope,
      source: "assigned",
      startsAt: 0 as Instant,
      endsAt: null,
    }),
  );
  return {
    requester: living(known.requester),
    beneficiary: living(known.beneficiary),
    requesterOwnsBeneficiary: true,
    roles: known.roles,
    eligibilities: eligible,
    held: [],
    pending: [],
    pendingOfRequester: 0,
    lastDeniedAt: lastDenied(history, request),
    emergencyReviewDue: false,
    // What targets can hold is no matter of settings.
    targets: [],
  };
}

function lastDenied({ requests }: History, request: AccessRequest): Instant | null {
  const before = requests.flatMap(({ id, state, requester, scope, asked }) =>
    id !== request.id &&
    state.name === "denied" &&
    state.at <= request.createdAt &&
    samePrincipal(requester, request.requester) &&
    sameScope(scope, request.scope) &&
    asked.roleDefinitionIds.some((id) => request.asked.roleDefinitionIds.includes(id))
      ? [state.at]
      : [],
  );
  return before.length === 0 ? null : (Math.max(...before) as Instant);
}

function decidedAfter({ state, createdAt }: AccessRequest): number | null {
  return state.name === "approved" && !state.automatically ? state.at - createdAt : null;
}

interface Replayed {
  readonly request: AccessRequest;
  readonly was: Course;
  readonly would: Course;
}

async function view(
  names: Names,
  history: History,
  { request, was, would }: Replayed,
): Promise<ChangedRequest> {
  const requesterName = (await names.principal(request.requester)).displayName;
  const roleNames = rolesOf(history, request).map(({ name }) => name);
  const scopeName = await names.scope(request.scope);
  const asked = `${requesterName} asked for ${roleNames.join(", ")} on ${scopeName} for ${describeDuration(request.asked.durationMs)}`;
  const because = would.kind === "refused" ? `: ${would.sentence}` : "";
  return {
    requestId: request.id,
    requesterName,
    roleNames,
    scopeName,
    createdAt: request.createdAt,
    was: await courseWords(names, was),
    would: await courseWords(names, would),
    sentence: `${asked}; it ${changeWords(was, would)}${because}`,
  };
}

async function courseWords(names: Names, course: Course): Promise<string> {
  switch (course.kind) {
    case "atOnce":
      return "approved at once";
    case "refused":
      return `refused (${course.because})`;
    case "timedOut":
      return `timed out (${course.because})`;
    case "decided": {
      const stages: string[] = [];
      for (const { approvers, required } of course.stages) {
        const who: string[] = [];
        for (const ref of approvers) who.push((await names.principal(ref)).displayName);
        stages.push(required === 1 ? who.join(" or ") : `${required} of ${who.join(", ")}`);
      }
      return `decided by ${stages.join(", then ")}`;
    }
  }
}

function summaryOf(considered: number, cut: boolean, tally: ReadonlyMap<string, number>): string {
  const many = `${cut ? "the newest " : ""}${considered} ${considered === 1 ? "request" : "requests"} in the last 30 days`;
  if (considered === 0) return `${many}: nothing to compare`;
  const changed = [...tally.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...tally].map(([words, count]) => `${count} ${words}`);
  return `${many}: ${[`${considered - changed} as before`, ...parts].join(", ")}`;
}
