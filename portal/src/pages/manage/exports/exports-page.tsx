/** Where this organisation's events are sent to, and how that stands; for operators, where the installation's are. */
import { Button, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApiPages } from "../../../api/api.ts";
import { useMe } from "../../../app/session.tsx";
import { Page } from "../../../parts/page.tsx";
import { Answered, Empty, Loading } from "../../../parts/states.tsx";
import { list as words } from "../../../words/exports.ts";
import { ExportCard } from "./export-card.tsx";
import { InstallationExports } from "./installation-exports.tsx";
import { useLooking } from "./use-looking.ts";

export function ExportsPage() {
  const { items, query } = useApiPages("listExports", { query: { limit: 20 } });
  const { rights } = useMe();
  useLooking(query.refetch);
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
      {rights.includes("operator") ? <InstallationExports /> : null}
    </Page>
  );
}
