/** A grant in words: whether it is live, how it ends, and what its end does. */
import { ENDED } from "../../../src/client/asked.ts";
import type { ItemOf } from "../api/api.ts";
import { NOT_ENFORCED } from "./shared.ts";
import { inWords, timeWords, withTimes } from "./time.ts";

export type Grant = ItemOf<"listGrants">;

/** What people call the kind of target that holds it. */
export function targetName({ target, targetKind }: Grant["entitlements"][number]): string {
  return target?.label ?? targetKind;
}

/** The systems that hold this grant, each once. */
export function targetsOf({ entitlements }: Grant): string[] {
  return [...new Set(entitlements.map(targetName))];
}

export function endedWords(cause: string): string {
  return Object.hasOwn(ENDED, cause) ? ENDED[cause as keyof typeof ENDED] : cause;
}

/** Live only when the target confirmed, and ended only when it was seen to be gone. */
export function stateWords(grant: Grant): string {
  const { unconfirmed } = grant;
  switch (grant.liveness) {
    case "live":
      return grant.kind === "standing" ? "Standing" : grant.emergency ? "Live, emergency" : "Live";
    case "scheduled":
      return "Scheduled";
    case "provisioning":
      if (unconfirmed?.reason != null) return "Not open";
      return `Opening, waiting for ${targetsOf(grant).join(" and ")}`;
    default:
      return unconfirmed?.of === "end" ? "Not confirmed gone" : capital(endedWords(grant.liveness));
  }
}

/** What never ends is told apart from what does. */
export function stateColor(grant: Grant): string {
  const { kind, liveness, unconfirmed } = grant;
  if (liveness === "live") return kind === "standing" ? "orange" : "green";
  if (unconfirmed !== null && unconfirmed.of !== "never" && unconfirmed.reason !== null) return "red";
  if (liveness === "provisioning" || liveness === "scheduled") return "night";
  return unconfirmed?.of === "end" ? "orange" : "gray";
}

/** Whatever its targets still hold. */
export function isOver({ liveness }: Grant): boolean {
  return !["live", "provisioning", "scheduled"].includes(liveness);
}

/** What happens at the end, and who sees to it. */
export function endWords(grant: Grant): string {
  const [target] = targetsOf(grant);
  if (grant.endsAt === null) return "Standing access has no end.";
  if (target === undefined) return NOT_ENFORCED;
  if (grant.heldBy === "timerOnly")
    return `${target} cannot hold an end. If Curfew is down then, access lasts until it is back.`;
  return `${target} itself refuses new log-ins from then. ${SESSIONS[sessionsOf(grant)]}`;
}

const SESSIONS = {
  none: "Nothing cuts open sessions.",
  cutByCurfew: "Curfew cuts open sessions.",
  native: "It cuts open sessions as well.",
} as const;

/** Of several targets the one that leaves the most open. */
function sessionsOf({ entitlements }: Grant): keyof typeof SESSIONS {
  const all = new Set(entitlements.map(({ target }) => target?.sessions ?? "none"));
  return all.has("none") ? "none" : all.has("cutByCurfew") ? "cutByCurfew" : "native";
}

/** What its holder can fetch something for, to get in with. */
export function issuesSecret({ target }: Grant["entitlements"][number]): boolean {
  return target?.issuesSecret === true;
}

/** Whether every target that holds it can hold a later end. */
export function canBeExtended({ entitlements }: Grant): boolean {
  return entitlements.every(({ target }) => target?.canExtend !== false);
}

/** Where it stands, in one or two sentences. */
export function standingWords(grant: Grant, now: number): string {
  const { liveness, startsAt, endsAt, unconfirmed } = grant;
  const not = unconfirmedWords(grant, now);
  if (liveness === "scheduled") return `Begins ${timeWords(startsAt, now)}, ${inWords(startsAt, now)}.`;
  if (liveness === "provisioning") {
    const end = endsAt === null ? "" : ` The end stays ${timeWords(endsAt, now)}.`;
    const again = grant.askAgain === null ? "" : " To ask again on the same terms, end this first.";
    return `Not live yet. ${not ?? ""}${end}${again}`;
  }
  if (liveness === "live") {
    const until =
      endsAt === null
        ? `Since ${timeWords(startsAt, now)}, without an end.`
        : `Live until ${timeWords(endsAt, now)}.`;
    return not === null ? until : `${until} ${not}`;
  }
  if (unconfirmed?.of === "never") return `${not}`;
  if (unconfirmed !== null) return `Not live any more (${endedWords(liveness)}). ${not}`;
  const { at } = grant.effectiveEnd;
  return `${capital(endedWords(liveness))}${at === null ? "" : `, ${timeWords(at, now)}`}.`;
}

/** What its targets have yet to confirm, and why; null where all is as it is said to be. */
export function unconfirmedWords({ unconfirmed }: Grant, now: number): string | null {
  return unconfirmed === null ? null : `${capital(withTimes(unconfirmed.sentence, now))}.`;
}

/** The form to ask for it once more, filled in; null for what nobody asked for. */
export function againAddress({ requestId, roleDefinitionId }: Grant): string | null {
  if (requestId === null) return null;
  return `/request?${new URLSearchParams({ again: requestId, role: roleDefinitionId })}`;
}

export function placeWords({
  scopeName,
  ownerName,
}: {
  readonly scopeName: string;
  readonly ownerName: string;
}) {
  return `${scopeName} · ${ownerName}`;
}

export function lower(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

export function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
