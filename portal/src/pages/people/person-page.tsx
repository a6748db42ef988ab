/** One person, group or workload, as far as whoever looks may see: what they hold, ask for and held, and how it is taken. */
import { Anchor, Button, Group, List, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import { useApi, useApiCall } from "../../api/api.ts";
import { useAnswersForTenant, useMe } from "../../app/session.tsx";
import { AccessRows } from "../../parts/access-rows.tsx";
import { Caution } from "../../parts/caution.tsx";
import { Page, Section } from "../../parts/page.tsx";
import { Empty, Loading, Problem } from "../../parts/states.tsx";
import { Time } from "../../parts/time.tsx";
import { Where } from "../../parts/who.tsx";
import { capital, endedWords } from "../../words/grant.ts";
import * as words from "../../words/people.ts";
import { whatWords } from "../../words/request.ts";
import { EndAllSheet, LockSheet, type Person, UnlockSheet } from "./lock-sheets.tsx";

export function PersonPage() {
  const { objectId = "" } = useParams();
  const [address] = useSearchParams();
  const tenantId = address.get("tenant");
  const query = tenantId === null ? {} : { tenantId };
  const found = useApi("readPerson", { path: { objectId }, query });
  const view = found.data;
  return (
    <Page
      title={view?.person.displayName ?? words.NOT_YET}
      lead={view === undefined ? undefined : <Lead view={view} />}
      width={960}
      actions={view === undefined ? undefined : <Actions view={view} />}
    >
      {found.error !== null ? (
        <Problem error={found.error} again={() => found.refetch()} />
      ) : view === undefined ? (
        <Loading rows={4} />
      ) : (
        <About view={view} />
      )}
    </Page>
  );
}

function Lead({ view: { person, email, rights, whole } }: { readonly view: Person }) {
  const me = useMe();
  const isOneself = person.objectId === me.principal.objectId;
  return (
    <>
      {[words.kindLine(person.kind, email, person.tenantName), words.rightsWords(rights)]
        .filter((one) => one !== null)
        .join(" · ")}
      {isOneself ? ` ${words.YOURSELF}` : whole ? "" : ` · ${words.IN_PART}`}
    </>
  );
}

type Doing = "lock" | "unlock" | "end";

function Actions({ view }: { readonly view: Person }) {
  const [address] = useSearchParams();
  const [doing, setDoing] = useState<Doing | null>(address.get("do") === "lock" ? "lock" : null);
  const close = () => setDoing(null);
  const { lockedOut, mayLock, mayEndEverything, held, pending } = view;
  const isAny = held.some(({ endsAt }) => endsAt !== null) || pending.length > 0;
  return (
    <>
      {mayEndEverything && isAny ? (
        <Button variant="default" onClick={() => setDoing("end")}>
          {words.END_ALL}
        </Button>
      ) : null}
      {!mayLock ? null : lockedOut === null ? (
        <Button color="red" variant="light" onClick={() => setDoing("lock")}>
          {words.LOCK}
        </Button>
      ) : (
        <Button onClick={() => setDoing("unlock")}>{words.UNLOCK}</Button>
      )}
      {doing === "lock" && mayLock && lockedOut === null ? <LockSheet view={view} close={close} /> : null}
      {doing === "unlock" ? <UnlockSheet view={view} close={close} /> : null}
      {doing === "end" ? <EndAllSheet view={view} close={close} /> : null}
    </>
  );
}

function About({ view }: { readonly view: Person }) {
  const { person, lockedOut, held, pending, past, eligibilities } = view;
  return (
    <>
      {lockedOut === null ? null : <LockedOut view={view} />}
      <MailOff view={view} />
      <Section title={words.HOLDS} aside={<Aside view={view} />}>
        {held.length === 0 ? (
          <Empty>{words.holdsNothing(person.displayName)}</Empty>
        ) : (
          <AccessRows label={words.HOLDS} grants={held} without="who" />
        )}
      </Section>
      {pending.length === 0 ? null : <Waits view={view} />}
      {view.whole || eligibilities.length > 0 ? <MayAsk view={view} /> : null}
      {past.length === 0 ? null : <Before view={view} />}
    </>
  );
}

function LockedOut({ view: { person, lockedOut } }: { readonly view: Person }) {
  if (lockedOut === null) return null;
  return (
    <Stack mb="xl">
      <Caution title={words.lockedTitle(person.displayName)}>
        <Text>
          <Time at={lockedOut.since} as="minute" />, {words.lockedBy(lockedOut.by.displayName)}: “
          {lockedOut.justification}”
        </Text>
      </Caution>
    </Stack>
  );
}

/** Their mail server refused them for good; an administrator who had that put right has it tried again. */
function MailOff({ view: { person, mail, mayLock } }: { readonly view: Person }) {
  const switchOn = useApiCall("switchOnMailAddress");
  if (mail === null || mail.switchedOff === null || mail.addressId === null) return null;
  const { addressId: id, switchedOff } = mail;
  return (
    <Stack mb="xl">
      <Caution title={words.mailOffTitle(person.displayName)}>
        <Text>
          <Time at={switchedOff.at} as="minute" />, {words.MAIL_OFF_BECAUSE} “{switchedOff.why}”
        </Text>
        {mayLock ? (
          <Group mt="sm">
            <Button
              variant="default"
              loading={switchOn.isPending}
              onClick={() => switchOn.mutate({ path: { id } })}
            >
              {words.MAIL_ON}
            </Button>
          </Group>
        ) : null}
        {switchOn.error === null ? null : <Problem error={switchOn.error} />}
      </Caution>
    </Stack>
  );
}

/** Where an administrator changes them, and an auditor reads on. */
function Aside({ view: { person } }: { readonly view: Person }) {
  const me = useMe();
  const reads = useAnswersForTenant();
  if (!reads) return null;
  const manages = me.places.includes("manage") && person.tenantId === me.principal.tenantId;
  return (
    <Text size="sm">
      <Anchor component={Link} to={`/audit?person=${person.objectId}`}>
        {words.HISTORY}
      </Anchor>
      {manages ? (
        <>
          {" · "}
          <Anchor component={Link} to={`/manage/people/${person.objectId}`}>
            {words.CHANGE}
          </Anchor>
        </>
      ) : null}
    </Text>
  );
}

function Waits({ view: { pending } }: { readonly view: Person }) {
  return (
    <Section title={words.WAITS}>
      <Paper withBorder p="md">
        <List listStyleType="none" spacing="xs">
          {pending.map((request) => (
            <List.Item key={request.id}>
              <Anchor component={Link} to={`/requests/${request.id}`}>
                {capital(whatWords(request))}
              </Anchor>{" "}
              {words.askedFor(request.terms.duration)} <Time at={request.createdAt} as="ago" />
            </List.Item>
          ))}
        </List>
      </Paper>
    </Section>
  );
}

function MayAsk({ view: { eligibilities } }: { readonly view: Person }) {
  return (
    <Section title={words.MAY_ASK}>
      {eligibilities.length === 0 ? (
        <Empty>{words.MAY_ASK_NOTHING}</Empty>
      ) : (
        <Paper withBorder p="md">
          <List listStyleType="none" spacing="xs">
            {eligibilities.map(({ roleName, scope, scopeName, through, endsAt }) => (
              <List.Item key={`${roleName} ${scope} ${through}`}>
                {roleName} on <Where scope={scope} name={scopeName} />
                {words.throughWords(through)}
                {endsAt === null ? null : (
                  <>
                    , until <Time at={endsAt} as="minute" />
                  </>
                )}
              </List.Item>
            ))}
          </List>
        </Paper>
      )}
    </Section>
  );
}

function Before({ view: { past } }: { readonly view: Person }) {
  return (
    <Section title={words.BEFORE}>
      <Paper withBorder p="md">
        <List listStyleType="none" spacing="xs">
          {past.map((grant) => (
            <List.Item key={grant.id}>
              <Anchor component={Link} to={`/access/${grant.id}`}>
                {grant.roleName}
              </Anchor>{" "}
              on <Where scope={grant.scope} name={grant.scopeName} />,{" "}
              <Time at={grant.startsAt} as="minute" />
              {grant.effectiveEnd.at === null ? null : (
                <>
                  {" – "}
                  <Time at={grant.effectiveEnd.at} as="minute" />
                </>
              )}
              : {endedWords(grant.liveness)}
            </List.Item>
          ))}
        </List>
      </Paper>
    </Section>
  );
}
