/** Access that is held now; what has no end stands apart. */
import { Button, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { Section } from "../../parts/page.tsx";
import { Empty, Loading, Problem } from "../../parts/states.tsx";
import type { Grant } from "../../words/grant.ts";
import { LIVE, REQUEST_ACCESS } from "../../words/holding.ts";
import { GrantCard } from "./grant-card.tsx";
import { useHeldGrants } from "./held-grants.ts";

export function LiveGrants() {
  const { timed, standing, closing, isPending, error, refetch } = useHeldGrants();
  if (error !== null) return <Problem error={error} again={refetch} />;
  if (isPending) return <Loading rows={2} height={152} />;
  return (
    <>
      <Section title={LIVE.timed}>
        {timed.length === 0 ? (
          <Empty
            action={
              <Button component={Link} to="/request" variant="light" size="xs">
                {REQUEST_ACCESS}
              </Button>
            }
          >
            {LIVE.noneTimed}
          </Empty>
        ) : (
          <Cards grants={timed} />
        )}
      </Section>
      {closing.length === 0 ? null : (
        <Section title={LIVE.closing}>
          <Cards grants={closing} />
        </Section>
      )}
      {standing.length === 0 ? null : (
        <Section title={LIVE.standing}>
          <Text c="dimmed" mb="sm">
            {LIVE.aboutStanding}
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
