/** What came of a request: one grant for each role. */
import { Anchor, Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { useApi } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { Section } from "../../parts/page.tsx";
import { Loading, Problem } from "../../parts/states.tsx";
import { standingWords, stateColor, stateWords } from "../../words/grant.ts";
import { PARTS } from "../../words/holding.ts";
import type { AccessRequest } from "../../words/request.ts";

export function RequestGrants({ request }: { readonly request: AccessRequest }) {
  return (
    <Section title={PARTS.grants}>
      <Stack gap="sm">
        {request.grantIds.map((id) => (
          <One key={id} id={id} />
        ))}
      </Stack>
    </Section>
  );
}

function One({ id }: { readonly id: string }) {
  const now = useNow();
  const { data: grant, error } = useApi("readGrant", { path: { id } });
  if (error !== null) return <Problem error={error} />;
  if (grant === undefined) return <Loading rows={1} height={76} />;
  return (
    <Paper withBorder p="md">
      <Group gap="xs">
        <Anchor component={Link} to={`/access/${id}`} fw={600}>
          {grant.roleName} on {grant.scopeName}
        </Anchor>
        <Badge color={stateColor(grant)}>{stateWords(grant)}</Badge>
      </Group>
      <Text size="sm" mt={4}>
        {standingWords(grant, now)}
      </Text>
    </Paper>
  );
}
