/** One person, group or workload: what they are part of, and what they may ask for. */
import { Anchor, Button, List, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useApi } from "../../../api/api.ts";
import { Facts } from "../../../parts/facts.tsx";
import { Page, Section } from "../../../parts/page.tsx";
import { Empty, Loading, Problem } from "../../../parts/states.tsx";
import { Time } from "../../../parts/time.tsx";
import {
  liveWords,
  people,
  refusals,
  sameHumanWords,
  principal as words,
} from "../../../words/administration.ts";
import { listWords } from "../../../words/list.ts";
import { kindWords, personAddress } from "../parts/principal-words.ts";
import { RemoveSheet } from "../parts/remove-sheet.tsx";
import { GroupMembers } from "./group-members.tsx";
import type { Principal } from "./principal.ts";
import { SignInSection } from "./sign-in-section.tsx";

export function PrincipalPage() {
  const { objectId = "" } = useParams();
  const found = useApi("readPrincipal", { path: { objectId } });
  const name = found.data?.principal.displayName ?? words.unknown;
  return (
    <Page
      title={name}
      lead={found.data === undefined ? undefined : kindLine(found.data)}
      up={{ to: "/manage/people", label: words.all }}
      width={960}
      actions={found.data === undefined ? undefined : <Actions view={found.data} />}
    >
      {found.error !== null ? (
        <Problem error={found.error} again={() => found.refetch()} />
      ) : found.data === undefined ? (
        <Loading rows={4} />
      ) : (
        <About view={found.data} />
      )}
    </Page>
  );
}

const KIND = { user: "User", group: "Group", servicePrincipal: "ServicePrincipal" } as const;

function Actions({ view: { principal, name } }: { readonly view: Principal }) {
  const [removing, setRemoving] = useState(false);
  const navigate = useNavigate();
  const { objectId, displayName } = principal;
  const kind = KIND[principal.kind as keyof typeof KIND];
  return (
    <>
      <Button component={Link} to={`${personAddress(objectId)}/change`} variant="default">
        {people.change}
      </Button>
      <Button variant="default" onClick={() => setRemoving(true)}>
        {people.remove}
      </Button>
      {kind === "Group" ? null : (
        <Button component={Link} to={`/people/${objectId}`} variant="default">
          {people.history}
        </Button>
      )}
      <Button component={Link} to={`/manage/eligibilities/assign?principal=${objectId}`} variant="light">
        {words.makeEligible}
      </Button>
      {removing ? (
        <RemoveSheet
          kind={kind}
          name={name}
          label={displayName}
          close={() => setRemoving(false)}
          done={() => navigate("/manage/people")}
        />
      ) : null}
    </>
  );
}

function kindLine({ principal, email }: Principal): string {
  return [kindWords(principal.kind), ...(email === null ? [] : [email]), principal.tenantName].join(" · ");
}

function About({ view }: { readonly view: Principal }) {
  const isGroup = view.principal.kind === "group";
  return (
    <>
      <Section title={words.glance}>
        <Paper withBorder p="md">
          <Facts
            facts={[
              [words.name, view.name],
              [
                words.rights,
                view.rights.length === 0 ? (isGroup ? null : words.noRights) : listWords(view.rights, "and"),
              ],
              [words.live, liveWords(view.liveGrants)],
              [words.sameHuman, linkedWords(view)],
              [words.owners, namesOf(view.owners)],
              [words.owns, namesOf(view.owns)],
              [words.refused, refusedWords(view)],
            ]}
          />
        </Paper>
      </Section>
      {isGroup ? <GroupMembers view={view} /> : <SignInSection view={view} />}
      <Section title={words.memberOf}>
        <MemberOf view={view} />
      </Section>
      <Section
        title={words.mayAskFor}
        aside={
          <Anchor
            component={Link}
            to={`/manage/eligibilities?principal=${view.principal.objectId}`}
            size="sm"
          >
            {words.ownEligibilities}
          </Anchor>
        }
      >
        <MayAskFor view={view} />
      </Section>
    </>
  );
}

function linkedWords({ linkedTo, linkedElsewhere }: Principal): string | null {
  if (linkedElsewhere) return sameHumanWords(null);
  return linkedTo === null ? null : sameHumanWords(linkedTo.displayName);
}

/** How many, in which span, from where: enough to see whether somebody is guessing. */
function refusedWords({ refusedSignIns }: Principal) {
  if (refusedSignIns === null) return null;
  const { count, since, until, networkCount, networks } = refusedSignIns;
  const named = networks.map((one) => `${one.network} (${one.count})`);
  const left = networkCount - named.length;
  return (
    <>
      {refusals.many(count)} <Time at={since} as="minute" />
      {count === 1 ? null : (
        <>
          {refusals.last}
          <Time at={until} as="minute" />
        </>
      )}
      <Text size="sm" c="dimmed">
        {refusals.from(named, left)}
      </Text>
    </>
  );
}

function namesOf(all: Principal["owners"]) {
  if (all.length === 0) return null;
  return (
    <Stack gap={0}>
      {all.map(({ objectId, displayName }) => (
        <Anchor key={objectId} component={Link} to={personAddress(objectId)}>
          {displayName}
        </Anchor>
      ))}
    </Stack>
  );
}

function MemberOf({ view: { memberOf, principal } }: { readonly view: Principal }) {
  if (memberOf.length === 0) return <Empty>{words.inNoGroup(principal.displayName)}</Empty>;
  return (
    <Paper withBorder p="md">
      <List>
        {memberOf.map(({ objectId, displayName, through }) => (
          <List.Item key={objectId}>
            <Anchor component={Link} to={personAddress(objectId)}>
              {displayName}
            </Anchor>
            {through.length === 0 ? null : (
              <Text span c="dimmed">
                {words.through(through)}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}

function MayAskFor({ view: { eligibilities, principal } }: { readonly view: Principal }) {
  if (eligibilities.length === 0) return <Empty>{words.nothing(principal.displayName)}</Empty>;
  return (
    <Paper withBorder p="md">
      <List>
        {eligibilities.map(({ roleName, scopeName, through, endsAt }) => (
          <List.Item key={JSON.stringify([roleName, scopeName, through, endsAt])}>
            {words.on(roleName, scopeName)}
            <Text span c="dimmed">
              {through === null ? "" : words.through([through])}
              {endsAt === null ? words.endless : words.until}
              {endsAt === null ? null : <Time at={endsAt} as="minute" />}
            </Text>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
