/** What one holds that ends, the first to end first. */
import { Button, Stack } from "@mantine/core";
import { Link } from "react-router";
import { Section } from "../../parts/page.tsx";
import { Answered, Empty, Loading } from "../../parts/states.tsx";
import { GrantCard } from "../grants/grant-card.tsx";
import { useHeldGrants } from "../grants/held-grants.ts";

export function LiveNow() {
  const held = useHeldGrants();
  return (
    <Section title="Live now">
      <Answered
        query={held}
        loading={<Loading rows={1} height={132} />}
        empty={held.timed.length === 0 ? <NothingHeld /> : null}
      >
        <Stack gap="sm">
          {held.timed.map((grant) => (
            <GrantCard key={grant.id} grant={grant} />
          ))}
        </Stack>
      </Answered>
    </Section>
  );
}

function NothingHeld() {
  return (
    <Empty
      action={
        <Button component={Link} to="/request" variant="light" size="xs">
          Request access
        </Button>
      }
    >
      You hold no temporary access. Ask for what you need, for as long as you need it.
    </Empty>
  );
}
