/** The steps of a request and its grants as sentences, each with the time at which it happened. */
import { TIMED_OUT } from "../client/asked.ts";
import type { AccessRequest, Grant } from "../client/types.ts";
import { shortId } from "./find/pick.ts";
import { offerAgain, overWords, targetName } from "./grant-words.ts";
import { describeIso } from "./text/duration.ts";
import { clockTime, moment, momentWithUtc } from "./text/moment.ts";
import { readable } from "./text/readable.ts";
import type { Watched } from "./wait.ts";

export interface Step {
  /** The same step has the same key, however often it is seen. */
  readonly key: string;
  readonly at: number;
  readonly text: string;
}

export function narrate({ request, grants }: Watched, now: number, self: string): Step[] {
  return [
    ...waiting(request, now),
    ...partly(request),
    ...offered(request, now, self),
    ...decided(request),
    ...grants.flatMap((grant) => opening(grant, { oneOfMany: grants.length > 1, now, self })),
  ];
}

function waiting(
  { state, createdAt, decideBy, strandedAt, stages, decisions, ownerName }: AccessRequest,
  now: number,
): Step[] {
  if (state !== "pending" || decideBy === null) return [];
  const who = stages[0]?.approvers.tenantName ?? ownerName;
  const at = decisions.length === 0 ? Date.parse(createdAt) : now;
  const until = untilWhen(Date.parse(decideBy), now);
  if (strandedAt !== null)
    return [
      { key: `stranded ${strandedAt}`, at, text: `too few are left who could decide it, until ${until}` },
    ];
  return [{ key: `waiting ${decideBy}`, at, text: `waiting for ${who}, until ${until}` }];
}

/** Approvals that do not settle it yet. */
function partly({ state, decisions, stages }: AccessRequest): Step[] {
  if (state !== "pending") return [];
  return decisions.map((decision, at) => {
    const counted = decisions.slice(0, at + 1).filter(({ stage }) => stage === decision.stage).length;
    const required = stages[decision.stage]?.required ?? counted;
    const text = `approved by ${nameOf(decision.by)}, ${counted} of ${required}${quoted(decision.justification)}`;
    return { key: `approval ${at}`, at: Date.parse(decision.at), text };
  });
}

function offered({ id, proposal }: AccessRequest, now: number, self: string): Step[] {
  if (proposal === null) return [];
  const { terms, justification, at } = proposal;
  const from = terms.startAt === null ? "" : `, from ${momentWithUtc(Date.parse(terms.startAt), now)}`;
  const text = `offered: ${describeIso(terms.duration)}${from}${quoted(justification)}; take it with: ${self} accept ${shortId(id)}`;
  return [{ key: `offer ${at}`, at: Date.parse(at), text }];
}

function decided(request: AccessRequest): Step[] {
  const { state, stateAt, timedOutBecause, denial, decisions, stages, emergency } = request;
  const step = (text: string): Step[] => [{ key: state, at: Date.parse(stateAt), text }];
  switch (state) {
    case "pending":
      return [];
    case "approved": {
      if (stages.length === 0)
        return emergency ? step("open as an emergency; an approver reviews it afterwards") : [];
      return step(`approved${narrowed(request)}${quoted(decisions.at(-1)?.justification ?? null)}`);
    }
    case "denied": {
      const failed = denial?.rules.filter(({ outcome }) => outcome === "unsatisfied") ?? [];
      const why = failed.map(({ message }) => message).join("; ");
      return step(`denied${quoted(denial?.justification ?? null)}${why === "" ? "" : `: ${why}`}`);
    }
    case "canceled":
      return step("canceled");
    case "timedOut":
      return step(`timed out: ${TIMED_OUT[timedOutBecause ?? "decideBy"]}`);
  }
}

/** ` for 20 s (you asked 30 s)`; empty when it was approved as asked. */
function narrowed({ asked, terms, roles }: AccessRequest): string {
  const duration =
    asked.duration === terms.duration
      ? ""
      : ` for ${describeIso(terms.duration)} (you asked ${describeIso(asked.duration)})`;
  const kept = roles.filter(({ id }) => terms.roleDefinitionIds.includes(id));
  const fewer = kept.length === roles.length ? "" : `, ${kept.map(({ name }) => name).join(", ")} only`;
  return `${duration}${fewer}`;
}

interface Told {
  readonly oneOfMany: boolean;
  readonly now: number;
  readonly self: string;
}

function opening(grant: Grant, { oneOfMany, now, self }: Told): Step[] {
  const whose = oneOfMany ? `${grant.roleName}: ` : "";
  const step = (key: string, text: string): Step => ({
    key: `${grant.id} ${key}`,
    at: now,
    text: `${whose}${text}`,
  });
  const { liveness, startsAt, endsAt, effectiveEnd, unconfirmed } = grant;
  const offer = offerAgain(grant, self);
  const again = offer === null ? [] : [step("again", offer)];
  switch (liveness) {
    case "scheduled":
      return [step("scheduled", `starts ${momentWithUtc(Date.parse(startsAt), now)}`)];
    case "provisioning":
      return [...armed(grant).map((text) => step(text, text)), ...troubles(grant, now, step), ...again];
    case "live": {
      const until =
        endsAt === null ? "live, without an end" : `live until ${momentWithUtc(Date.parse(endsAt), now)}`;
      return [
        ...armed(grant).map((text) => step(text, text)),
        step(`live ${endsAt}`, until),
        ...troubles(grant, now, step),
      ];
    }
    default:
      return [
        {
          ...step(`over ${unconfirmed?.sentence}`, overWords(grant, now)),
          at: Date.parse(effectiveEnd.at ?? "") || now,
        },
        ...again,
      ];
  }
}

/** Each kind of target once, when all of it there was read back. */
function armed({ entitlements }: Grant): string[] {
  return [...Map.groupBy(entitlements, targetName)].flatMap(([name, held]) => {
    if (!held.every(({ state }) => state === "present")) return [];
    const native = held.every(({ enforcedUntil }) => enforcedUntil !== null);
    return [`opening in ${name}, ${native ? "end armed" : "Curfew's timer will end it"}`];
  });
}

function troubles({ unconfirmed }: Grant, now: number, step: (key: string, text: string) => Step): Step[] {
  if (unconfirmed === null || unconfirmed.reason === null) return [];
  return [step(unconfirmed.sentence, readable(unconfirmed.sentence, now))];
}

function untilWhen(at: number, now: number): string {
  return at - now < 3_600_000
    ? moment(at, now)
    : moment(at, now).replace(clockTime(at), clockTime(at).slice(0, 5));
}

function quoted(justification: string | null): string {
  return justification === null || justification.trim() === "" ? "" : `: "${justification}"`;
}

function nameOf(by: AccessRequest["decisions"][number]["by"]): string {
  return "displayName" in by ? by.displayName : by.tenantName;
}
