/** A grant in words: its state, its end, and what its end does. */
import type { Grant } from "../client/types.ts";
import { shortId } from "./find/pick.ts";
import { placeOf } from "./find/requests.ts";
import { describeIso, describeLeft } from "./text/duration.ts";
import { moment } from "./text/moment.ts";
import { readable } from "./text/readable.ts";
import type { Column } from "./text/table.ts";

const COLUMNS: readonly Column[] = [
  { title: "ROLE" },
  { title: "ON", least: 15 },
  { title: "STATE" },
  { title: "ENDS" },
  { title: "AT THE END" },
  { title: "ID" },
];

/** Azure's built-in Reader. */
const READER_ID = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

/** `holder`: whether more than one person's grants are shown. */
export function grantTable(
  grants: readonly Grant[],
  now: number,
  holder: boolean,
): readonly [readonly Column[], readonly (readonly string[])[]] {
  const columns = holder ? [{ title: "WHO" }, ...COLUMNS] : COLUMNS;
  const rows = [...grants].sort(inReadingOrder).map((grant) => {
    const row = [
      grant.roleName,
      placeOf(grant),
      stateWord(grant),
      endWord(grant, now),
      atTheEnd(grant),
      shortId(grant.id),
    ];
    return holder ? [`${grant.beneficiary.displayName} (${grant.beneficiary.tenantName})`, ...row] : row;
  });
  return [columns, rows];
}

/** Emergencies that wait for a review: who opened what without approval, since when, and why. */
export function reviewTable(
  grants: readonly Grant[],
  now: number,
): readonly [readonly Column[], readonly (readonly string[])[]] {
  const columns = ["WHO", "ROLE", "ON", "SINCE", "STATE", "WHY", "ID"].map((title) => ({ title }));
  const rows = grants.map((grant) => [
    `${grant.beneficiary.displayName} (${grant.beneficiary.tenantName})`,
    grant.roleName,
    placeOf(grant),
    moment(Date.parse(grant.startsAt), now),
    stateWord(grant),
    grant.why ?? "-",
    shortId(grant.id),
  ]);
  return [columns, rows];
}

/** What people call the kind of target that holds it. */
export function targetName({ target, targetKind }: Grant["entitlements"][number]): string {
  return target?.label ?? targetKind;
}

export function stateWord({ kind, liveness, emergency, unconfirmed }: Grant): string {
  if (liveness === "live") return kind === "standing" ? "standing" : emergency ? "emergency" : "live";
  if (liveness === "scheduled") return "scheduled";
  if (liveness === "provisioning") return unconfirmed?.reason == null ? "opening" : "not open";
  return unconfirmed?.of === "end" ? "not confirmed gone" : endedWords(liveness);
}

/** How it ended, and what its targets did not confirm of that. */
export function overWords({ liveness, unconfirmed }: Grant, now: number): string {
  if (unconfirmed === null) return `over: ${endedWords(liveness)}`;
  const sentence = readable(unconfirmed.sentence, now);
  if (unconfirmed.of === "never") return `over, ${sentence}`;
  return `not live any more (${endedWords(liveness)}), but ${sentence}`;
}

/** Under a table: what is not confirmed and why, and how to ask again for what a target kept from opening. */
export function unconfirmedLines(grants: readonly Grant[], now: number, self: string): string[] {
  return grants.flatMap((grant) => {
    const { id, unconfirmed } = grant;
    if (unconfirmed === null) return [];
    const offer = offerAgain(grant, self);
    const line = `${shortId(id)}: ${readable(unconfirmed.sentence, now)}`;
    return offer === null ? [line] : [line, `${shortId(id)}: ${offer}`];
  });
}

/** Under a table: more time that waits for a decision, which nobody makes once the access is over. */
export function extensionLines(grants: readonly Grant[], now: number): string[] {
  return grants.flatMap(({ id, extension }) =>
    extension === null
      ? []
      : `${shortId(id)}: more time is asked for, ${describeIso(extension.duration)} from the decision; it is decided by ${moment(Date.parse(extension.decideBy), now)}, or the end stays`,
  );
}

/** Its end does not move, whatever its target did: the time lost is asked for again. Null where there is nothing to offer. */
export function offerAgain(
  { id, askAgain, roleName, emergency, liveness }: Grant,
  self: string,
): string | null {
  if (askAgain === null) return null;
  const role = /^[\w.-]+$/.test(roleName) ? roleName : `"${roleName}"`;
  const again = `${self} request ${role} --again ${shortId(askAgain)}${emergency ? " --emergency" : ""}`;
  if (liveness !== "provisioning") return `ask again on the same terms: ${again}`;
  return `its end does not move; to ask again on the same terms, give this back first: ${self} deactivate ${shortId(id)}; ${again}`;
}

export function endedWords(cause: string): string {
  return cause.replaceAll("_", " ");
}

/** What becomes of the access when the end comes, and who sees to it. */
export function atTheEnd(grant: Grant): string {
  const { kind, why, heldBy, entitlements, state, unconfirmed } = grant;
  if (state === "ended") return "-";
  if (unconfirmed?.of === "end") return "not confirmed yet";
  if (kind === "standing" && grant.endsAt === null) return why ?? "no end";
  const words = new Set(entitlements.map(({ target }) => target?.atTheEnd));
  const [only] = words;
  if (words.size === 0) return "answer turns no";
  if (heldBy === "timerOnly") return "Curfew's timer takes it away";
  return words.size === 1 && only !== undefined ? only : "taken away in the target";
}

function endWord({ effectiveEnd, liveness }: Grant, now: number): string {
  if (effectiveEnd.at === null) return "never";
  const end = Date.parse(effectiveEnd.at);
  return `${moment(end, now)}${liveness === "live" ? ` (in ${describeLeft(end - now)})` : ""}`;
}

/** What runs out first stands first; then what is to come, what never ends, and what is over. */
function inReadingOrder(a: Grant, b: Grant): number {
  const rank = rankOf(a);
  if (rank !== rankOf(b)) return rank - rankOf(b);
  if (rank === RANKS.over) return endOf(b) - endOf(a);
  if (rank === RANKS.live) return endOf(a) - endOf(b);
  if (rank !== RANKS.standing) return Date.parse(a.startsAt) - Date.parse(b.startsAt);
  return powerOf(a) - powerOf(b) || (placeOf(a) < placeOf(b) ? -1 : 1);
}

const RANKS = { live: 0, opening: 1, scheduled: 2, closing: 3, standing: 4, over: 5 } as const;

function rankOf({ kind, liveness, state, endsAt }: Grant): number {
  if (liveness === "live") return kind === "standing" && endsAt === null ? RANKS.standing : RANKS.live;
  if (liveness === "provisioning") return RANKS.opening;
  if (liveness === "scheduled") return RANKS.scheduled;
  return state === "deprovisioning" ? RANKS.closing : RANKS.over;
}

/** Reading only comes before everything else. */
function powerOf({ roleDefinitionId }: Grant): number {
  return roleDefinitionId === READER_ID ? 0 : 1;
}

function endOf({ effectiveEnd }: Grant): number {
  return effectiveEnd.at === null ? Number.POSITIVE_INFINITY : Date.parse(effectiveEnd.at);
}
