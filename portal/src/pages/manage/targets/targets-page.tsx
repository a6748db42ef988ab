/** The systems in which roles become access: whether they can, and what was found there. */
import { Button, Code, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApi, useApiPages } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { Answered, Empty, Loading } from "../../../parts/states.tsx";
import { targets as words } from "../../../words/administration.ts";
import { list } from "../../../words/target.ts";
import { TargetCard } from "./target-card.tsx";

export function TargetsPage() {
  const { items, query } = useApiPages("listTargets", { query: { limit: 20 } });
  return (
    <Page
      title={list.title}
      lead={words.lead}
      width={960}
      actions={
        <Button component={Link} to="/manage/targets/new">
          {words.make}
        </Button>
      }
    >
      <Answered
        query={query}
        loading={<Loading rows={1} height={320} />}
        empty={items.length === 0 ? <NoTargets /> : null}
      >
        <Stack gap="md">
          {items.map((target) => (
            <TargetCard key={target.name} target={target} />
          ))}
          {query.hasNextPage ? (
            <Button
              variant="default"
              onClick={() => query.fetchNextPage()}
              loading={query.isFetchingNextPage}
            >
              {list.more}
            </Button>
          ) : null}
        </Stack>
      </Answered>
    </Page>
  );
}

function NoTargets() {
  const kinds = useApi("listTargetKinds", {}).data?.items ?? [];
  return (
    <Empty
      action={kinds.map(({ kind, label, guide, example }) => (
        <Stack key={kind} gap="xs" w="100%">
          <Text>{list.prepare(label, guide)}</Text>
          <Code block style={WRAPPED}>
            {example}
          </Code>
        </Stack>
      ))}
    >
      {list.none}
    </Empty>
  );
}

/** On a phone, too, all of it is there to be read. */
const WRAPPED = { whiteSpace: "pre-wrap", overflowWrap: "anywhere" } as const;
