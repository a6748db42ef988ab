/** `audit`: the organisation's log, the head of its chain, and the verification of every row on this machine. */
import { readFileSync, writeFileSync } from "node:fs";
import { type ChainRow, type VerifyReport, verifyChain } from "../../audit/verify.ts";
import { allOf, type Client } from "../../client/client.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { AuditRow } from "../../client/types.ts";
import { EXIT, usage } from "../exit.ts";
import { shortId } from "../find/pick.ts";
import { moment, momentWithUtc } from "../text/moment.ts";
import { countIn, momentIn } from "../values.ts";
import type { Run } from "../verb.ts";

type Input = Parameters<typeof verifyChain>[0];
type Head = NonNullable<Input["savedHead"]>;

const MAX_SHOWN = 200;
const MAX_HEAD_BYTES = 4_096;

export const audit: Run = async (context, given) => {
  const client = await context.client();
  const now = client.now();
  const { items } = await client.call("listAuditEntries", {
    query: {
      limit: countIn(given, "limit", MAX_SHOWN) ?? 50,
      type: given.text("type") ?? undefined,
      correlationId: given.text("about") ?? undefined,
      from: momentIn(given, "from", now),
      to: momentIn(given, "to", now),
    },
  });
  context.screen.json(items);
  if (items.length === 0) context.screen.progress("There is no such entry.");
  const columns = ["NUMBER", "AT", "WHAT", "BY", "ABOUT"].map((title) => ({ title }));
  const names = await namesOf(client);
  const rows = items.map((row) => rowOf(row, names, now));
  if (rows.length > 0) context.screen.table(columns, rows);
  return EXIT.done;
};

export const auditHead: Run = async (context) => {
  const client = await context.client();
  const head = await client.call("readAuditHead", {});
  context.screen.json(head);
  const at = momentWithUtc(Date.parse(head.at), client.now());
  context.screen.result(`entry ${head.sequence}, linked at ${at}: ${head.linkHash}`);
  return EXIT.done;
};

export const auditVerify: Run = async (context, given) => {
  const headFile = given.text("head");
  const savedHead = headFile === null ? null : readHead(headFile);
  const client = await context.client();
  const { principal } = await client.call("readMe", {});
  const tenantId = principal.tenantId as Input["tenantId"];
  const storedHead = await readStoredHead(client);
  const rows = rowsUpTo(client, storedHead?.sequence ?? null);
  const report = await verifyChain({ tenantId, rows, storedHead, savedHead });
  context.screen.json(report);
  for (const line of reportLines(report, savedHead)) context.screen.result(line);
  if (!report.ok) return EXIT.fault;
  const file = given.text("save-head");
  if (file !== null && report.head !== null) {
    writeFileSync(file, `${JSON.stringify(report.head, null, 2)}\n`);
    context.screen.progress(
      `The head is kept in ${file}; keep a copy where this server's administrators cannot write.`,
    );
  }
  return EXIT.done;
};

async function readStoredHead(client: Client): Promise<Head | null> {
  try {
    return (await client.call("readAuditHead", {})) as Head;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === "not_found") return null;
    throw error;
  }
}

/**
 * The log grows while it is read. The head was read first, so entries numbered after it are newer than this look and
 * are left to the next one; those without a number yet are looked at.
 */
async function* rowsUpTo(client: Client, last: number | null): AsyncGenerator<ChainRow> {
  const pages = allOf((page) => client.call("listAuditEntries", { query: { ...page, order: "sequence" } }));
  for await (const row of pages) {
    if (last === null || row.sequence === null || row.sequence <= last) yield row;
  }
}

const STEPS: Readonly<Record<VerifyReport["steps"][number]["step"], string>> = {
  tenant: "every entry belongs to this organisation",
  leaves: "no entry was edited: each matches its hash",
  numbering: "none is missing or out of place: numbered without a gap",
  links: "each link covers everything before it",
  storedHead: "the chain ends where the server says it ends",
  savedHead: "the saved head is part of the chain",
};

function reportLines(report: VerifyReport, savedHead: Head | null): string[] {
  const lines = report.steps.map(({ step, checked, faults }) => {
    if (step === "savedHead" && savedHead === null)
      return "- no saved head was given: a cut end would not be seen (--head FILE)";
    const count = step === "storedHead" || step === "savedHead" ? "" : ` (${checked})`;
    return faults === 0
      ? `✓ ${STEPS[step]}${count}`
      : `✗ ${STEPS[step]}: ${faults} fault${faults === 1 ? "" : "s"}`;
  });
  const faults = report.faults.map(({ code, sequence, id, message }) => {
    const where = sequence === null ? "" : ` at entry ${sequence}`;
    return `    ${code}${where}${id === null ? "" : ` (${shortId(id)})`}: ${message}`;
  });
  const more = report.faultCount - report.faults.length;
  const tail = report.unsequenced === 0 ? "" : `, ${report.unsequenced} not linked yet`;
  const verdict = report.ok
    ? `Verified: ${report.entries} entries${tail}.`
    : `NOT verified: ${report.faultCount} fault${report.faultCount === 1 ? "" : "s"} in ${report.entries} entries${tail}.`;
  return [...lines, ...faults, ...(more > 0 ? [`    and ${more} more`] : []), verdict];
}

/** @throws Stop (usage) for a file that holds no head */
function readHead(file: string): Head {
  let found: unknown = null;
  try {
    const text = readFileSync(file, "utf8");
    found = text.length > MAX_HEAD_BYTES ? null : JSON.parse(text);
  } catch {
    throw usage(`\`${file}\` cannot be read as a saved head`);
  }
  if (!isHead(found)) throw usage(`\`${file}\` is not a saved head; make one with --save-head`);
  return found;
}

function isHead(value: unknown): value is Head {
  if (typeof value !== "object" || value === null) return false;
  const { tenantId, sequence, linkHash } = value as Readonly<Record<string, unknown>>;
  return typeof tenantId === "string" && Number.isSafeInteger(sequence) && typeof linkHash === "string";
}

/** People of one's own organisation; those of another are strangers here. */
async function namesOf(client: Client): Promise<ReadonlyMap<string, string>> {
  const { items } = await client.call("listPrincipals", { query: { limit: MAX_SHOWN } });
  return new Map(items.map(({ objectId, displayName }) => [objectId, displayName]));
}

function rowOf(row: AuditRow, names: ReadonlyMap<string, string>, now: number): string[] {
  const { sequence, entry, id } = row;
  const subject = recordOf(entry.subject);
  const at = Date.parse(text(entry.at));
  return [
    sequence === null ? "-" : String(sequence),
    Number.isNaN(at) ? shortId(id) : moment(at, now),
    text(entry.type),
    actorOf(row, names),
    `${text(subject.kind)} ${shortId(text(subject.id))}`.trim(),
  ];
}

/** Who of one's own organisation acted is a private fact, kept beside the entry. */
function actorOf({ entry, openings }: AuditRow, names: ReadonlyMap<string, string>): string {
  const { kind, objectId } = recordOf(entry.actor);
  if (kind === "system") return "Curfew";
  const opened = openings.find(({ name }) => name === "actor")?.value;
  const id = text(objectId) || text(opened);
  return id === ""
    ? "the other party"
    : (names.get(id) ?? `${kind === "party" ? "user" : text(kind)} ${shortId(id)}`);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
