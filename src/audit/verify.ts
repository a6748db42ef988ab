/** Verifies one tenant's chain from its rows alone, offline if need be: any change to a linked row is found. */
import type { TenantId } from "../domain/ids.ts";
import type { ChainHead } from "./chain.ts";
import type { ChainRow } from "./chain-row.ts";
import { readRow } from "./chain-row.ts";
import { compareSavedHead, compareStoredHead } from "./verify-heads.ts";
import type { VerifyReport } from "./verify-report.ts";
import {
  checkLeaf,
  checkLink,
  checkNumbering,
  checkTail,
  checkTenant,
  nameMovedEntries,
  startWalk,
  walkedHead,
} from "./verify-rows.ts";

export type { ChainRow } from "./chain-row.ts";
export type { Fault, FaultCode, VerifyReport } from "./verify-report.ts";

export interface VerifyInput {
  readonly tenantId: TenantId;
  /** In order of sequence, those without one last; read in the same snapshot as `storedHead`. */
  readonly rows: AsyncIterable<ChainRow> | Iterable<ChainRow>;
  /** The head as the store keeps it; null when it keeps none, left out when it is not known. */
  readonly storedHead?: ChainHead | null | undefined;
  /** A head kept elsewhere, from an earlier report that was ok. Only this shows a cut or rewritten chain. */
  readonly savedHead?: ChainHead | null | undefined;
}

/** Never throws on what the rows or heads hold; a fault of the iteration itself (a lost connection) passes. */
export async function verifyChain(input: VerifyInput): Promise<VerifyReport> {
  const walk = startWalk(input.tenantId, input.savedHead?.sequence ?? null);
  for await (const raw of input.rows) {
    const row = readRow(raw);
    checkTenant(walk, row);
    checkLeaf(walk, row);
    if (row.place.kind === "tail") checkTail(walk, row);
    else if (checkNumbering(walk, row)) checkLink(walk, row);
  }
  nameMovedEntries(walk);
  if (input.storedHead !== undefined) compareStoredHead(walk.findings, walk, input.storedHead);
  if (input.savedHead) compareSavedHead(walk.findings, walk, input.savedHead);
  return walk.findings.report({
    entries: walk.entries,
    head: walkedHead(walk),
    unsequenced: walk.unsequenced,
  });
}
