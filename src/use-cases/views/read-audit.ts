/** The tenant's own log, told in sentences, for those who answer for the tenant. */
import { EVENT_TYPES, type EventType } from "../../domain/event.ts";
import { accept, type Outcome, reject } from "../../domain/rejection.ts";
import { mayAnswerForTenant } from "../../policy/authority.ts";
import type { AuditFilter, Caller, Deps, LogHead, Position, StoredEntry } from "../ports.ts";
import { onwards } from "./pages.ts";
import { type ToldEntry, tellEntries } from "./telling/tell-entries.ts";

const MOST_EXPORTED = 100_000;
const EXPORTED_AT_ONCE = 500;

const mayReadLog = (caller: Caller) => mayAnswerForTenant(caller, "read the log");

export interface AuditExport {
  /** Whether there are more entries than one export holds; the filter can be narrowed. */
  readonly cut: boolean;
  readonly limit: number;
  readonly pages: AsyncIterable<readonly ToldEntry[]>;
}

export async function listAuditEntries(
  deps: Deps,
  caller: Caller,
  filter: AuditFilter,
): Promise<Outcome<readonly ToldEntry[]>> {
  const allowed = mayReadLog(caller);
  if (!allowed.ok) return allowed;
  return accept(await readPage(deps, caller, filter));
}

export interface OwnEntry extends ToldEntry {
  readonly requestId: string | null;
}

/** Why an administrator locked somebody out is written to administrators. */
const NOT_ONES_OWN: readonly EventType[] = ["principal.locked_out", "principal.let_in"];

/** Everybody's own history: what they did, and what became of their requests and access. */
export async function listOwnHistory(
  deps: Deps,
  caller: Caller,
  filter: Pick<AuditFilter, "limit" | "after" | "from" | "to">,
): Promise<readonly OwnEntry[]> {
  const types = EVENT_TYPES.filter((type) => !NOT_ONES_OWN.includes(type));
  const own = await readPage(deps, caller, { ...filter, types, personId: caller.ref.objectId });
  return own.map((one) => ({ ...one, requestId: requestIn(one) }));
}

/** The request that an entry is about, or whose access it is about. */
function requestIn({ entry }: StoredEntry): string | null {
  const { subject, correlationId, facts } = entry as { readonly [name: string]: unknown };
  const { kind } = subject as { readonly kind: string };
  if (kind === "accessRequest") return String(correlationId);
  const { requestId } = facts as { readonly requestId?: unknown };
  return kind === "grant" && typeof requestId === "string" ? requestId : null;
}

/** The last link of the tenant's log. */
export async function readAuditHead(deps: Deps, caller: Caller): Promise<Outcome<LogHead>> {
  const allowed = mayReadLog(caller);
  if (!allowed.ok) return allowed;
  const head = await deps.store.inTenant(caller.ref.tenantId, (tx) => tx.log.head());
  return head === null ? reject("not_found", "nothing has been linked yet") : accept(head);
}

/** Read a page at a time while it is sent: no export is ever held as a whole. */
export async function exportAuditEntries(
  deps: Deps,
  caller: Caller,
  filter: Omit<AuditFilter, "limit" | "after">,
): Promise<Outcome<AuditExport>> {
  const allowed = mayReadLog(caller);
  if (!allowed.ok) return allowed;
  const matching = await deps.store.inTenant(caller.ref.tenantId, (tx) =>
    tx.log.count({ ...filter, limit: MOST_EXPORTED + 1 }),
  );
  const pages = pagesOf(deps, caller, filter);
  return accept({ cut: matching > MOST_EXPORTED, limit: MOST_EXPORTED, pages });
}

/** Where the log goes on after an entry; what has no number yet comes last. */
export function positionIn({ inSequence }: Pick<AuditFilter, "inSequence">) {
  return ({ at, sequence, id }: StoredEntry): Position => ({ at: inSequence ? sequence : at, id });
}

async function* pagesOf(
  deps: Deps,
  caller: Caller,
  filter: Omit<AuditFilter, "limit" | "after">,
): AsyncGenerator<readonly ToldEntry[]> {
  let after: Position | null = null;
  for (let sent = 0; sent < MOST_EXPORTED; sent += EXPORTED_AT_ONCE) {
    const from: Pick<AuditFilter, "after"> = after === null ? {} : { after };
    const page = await readPage(deps, caller, { ...filter, limit: EXPORTED_AT_ONCE, ...from });
    yield page;
    after = onwards(page, EXPORTED_AT_ONCE, positionIn(filter));
    if (after === null) return;
  }
}

async function readPage(deps: Deps, caller: Caller, filter: AuditFilter): Promise<ToldEntry[]> {
  return deps.store.inTenant(caller.ref.tenantId, async (tx) =>
    tellEntries(tx, await tx.log.entries(filter)),
  );
}
