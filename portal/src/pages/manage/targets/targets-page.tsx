/** The systems in which roles become access: whether they can, and what was found there. */
import { Button, Code, Stack } from "@mantine/core";
import { useApiPages } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { Answered, Empty, Loading } from "../../../parts/states.tsx";
import { TargetCard } from "./target-card.tsx";

export function TargetsPage() {
  const { items, query } = useApiPages("listTargets", { query: { limit: 20 } });
  return (
    <Page
      title="Targets"
      lead="The systems in which a role becomes real access, and how its end is held there."
      width={960}
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
              More targets
            </Button>
          ) : null}
        </Stack>
      </Answered>
    </Page>
  );
}

const EXAMPLE = `apiVersion: curfew/v1
kind: Target
name: orders-database
spec:
  kind: postgres
  config: { host: db.example, port: 5432, database: orders, user: curfew_manager }
  secrets: { password: { fromEnv: ORDERS_DATABASE_PASSWORD } }`;

function NoTargets() {
  return (
    <Empty
      action={
        <Code block w="100%">
          {EXAMPLE}
        </Code>
      }
    >
      No system enforces anything yet: grants are answered to whoever asks Curfew, and nothing is opened or
      closed by itself. To add a PostgreSQL database, prepare it as docs/guides/postgres-target.md says, write
      this into a file and run <Code>npx curfew apply -f file.yaml</Code>:
    </Empty>
  );
}
