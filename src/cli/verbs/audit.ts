/** `audit`: the organisation's log, as a list and as a file, the head of its chain, and the verification of every row here. */
import { readFileSync, writeFileSync } from "node:fs";
import { type ChainRow, type VerifyReport, verifyChain } from "../../audit/verify.ts";
import { allOf, type Client, type Input } from "../../client/client.ts";
import { revealed } from "../../client/plain-text.ts";
import { ApiProblem } from "../../client/problem.ts";
import type { AuditRow } from "../../client/types.ts";
import type { Given } from "../arguments.ts";
import { EXIT, usage } from "../exit.ts";
import { exportedRows, writeWhole } from "../files.ts";
import { isGuid, shortId } from "../find/pick.ts";
import { findRequest } from "../find/requests.ts";
import { moment, momentWithUtc } from "../text/moment.ts";
import { readable } from "../text/readable.ts";
import { table } from "../text/table.ts";
import { countIn, momentIn } from "../values.ts";
import type { Context, Run } from "../verb.ts";

type VerifyInput = Parameters<typeof verifyChain>[0];
type Head = NonNullable<VerifyInput["savedHead"]>;
type Query = NonNullable<Input<"listAuditEntries">["query"]>;

const SHOWN = 50;
const MOST_SHOWN = 999_999;
const PAGE = 200;
const MAX_HEAD_BYTES = 4_096;

/** Page by page, as far as was asked: no list is ever held as a whole. */
export const audit: Run = async (context, given) => {
  if (given.has("all") && given.text("limit") !== null) throw usage("say --all or --limit, not both");
  const most = given.has("all") ? Number.POSITIVE_INFINITY : (countIn(given, "limit", MOST_SHOWN) ?? SHOWN);
  const client = await context.client();
  const now = client.now();
  const query = await filterIn(context, given);
  let cursor = given.text("cursor");
  const json = context.screen.jsonList();
  const columns = ["NUMBER", "AT", "TYPE", "WHAT", "ABOUT"].map((title) => ({ title, least: 0 }));
  for (let shown = 0; shown < most; ) {
    const on = cursor === null ? {} : { cursor };
    const limit = Math.min(PAGE, most - shown);
    const page = await client.call("listAuditEntries", { query: { ...query, ...on, limit } });
    json.add(page.items);
    const rows = page.items.map((row) => rowOf(row, now));
    for (const [at, column] of columns.entries())
      column.least = Math.max(column.least, ...rows.map((row) => row[at]?.length ?? 0));
    // A window has room for headings again; in a pipe all pages are one table.
    if (rows.length > 0 && (shown === 0 || context.screen.width !== null))
      context.screen.table(columns, rows);
    else for (const line of table(columns, rows).slice(1)) context.screen.result(line);
    shown += rows.length;
    cursor = page.nextCursor;
    if (cursor === null) break;
    if (rows.length === 0) throw new Error("the server gave an empty page and says that there is more");
  }
  json.end();
  if (cursor !== null)
    context.screen.progress(`There are more: --all, a larger --limit, or --cursor ${cursor}`);
  else if (columns[0]?.least === 0) context.screen.progress("There is no such entry.");
  return EXIT.done;
};

