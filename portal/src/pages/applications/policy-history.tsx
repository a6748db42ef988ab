/** Who changed what of an application and when, the latest first. */
import { Paper, Stack, Text } from "@mantine/core";
import { type ItemOf, useApi } from "../../api/api.ts";
import { Empty, Loading, Problem, sentence } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { CONFIGURATION, changeWords } from "../../words/jit-terms.ts";

type Item = ItemOf<"readApplicationHistory">;

export function PolicyHistory({ applicationId }: { readonly applicationId: string }) {
  const found = useApi("readApplicationHistory", { path: { id: applicationId } });
  if (found.error !== null && found.data === undefined)
    return <Problem error={found.error} again={() => found.refetch()} />;
  if (found.data === undefined) return <Loading rows={2} height={64} />;
  const items = [...found.data.items].reverse();
  if (items.length === 0) return <Empty>{CONFIGURATION.noChanges}</Empty>;
  return (
    <Stack gap="sm" component="ol" p={0} m={0} aria-label={CONFIGURATION.changes}>
      {items.map((item) => (
        <Paper
          key={`${item.at} ${item.sentence}`}
          component="li"
          withBorder
          p="sm"
          style={{ listStyle: "none" }}
        >
          <Text>{sentence(item.sentence)}</Text>
          <Changes changes={item.changes} />
          <Text size="sm" c="dimmed">
            {item.byName}, <Time at={item.at} />
          </Text>
        </Paper>
      ))}
    </Stack>
  );
}

/** What it began with, in one breath; what was changed later, line by line. */
function Changes({ changes }: Pick<Item, "changes">) {
  if (changes.every(({ from, to }) => from === null && to !== null))
    return <Text size="sm">{changes.map(changeWords).join(" · ")}</Text>;
  return changes.map((change) => (
    <Text key={change.field} size="sm">
      {changeWords(change)}
    </Text>
  ));
}
