/** The log as a file, page by page: CSV (RFC 4180) for people with spreadsheets, JSON for programs that verify. */
import { revealed } from "../../domain/plain-text.ts";
import type { JsonObject } from "../../domain/target-binding.ts";
import type { ToldEntry } from "../../use-cases/views/telling/tell-entries.ts";

type Pages = AsyncIterable<readonly ToldEntry[]>;

const COLUMNS: readonly [title: string, cell: (told: ToldEntry) => unknown][] = [
  ["at", ({ entry }) => entry.at],
  ["sequence", ({ sequence }) => sequence],
  ["type", ({ entry }) => entry.type],
  ["sentence", ({ sentence }) => sentence],
  ["actor", ({ actorName }) => actorName ?? "Curfew"],
  ["actorId", ({ entry }) => (entry.actor as JsonObject).objectId],
  ["actorTenantId", ({ entry }) => (entry.actor as JsonObject).tenantId],
  ["via", ({ entry }) => (entry.actor as JsonObject).via],
  ["subjectKind", ({ entry }) => (entry.subject as JsonObject).kind],
  ["subjectId", ({ entry }) => (entry.subject as JsonObject).id],
  ["correlationId", ({ entry }) => entry.correlationId],
  ["facts", ({ entry }) => JSON.stringify(entry.facts)],
  ["id", ({ id }) => id],
];

export async function* csvOf(pages: Pages): AsyncGenerator<string> {
  yield `${COLUMNS.map(([title]) => title).join(",")}\r\n`;
  for await (const page of pages) {
    yield page.map((told) => `${COLUMNS.map(([, cell]) => csvCell(cell(told))).join(",")}\r\n`).join("");
  }
}

/** An array of what the list gives, openings included: leaves and links can be computed from it again. */
export async function* jsonOf(pages: Pages): AsyncGenerator<string> {
  let before = "[\n";
  for await (const page of pages) {
    for (const { id, sequence, entry, leafHash, linkHash, openings } of page) {
      // Written out as JSON writes it: whoever reads it reads the same.
      yield before + revealed(JSON.stringify({ id, sequence, entry, leafHash, linkHash, openings }));
      before = ",\n";
    }
  }
  yield before === "[\n" ? "[]\n" : "\n]\n";
}

/** What a spreadsheet would run as a formula is only text: names in the log are what their owners made them. */
export function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? "" : revealed(String(value));
  const harmless = /^[=+\-@＝＋－＠\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
