/** What a change would end, and what it would leave undecided: said before it is made, and never in its way. */
import { List, ScrollArea, Stack, Text } from "@mantine/core";
import { type Answer, type Input, useApi } from "../../../api/api.ts";
import { Caution } from "../../../parts/caution.tsx";
import { useNow } from "../../../parts/now.ts";
import { sentence } from "../../../parts/states.tsx";
import { withTimes } from "../../../words/time.ts";

type Kind = Input<"putConfiguration">["path"]["kind"];
type Found = Answer<"putConfiguration">["touched"];

interface Planned {
  readonly kind: Kind;
  readonly name: string;
  /** While it is being made, it is not looked at any more. */
  readonly busy: boolean;
}

interface Plan {
  readonly data: { readonly touched: Found } | undefined;
  readonly error: Error | null;
}

const SHOWN = 50;
const DRY_RUN = { dryRun: "true" } as const;

/** By putting the document, as it will be put. */
export function TouchedByPut({
  kind,
  name,
  spec,
  busy,
}: Planned & { readonly spec: Record<string, unknown> }) {
  const input = { path: { kind, name }, query: DRY_RUN, body: { spec } };
  return <Touched plan={useApi("putConfiguration", input, { enabled: !busy })} />;
}

export function TouchedByRemoval({ kind, name, busy }: Planned) {
  const input = { path: { kind, name }, query: DRY_RUN };
  return <Touched plan={useApi("deleteConfiguration", input, { enabled: !busy })} />;
}

function Touched({ plan: { data, error } }: { readonly plan: Plan }) {
  if (data !== undefined && data.touched.items.length === 0 && !data.touched.more) return null;
  return (
    <Stack gap="sm" aria-live="polite">
      {data !== undefined ? (
        <Told touched={data.touched} />
      ) : error !== null ? (
        <Text size="sm">
          Whether this ends access that is open now could not be found out: {sentence(error.message)}
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          Looking at what this would end …
        </Text>
      )}
    </Stack>
  );
}

function Told({ touched: { items, more } }: { readonly touched: Found }) {
  const ends = items.filter(({ kind }) => kind === "grant");
  const undecided = items.filter(({ kind }) => kind !== "grant");
  return (
    <>
      <Sentences title="This ends access that is open now:" items={ends} />
      <Sentences title="This leaves nobody to decide:" items={undecided} />
      {more ? <Text size="sm">There may be more: not everything that hangs on it was looked at.</Text> : null}
    </>
  );
}

function Sentences({ title, items }: { readonly title: string; readonly items: Found["items"] }) {
  const now = useNow();
  if (items.length === 0) return null;
  return (
    <Caution title={title}>
      <ScrollArea.Autosize mah="min(30vh, 16rem)">
        <List size="sm" spacing={4} aria-label={title}>
          {items.slice(0, SHOWN).map((one) => (
            <List.Item key={`${one.kind} ${one.id}`}>{sentence(withTimes(one.sentence, now))}</List.Item>
          ))}
        </List>
      </ScrollArea.Autosize>
      {items.length > SHOWN ? <Text size="sm">And {items.length - SHOWN} more.</Text> : null}
    </Caution>
  );
}
