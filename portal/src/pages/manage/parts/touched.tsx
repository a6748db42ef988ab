/** What a change would end, said before it is made; and what it would leave undecided, to be acknowledged first. */
import { List, ScrollArea, Stack, Text } from "@mantine/core";
import { type Answer, type Input, useApi } from "../../../api/api.ts";
import { Acknowledge, type Acknowledging } from "../../../parts/acknowledge.tsx";
import { Caution } from "../../../parts/caution.tsx";
import { useNow } from "../../../parts/now.ts";
import { sentence } from "../../../parts/states.tsx";
import { touched as words } from "../../../words/administration.ts";
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
  acknowledging,
}: Planned & { readonly spec: Record<string, unknown>; readonly acknowledging: Acknowledging }) {
  const input = { path: { kind, name }, query: DRY_RUN, body: { spec } };
  const plan = useApi("putConfiguration", input, { enabled: !busy });
  return <Touched plan={plan} acknowledging={acknowledging} />;
}

/** Of what nobody decides by, it leaves nothing to nobody: then there is nothing to acknowledge. */
export function TouchedByRemoval({
  kind,
  name,
  busy,
  acknowledging,
}: Planned & { readonly acknowledging?: Acknowledging }) {
  const input = { path: { kind, name }, query: DRY_RUN };
  const plan = useApi("deleteConfiguration", input, { enabled: !busy });
  return <Touched plan={plan} {...(acknowledging === undefined ? {} : { acknowledging })} />;
}

interface TouchedProps {
  readonly plan: Plan;
  readonly acknowledging?: Acknowledging;
}

function Touched({ plan: { data, error }, acknowledging }: TouchedProps) {
  if (data !== undefined && data.touched.items.length === 0 && !data.touched.more) return null;
  return (
    <Stack gap="sm" aria-live="polite">
      {data !== undefined ? (
        <Told touched={data.touched} acknowledging={acknowledging} />
      ) : error !== null ? (
        <Text size="sm">{words.unknown(sentence(error.message))}</Text>
      ) : (
        <Text size="sm" c="dimmed">
          {words.looking}
        </Text>
      )}
    </Stack>
  );
}

interface ToldProps {
  readonly touched: Found;
  readonly acknowledging: Acknowledging | undefined;
}

/** Who loses what: by name and place. */
export function Told({ touched: { items, more }, acknowledging }: ToldProps) {
  const of = (...kinds: Found["items"][number]["kind"][]) => items.filter(({ kind }) => kinds.includes(kind));
  return (
    <>
      <Sentences title={words.ends} items={of("grant")} />
      <Sentences title={words.eligibilities} items={of("eligibility")} />
      <Sentences title={words.refused} items={of("refused")} />
      {acknowledging === undefined ? null : (
        <Acknowledge items={of("request", "rule")} acknowledging={acknowledging} />
      )}
      {more ? <Text size="sm">{words.more}</Text> : null}
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
      {items.length > SHOWN ? <Text size="sm">{words.andMore(items.length - SHOWN)}</Text> : null}
    </Caution>
  );
}
