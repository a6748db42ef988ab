/** One place: who holds access there, who may ask for it, and who decides. */
import { Anchor, Button, Group, Paper, Stack, Text } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { type Answer, useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { AccessRows } from "../../parts/access-rows.tsx";
import { Page, Section } from "../../parts/page.tsx";
import { Empty, Loading, NothingHere, Problem } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { Who } from "../../parts/who.tsx";
import * as words from "../../words/place.ts";

type Place = Answer<"readPlace">;

export function PlacePage() {
  const [address] = useSearchParams();
  const scope = address.get("scope") ?? "";
  const found = useApi("readPlace", { query: { scope } }, { enabled: scope !== "" });
  const view = found.data;
  return (
    <Page
      title={view?.scopeName ?? words.UNNAMED}
      lead={view === undefined ? undefined : words.ownedBy(view.ownerName)}
      width={960}
      actions={view === undefined ? undefined : <Actions view={view} />}
    >
      {scope === "" ? (
        <NothingHere />
      ) : found.error !== null ? (
        <Problem error={found.error} again={() => found.refetch()} />
      ) : view === undefined ? (
        <Loading rows={4} />
      ) : (
        <About view={view} />
      )}
    </Page>
  );
}

function Actions({ view: { application } }: { readonly view: Place }) {
  if (application === null) return null;
  const area = application.side === "consumer" ? "applications" : "customers";
  return (
    <Button component={Link} to={`/${area}/${application.id}`} variant="default">
      {words.APPLICATION}
    </Button>
  );
}

function About({ view }: { readonly view: Place }) {
  const { holds, roles, whole, scope } = view;
  const { places } = useMe();
  return (
    <>
      {whole ? null : (
        <Text c="dimmed" mb="md">
          {words.IN_PART}
        </Text>
      )}
      <Section title={words.HOLDS}>
        {holds.length === 0 ? (
          <Empty>{words.NOBODY_HOLDS}</Empty>
        ) : (
          <AccessRows label={words.HOLDS} grants={holds} />
        )}
      </Section>
      <Section
        title={words.ROLES}
        aside={
          whole && places.includes("manage") ? (
            <Anchor component={Link} to={`/manage/role-settings?${new URLSearchParams({ scope })}`} size="sm">
              {words.SETTINGS}
            </Anchor>
          ) : null
        }
      >
        {roles.length === 0 ? (
          <Empty>{words.NO_ROLES}</Empty>
        ) : (
          <Stack gap="sm">
            {roles.map((role) => (
              <Role key={`${role.roleDefinitionId} ${role.askingName}`} role={role} />
            ))}
          </Stack>
        )}
      </Section>
    </>
  );
}

function Role({ role }: { readonly role: Place["roles"][number] }) {
  return (
    <Paper withBorder p="md" component="article" aria-label={`${role.roleName}, ${role.askingName}`}>
      <Group gap="xs" mb="xs">
        <Text fw={650}>{role.roleName}</Text>
        <Text size="sm" c="dimmed">
          {role.askingName} · {words.atMost(role.maximumDuration)}
        </Text>
      </Group>
      <Text>
        <Text span c="dimmed" size="sm">
          {words.MAY_ASK}:{" "}
        </Text>
        {role.askers.map(({ principal, members, endsAt }, index) => (
          <span key={principal.objectId}>
            {index === 0 ? null : ", "}
            <Who person={principal} />
            {members === null ? null : ` (${words.membersWords(members)})`}
            {endsAt === null ? null : (
              <>
                {" until "}
                <Time at={endsAt} as="minute" />
              </>
            )}
          </span>
        ))}
      </Text>
      <Text>
        <Text span c="dimmed" size="sm">
          {words.DECIDES}:{" "}
        </Text>
        {words.decidersWords(role.deciders)}
      </Text>
    </Paper>
  );
}
