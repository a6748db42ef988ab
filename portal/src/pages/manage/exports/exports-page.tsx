/** Where this organisation's events are sent to, and how that stands. */
import { Button, Stack, Text } from "@mantine/core";
import { useEffect } from "react";
import { Link } from "react-router";
import { useApiPages } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { Answered, Empty, Loading } from "../../../parts/states.tsx";
import { list as words } from "../../../words/exports.ts";
import { ExportCard } from "./export-card.tsx";

const LOOK_EVERY_MS = 5_000;

export function ExportsPage() {
  const { items, query } = useApiPages("listExports", { query: { limit: 20 } });
  const { refetch } = query;
  // How far one is, is no change of anything that the server would tell of.
  useEffect(() => {
    const looking = setInterval(() => void refetch(), LOOK_EVERY_MS);
    return () => clearInterval(looking);
  }, [refetch]);
  return (
    <Page
      title={words.title}
      lead={words.lead}
      width={960}
      actions={
        <Button component={Link} to="/manage/exports/new">
          {words.make}
        </Button>
      }
    >
      <Answered
        query={query}
        loading={<Loading rows={1} height={260} />}
        empty={items.length === 0 ? <Empty action={<Text>{words.guide}</Text>}>{words.none}</Empty> : null}
      >
        <Stack gap="md">
          {items.map((one) => (
            <ExportCard key={one.name} one={one} />
          ))}
          {query.hasNextPage ? (
            <Button
              variant="default"
              onClick={() => query.fetchNextPage()}
              loading={query.isFetchingNextPage}
            >
              {words.more}
            </Button>
          ) : null}
        </Stack>
      </Answered>
    </Page>
  );
}
