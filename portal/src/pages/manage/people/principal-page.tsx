/** One person, group or workload: what they are part of, and what they may ask for. */
import { Anchor, Button, List, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useApi } from "../../../api/api.ts";
import { Facts } from "../../../parts/facts.tsx";
import { Page, Section } from "../../../parts/page.tsx";
import { Empty, Loading, Problem } from "../../../parts/states.tsx";
import { Time } from "../../../parts/time.tsx";
import { people } from "../../../words/administration.ts";
import { listWords } from "../../../words/list.ts";
import { kindWords, personAddress } from "../parts/principal-words.ts";
import { RemoveSheet } from "../parts/remove-sheet.tsx";
import { GroupMembers } from "./group-members.tsx";
import type { Principal } from "./principal.ts";
import { SignInSection } from "./sign-in-section.tsx";

export function PrincipalPage() {
  const { objectId = "" } = useParams();
  const found = useApi("readPrincipal", { path: { objectId } });
  const name = found.data?.principal.displayName ?? "Person or group";
  return (
    <Page
      title={name}
      lead={found.data === undefined ? undefined : kindLine(found.data)}
      up={{ to: "/manage/people", label: "People and groups" }}
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
        Make eligible
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
      <Section title="At a glance">
        <Paper withBorder p="md">
          <Facts
            facts={[
              ["Name in documents", view.name],
              [
                "Rights",
                view.rights.length === 0
                  ? isGroup
                    ? null
                    : "none of their own"
                  : listWords(view.rights, "and"),
              ],
              ["Live at this moment", liveWords(view.liveGrants)],
              ["Same human as", linkedWords(view)],
              ["Owners", namesOf(view.owners)],
              ["Owns", namesOf(view.owns)],
              ["Sign-ins refused", refusedWords(view)],
            ]}
          />
        </Paper>
      </Section>
      {isGroup ? <GroupMembers view={view} /> : <SignInSection view={view} />}
      <Section title="Member of">
        <MemberOf view={view} />
      </Section>
      <Section
        title="May ask for"
        aside={
          <Anchor
            component={Link}
            to={`/manage/eligibilities?principal=${view.principal.objectId}`}
            size="sm"
          >
            Their own eligibilities
          </Anchor>
        }
      >
        <MayAskFor view={view} />
      </Section>
    </>
  );
}

function liveWords(count: number): string {
  if (count === 0) return "nothing";
  return count === 1 ? "1 grant" : `${count} grants`;
}

function linkedWords({ linkedTo, linkedElsewhere }: Principal): string | null {
  if (linkedElsewhere)
    return "an identity in another organisation; neither may approve what the other asks for";
  return linkedTo === null ? null : `${linkedTo.displayName}; neither may approve what the other asks for`;
}

/** How many, in which span, from where: enough to see whether somebody is guessing. */
function refusedWords({ refusedSignIns }: Principal) {
  if (refusedSignIns === null) return null;
  const { count, since, until, networkCount, networks } = refusedSignIns;
  const named = networks.map((one) => `${one.network} (${one.count})`);
  const left = networkCount - named.length;
  return (
    <>
      {count === 1 ? "1" : `${count} in the last 30 days, the first`} <Time at={since} as="minute" />
      {count === 1 ? null : (
        <>
          , the last <Time at={until} as="minute" />
        </>
      )}
      <Text size="sm" c="dimmed">
        From {listWords(left > 0 ? [...named, `${left} more networks`] : named, "and")}
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
  if (memberOf.length === 0) return <Empty>{principal.displayName} is in no group.</Empty>;
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
                {" "}
                through {through.join(" › ")}
              </Text>
            )}
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}

function MayAskFor({ view: { eligibilities, principal } }: { readonly view: Principal }) {
  if (eligibilities.length === 0) return <Empty>{principal.displayName} is eligible for nothing.</Empty>;
  return (
    <Paper withBorder p="md">
      <List>
        {eligibilities.map(({ roleName, scopeName, through, endsAt }) => (
          <List.Item key={`${roleName} ${scopeName} ${through} ${endsAt}`}>
            {roleName} on {scopeName}
            <Text span c="dimmed">
              {through === null ? "" : ` through ${through}`}
              {endsAt === null ? ", without an end" : ", until "}
              {endsAt === null ? null : <Time at={endsAt} as="minute" />}
            </Text>
          </List.Item>
        ))}
      </List>
    </Paper>
  );
}