/** In the order of the chain, in the form of the API's JSON export: one entry a line, so that it is read back as it is written. */
export const auditExport: Run = async (context, given) => {
  const client = await context.client();
  const query = await filterIn(context, given);
  const file = given.text("out");
  const seen = { entries: 0, last: null as number | null };
  const lines = async function* () {
    for await (const row of allOf((page) =>
      client.call("listAuditEntries", { query: { ...query, ...page, order: "sequence" } }),
    )) {
      const { id, sequence, entry, leafHash, linkHash, openings } = row;
      const text = revealed(JSON.stringify({ id, sequence, entry, leafHash, linkHash, openings }));
      yield `${seen.entries === 0 ? "[" : ","}\n${text}`;
      seen.entries++;
      seen.last = sequence ?? seen.last;
    }
    yield seen.entries === 0 ? "[]\n" : "\n]\n";
  };
  if (file === null) for await (const part of lines()) context.screen.text(part);
  else {
    await writeWhole(file, lines());
    context.screen.json({ file, ...seen });
  }
  const many = seen.entries === 1 ? "1 entry" : `${seen.entries} entries`;
  const upTo = seen.last === null ? "" : `, up to number ${seen.last}`;
  context.screen.progress(`Exported ${many}${upTo}${file === null ? "" : ` to ${file}`}.`);
  if (file !== null && Object.values(query).every((one) => one === undefined))
    context.screen.progress(`Anybody can verify it, without a server: curfew audit verify --file ${file}`);
  return EXIT.done;
};

async function filterIn(context: Context, given: Given): Promise<Query> {
  const now = (await context.client()).now();
  const about = given.text("about");
  return {
    type: given.text("type") ?? undefined,
    correlationId: about === null || isGuid(about) ? (about ?? undefined) : await requestIdOf(context, about),
    from: momentIn(given, "from", now),
    to: momentIn(given, "to", now),
  };
}

/** By the beginning of its id, as everywhere. */
async function requestIdOf(context: Context, text: string): Promise<string> {
  const named: Given = { words: [text], text: () => null, list: () => [], has: () => false };
  return (await findRequest(context, named, { views: ["all"], what: "request" })).id;
}

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
  const exported = given.text("file");
  const input =
    exported === null ? await fromServer(await context.client()) : await fromFile(exported, savedHead);
  const report = await verifyChain({ ...input, savedHead });
  context.screen.json(report);
  const lines = reportLines(report, savedHead, exported);
  for (const line of lines) context.screen.result(line);
  if (!report.ok) return context.screen.failed(EXIT.fault, lines.at(-1) ?? "", { code: "not_verified" });
  const file = given.text("save-head");
  if (file !== null && report.head !== null) {
    writeFileSync(file, `${JSON.stringify(report.head, null, 2)}\n`);
    context.screen.progress(
      `The head is kept in ${file}; keep a copy where this server's administrators cannot write.`,
    );
  }
  return EXIT.done;
};

async function fromServer(client: Client): Promise<VerifyInput> {
  const { principal } = await client.call("readMe", {});
  const storedHead = await readStoredHead(client);
  const rows = rowsUpTo(client, storedHead?.sequence ?? null);
  return { tenantId: principal.tenantId as VerifyInput["tenantId"], rows, storedHead };
}

/** Whose log it is says the head that was kept, else its first entry: no server is asked. */
async function fromFile(file: string, head: Head | null): Promise<VerifyInput> {
  const rows = exportedRows(file);
  const { value: first } = await rows.next();
  const tenantId = head?.tenantId ?? recordOf(recordOf(first).entry).tenantId;
  if (typeof tenantId !== "string")
    throw usage(`\`${file}\` holds no entry; \`curfew audit export\` makes one`);
  const all = async function* () {
    yield first as ChainRow;
    yield* rows as AsyncGenerator<ChainRow>;
  };
  return { tenantId: tenantId as VerifyInput["tenantId"], rows: all() };
}

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

function reportLines(report: VerifyReport, savedHead: Head | null, file: string | null): string[] {
  const lines = report.steps.map(({ step, checked, faults }) => {
    if (step === "storedHead" && file !== null) return "- the server was not asked where its chain ends";
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

function rowOf({ sequence, entry, id, sentence }: AuditRow, now: number): string[] {
  const subject = recordOf(entry.subject);
  const at = Date.parse(text(entry.at));
  return [
    sequence === null ? "-" : String(sequence),
    Number.isNaN(at) ? shortId(id) : moment(at, now),
    text(entry.type),
    readable(sentence, now),
    `${text(subject.kind)} ${shortId(text(subject.id))}`.trim(),
  ];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
