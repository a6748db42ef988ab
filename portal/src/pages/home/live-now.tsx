/** What one holds that ends, the first to end first. */
import { Button, Stack } from "@mantine/core";
import { Link } from "react-router";
import { Section } from "../../parts/page.tsx";
import { Empty, Loading, Problem } from "../../parts/states.tsx";
import { GrantCard } from "../grants/grant-card.tsx";
import { useHeldGrants } from "../grants/held-grants.ts";

export function LiveNow() {
  const { timed: grants, error, isPending, refetch } = useHeldGrants();
  return (
    <Section title="Live now">
      {error !== null ? (
        <Problem error={error} again={refetch} />
      ) : isPending ? (
        <Loading rows={1} height={132} />
      ) : grants.length === 0 ? (
        <Empty
          action={
            <Button component={Link} to="/request" variant="light" size="xs">
              Request access
            </Button>
          }
        >
          You hold no temporary access. Ask for what you need, for as long as you need it.
        </Empty>
      ) : (
        <Stack gap="sm">
          {grants.map((grant) => (
            <GrantCard key={grant.id} grant={grant} />
          ))}
        </Stack>
      )}
    </Section>
  );
}
