/** One entry as it is hashed, with its hashes, so that it can be laid beside another copy. */
import { Anchor, Code, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { type ItemOf, useApi } from "../../api/api.ts";
import { Facts } from "../../parts/facts.tsx";
import { Sheet } from "../../parts/sheet.tsx";
import { Empty, Loading, Problem } from "../../parts/states.tsx";
import { Time, Told } from "../../parts/time.tsx";
import { ENTRY } from "../../words/audit.ts";

type Entry = ItemOf<"listAuditEntries">;

interface Props {
  readonly id: string;
  /** When it happened, RFC 3339: the log is looked up by it. */
  readonly at: string;
  readonly close: () => void;
}

/** What one commit did has one instant, and is never more than this. */
const MOST_AT_ONCE = 200;

export function EntrySheet({ id, at, close }: Props) {
  const found = useApi("listAuditEntries", { query: { from: at, to: justAfter(at), limit: MOST_AT_ONCE } });
  const entry = found.data?.items.find((one) => one.id === id);
  return (
    <Sheet title={ENTRY.title} opened close={close} size="xl">
      {found.error !== null ? (
        <Problem error={found.error} />
      ) : found.data === undefined ? (
        <Loading rows={3} />
      ) : entry === undefined ? (
        <Empty>{ENTRY.unknown}</Empty>
      ) : (
        <Detail entry={entry} at={at} />
      )}
    </Sheet>
  );
}

function Detail({ entry, at }: { readonly entry: Entry; readonly at: string }) {
  const request = requestOf(entry);
  return (
    <Stack gap="md">
      <Text fw={600}>
        <Told>{entry.sentence}</Told>
      </Text>
      <Facts
        facts={[
          [ENTRY.who, entry.actorName ?? ENTRY.curfew],
          [ENTRY.when, <Time key="at" at={at} />],
          [ENTRY.sequence, entry.sequence ?? ENTRY.notLinked],
          [ENTRY.leafHash, <Code key="leaf">{entry.leafHash}</Code>],
          [
            ENTRY.linkHash,
            entry.linkHash === null ? ENTRY.notLinked : <Code key="link">{entry.linkHash}</Code>,
          ],
          [
            ENTRY.request,
            request === null ? null : (
              <Anchor key="request" component={Link} to={`/audit/requests/${request}`}>
                {ENTRY.story}
              </Anchor>
            ),
          ],
        ]}
      />
      <Text size="sm" c="dimmed">
        {ENTRY.canonical}
      </Text>
      <Code block mah={320} tabIndex={0} style={{ overflow: "auto" }}>
        {canonical(entry.entry)}
      </Code>
    </Stack>
  );
}

/** What belongs to a request says so by its correlation. */
function requestOf({ entry }: Entry): string | null {
  const kind = (entry.subject as { kind?: unknown } | undefined)?.kind;
  const { correlationId } = entry;
  return (kind === "accessRequest" || kind === "grant") && typeof correlationId === "string"
    ? correlationId
    : null;
}

/** Members in the order of their names; broken into lines to be read, which the hashed form is not. */
function canonical(value: unknown): string {
  return JSON.stringify(sorted(value), null, 2);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}

function justAfter(at: string): string {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? at : new Date(ms + 1).toISOString();
}
