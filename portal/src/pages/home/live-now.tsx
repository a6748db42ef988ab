/** What one holds that ends, the first to end first. */
import { Button, Stack } from "@mantine/core";
import { Link } from "react-router";
import { useMe } from "../../app/session.tsx";
import { Section } from "../../parts/page.tsx";
import { Answered, Empty, Loading } from "../../parts/states.tsx";
import { REQUEST_ACCESS } from "../../words/holding.ts";
import { HOLD_NOTHING, LIVE } from "../../words/home.ts";
import { GrantCard } from "../grants/grant-card.tsx";
import { useHeldGrants } from "../grants/held-grants.ts";

export function LiveNow({ title = LIVE }: { readonly title?: string }) {
  const held = useHeldGrants();
  const mayAsk = useMe().places.includes("request");
  // To whoever may ask for nothing, what they do not hold says nothing.
  if (!mayAsk && held.error === null && held.timed.length === 0) return null;
  return (
    <Section title={title}>
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
          {REQUEST_ACCESS}
        </Button>
      }
    >
      {HOLD_NOTHING}
    </Empty>
  );
}
