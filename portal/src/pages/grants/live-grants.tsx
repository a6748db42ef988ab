/** Access that is held now; what has no end stands apart. */
import { Button, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { Section } from "../../parts/page.tsx";
import { Empty, Loading, Problem } from "../../parts/states.tsx";
import type { Grant } from "../../words/grant.ts";
import { GrantCard } from "./grant-card.tsx";
import { useHeldGrants } from "./held-grants.ts";

export function LiveGrants() {
  const { timed, standing, closing, isPending, error, refetch } = useHeldGrants();
  if (error !== null) return <Problem error={error} again={refetch} />;
  if (isPending) return <Loading rows={2} height={152} />;
  return (
    <>
      <Section title="Ends by itself">
        {timed.length === 0 ? (
          <Empty
            action={
              <Button component={Link} to="/request" variant="light" size="xs">
                Request access
              </Button>
            }
          >
            You hold no temporary access.
          </Empty>
        ) : (
          <Cards grants={timed} />
        )}
      </Section>
      {closing.length === 0 ? null : (
        <Section title="Not confirmed gone yet">
          <Cards grants={closing} />
        </Section>
      )}
      {standing.length === 0 ? null : (
        <Section title="Standing access">
          <Text c="dimmed" mb="sm">
            Nobody asked for this and it has no end. It is held until somebody takes it away.
          </Text>
          <Cards grants={standing} />
        </Section>
      )}
    </>
  );
}

function Cards({ grants }: { readonly grants: readonly Grant[] }) {
  return (
    <Stack gap="sm">
      {grants.map((grant) => (
        <GrantCard key={grant.id} grant={grant} />
      ))}
    </Stack>
  );
}
