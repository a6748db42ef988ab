/** The steps of verification that look at one row after another, carrying what the next row needs. */
import type { TenantId } from "../domain/ids.ts";
import type { ChainHead } from "./chain.ts";
import { BEFORE_FIRST, linkHash } from "./chain.ts";
import type { ReadRow } from "./chain-row.ts";
import { toBase64url } from "./hash.ts";
import type { UnfitRow } from "./misplaced.ts";
import { findLinkedNumber } from "./misplaced.ts";
import type { FaultCode, VerifyStep } from "./verify-report.ts";
import { Findings } from "./verify-report.ts";

export interface Walk {
  readonly tenantId: TenantId;
  readonly findings: Findings;
  readonly unfit: (UnfitRow & { readonly listedAt: number })[];
  readonly savedSequence: number | null;
  linkAtSaved: Buffer | null;
  entries: number;
  unsequenced: number;
  sequence: number;
  /** The stored link of entry `sequence`; null when a fault already found leaves it unknown. */
  link: Buffer | null;
  at: string;
}

/** @param savedSequence the number whose link is to be remembered, null when no saved head is given */
export function startWalk(tenantId: TenantId, savedSequence: number | null): Walk {
  return {
    tenantId,
    findings: new Findings(),
    unfit: [],
    savedSequence,
    linkAtSaved: savedSequence === 0 ? BEFORE_FIRST : null,
    entries: 0,
    unsequenced: 0,
    sequence: 0,
    link: BEFORE_FIRST,
    at: "",
  };
}

export function checkTenant(walk: Walk, row: ReadRow): void {
  walk.findings.looked("tenant");
  if (row.tenantId === walk.tenantId) return;
  fault(walk, row, {
    step: "tenant",
    code: "foreign_entry",
    what: `belongs to tenant \`${row.tenantId}\`, not to \`${walk.tenantId}\``,
  });
}

export function checkLeaf(walk: Walk, row: ReadRow): void {
  walk.findings.looked("leaves");
  if (row.recomputedLeaf !== null && row.storedLeaf?.equals(row.recomputedLeaf)) return;
  fault(walk, row, {
    step: "leaves",
    code: "edited_entry",
    what: "does not give the leaf hash that is stored with it",
  });
}

export function checkTail(walk: Walk, row: ReadRow): void {
  walk.unsequenced += 1;
  if (row.hasLink) fault(walk, row, { step: "links", code: "broken_link", what: "has a link but no number" });
}

/** Whether the row is the next of the chain, with or without a gap before it. */
export function checkNumbering(walk: Walk, row: ReadRow): boolean {
  walk.entries += 1;
  walk.findings.looked("numbering");
  const next = walk.sequence + 1;
  if (row.place.kind !== "chain") {
    fault(walk, row, {
      step: "numbering",
      code: "reordered_entry",
      what: "bears a number that no chain has",
    });
    return false;
  }
  const { sequence } = row.place;
  if (sequence < next) {
    fault(walk, row, {
      step: "numbering",
      code: "reordered_entry",
      what: `comes again or too late, after entry ${walk.sequence}`,
    });
    return false;
  }
  if (sequence > next) {
    const message = `${sequence - next} missing before entry ${sequence}, from number ${next}`;
    walk.findings.add({ code: "removed_entry", step: "numbering", sequence: next, id: null, message });
    walk.link = null;
  }
  walk.sequence = sequence;
  walk.at = row.at;
  return true;
}

/**
 * Each link is recomputed from the stored link before it and the stored leaf, so that one change is one fault
 * and not a fault for every later row. It proves as much: every leaf is checked above, every link here.
 */
export function checkLink(walk: Walk, row: ReadRow): void {
  walk.findings.looked("links");
  const { link: previousLink, sequence } = walk;
  const leaf = row.storedLeaf ?? row.recomputedLeaf;
  const expected = previousLink && leaf && linkHash(previousLink, sequence, leaf);
  walk.link = row.link ?? expected;
  if (sequence === walk.savedSequence) walk.linkAtSaved = walk.link;
  if (row.link === null) {
    fault(walk, row, { step: "links", code: "broken_link", what: "has no link of 32 bytes" });
    return;
  }
  // What is unknown here was reported where it became unknown: a gap, or an entry without any leaf.
  if (!previousLink || !leaf || expected?.equals(row.link)) return;
  const listed = fault(walk, row, {
    step: "links",
    code: "broken_link",
    what: "does not follow from the entry before it",
  });
  if (!listed) return;
  walk.unfit.push({
    sequence,
    leaf,
    link: row.link,
    previousLink,
    listedAt: walk.findings.listed.length - 1,
  });
}

export function nameMovedEntries(walk: Walk): void {
  for (const row of walk.unfit) {
    const linkedAs = findLinkedNumber(row, walk.unfit);
    if (linkedAs === null) continue;
    walk.findings.rename(
      row.listedAt,
      "reordered_entry",
      `entry ${row.sequence} was linked as entry ${linkedAs}`,
    );
  }
}

export function walkedHead({ tenantId, sequence, link, at }: Walk): ChainHead | null {
  return sequence === 0 || link === null ? null : { tenantId, sequence, linkHash: toBase64url(link), at };
}

interface RowFault {
  readonly step: VerifyStep;
  readonly code: FaultCode;
  readonly what: string;
}

function fault(walk: Walk, row: ReadRow, { step, code, what }: RowFault): boolean {
  const sequence = row.place.kind === "chain" ? row.place.sequence : null;
  const message = `entry ${sequence ?? `\`${row.id}\``} ${what}`;
  return walk.findings.add({ code, step, sequence, id: row.id, message });
}
