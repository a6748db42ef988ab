/** What one holds that ends, the first to end first. */
import { Button, Stack } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { Section } from "../../parts/page.tsx";
import { Empty, Loading, Problem } from "../../parts/states.tsx";
import type { Grant } from "../../words/grant.ts";
import { GrantCard } from "../grants/grant-card.tsx";

const MOST = 20;

export function LiveNow() {
  const active = useApi("listGrants", { query: { view: "mine", state: "active", limit: MOST } });
  const opening = useApi("listGrants", { query: { view: "mine", state: "provisioning", limit: MOST } });
  const grants = [...(active.data?.items ?? []), ...(opening.data?.items ?? [])].filter(isTimed).sort(byEnd);
  const error = active.error ?? opening.error;
  return (
    <Section title="Live now">
      {error !== null ? (
        <Problem error={error} again={() => active.refetch()} />
      ) : active.isPending || opening.isPending ? (
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

function isTimed({ endsAt, state }: Grant): boolean {
  return endsAt !== null && (state === "active" || state === "provisioning");
}

function byEnd(a: Grant, b: Grant): number {
  return Date.parse(a.endsAt ?? "") - Date.parse(b.endsAt ?? "");
}
