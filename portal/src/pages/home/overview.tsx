/** What whoever answers for an organisation looks at first, in one answer: a line of numbers, and what is behind each. */
import { Anchor, Badge, Group, List, Paper, SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { Link } from "react-router";
import { type Answer, useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { AccessRows } from "../../parts/access-rows.tsx";
import { Caution } from "../../parts/caution.tsx";
import { Section } from "../../parts/page.tsx";
import { Permanent } from "../../parts/permanent.tsx";
import { Answered, Empty, Loading } from "../../parts/states.tsx";
import { Countdown, Time } from "../../parts/time.tsx";
import { Who } from "../../parts/who.tsx";
import { stateWords } from "../../words/grant.ts";
import * as words from "../../words/home.ts";
import { listWords } from "../../words/list.ts";
import { whatWords } from "../../words/request.ts";
import { LiveNow } from "./live-now.tsx";
import classes from "./overview.module.css";

type View = Answer<"readOverview">;

function useOverview() {
  return useApi("readOverview", {});
}

/** The numbers; they come with the rest, and are as tall before. */
export function Numbers() {
  const { data, error } = useOverview();
  if (data !== undefined) return <Tiles view={data} />;
  return error === null ? <Skeleton h={92} mb="xl" /> : null;
}

export function Overview() {
  const found = useOverview();
  return (
    <Answered query={found} loading={<Loading rows={3} height={96} />} empty={null}>
      {found.data === undefined ? null : <All view={found.data} />}
    </Answered>
  );
}

function All({ view }: { readonly view: View }) {
  return (
    <>
      <Live view={view} />
      <PermanentOfOthers view={view} />
      <Overdue view={view} />
      <Targets view={view} />
      <EndsSoon view={view} />
      <Customers view={view} />
    </>
  );
}

/** Those that are nobody's own people are what one has to know of. */
function useForeign(view: View) {
  const { principal } = useMe();
  return view.permanent.items.filter(
    (one) => one.beneficiary.tenantId !== principal.tenantId && one.because !== "readOnly",
  );
}

function Tiles({ view }: { readonly view: View }) {
  const foreign = useForeign(view);
  const wrong = view.adrift.length + view.left.count;
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }} spacing="sm" mb="xl">
      <Tile count={view.live.count} label={words.tiles.live} to="#live" tone="live" />
      <Tile count={foreign.length} label={words.tiles.permanent} to="#permanent" tone="loud" />
      <Tile count={view.overdue.count} label={words.tiles.overdue} to="#overdue" tone="loud" />
      <Tile count={wrong} label={words.tiles.adrift} to="#targets" tone="loud" />
    </SimpleGrid>
  );
}

interface TileProps {
  readonly count: number;
  readonly label: string;
  readonly to: string;
  readonly tone: "live" | "loud";
}

function Tile({ count, label, to, tone }: TileProps) {
  return (
    <Paper
      withBorder
      component="a"
      href={to}
      className={classes.tile ?? ""}
      data-tone={count === 0 ? "none" : tone}
    >
      <span className={classes.count}>{count}</span>
      <span className={classes.label}>{label}</span>
    </Paper>
  );
}

function Live({ view: { live } }: { readonly view: View }) {
  const { principal } = useMe();
  const [next] = live.items;
  // With what one does with it at hand.
  const mine = live.items.some(
    ({ beneficiary, liveness }) => beneficiary.objectId === principal.objectId && liveness === "live",
  );
  const told =
    next === undefined ? null : words.heldBy(next.beneficiary.displayName, next.roleName, next.scopeName);
  return (
    <>
      {mine ? <LiveNow title={words.YOURS} /> : null}
      <Section title={words.LIVE}>
        <span id="live" />
        {live.count === 0 ? (
          <Empty>{words.NOTHING_LIVE}</Empty>
        ) : (
          <>
            <AccessRows label={words.stripWords(live.count, told)} grants={live.items} />
            <More all={live} />
          </>
        )}
      </Section>
    </>
  );
}

function More({
  all: { count, items },
}: {
  readonly all: { readonly count: number; readonly items: readonly unknown[] };
}) {
  return count > items.length ? (
    <Text size="sm" c="dimmed" mt="xs">
      {words.more(count - items.length)}
    </Text>
  ) : null;
}

function PermanentOfOthers({ view }: { readonly view: View }) {
  const foreign = useForeign(view);
  if (foreign.length === 0) return null;
  const why = new Map(foreign.map(({ id, because }) => [id, words.because[because]]));
  return (
    <Section title={words.PERMANENT}>
      <span id="permanent" />
      <AccessRows label={words.PERMANENT} grants={foreign} note={({ id }) => why.get(id) ?? ""} loud />
    </Section>
  );
}

function Overdue({ view: { overdue } }: { readonly view: View }) {
  if (overdue.count === 0) return null;
  return (
    <Section title={words.OVERDUE}>
      <span id="overdue" />
      <Paper withBorder p="md">
        <List listStyleType="none" spacing="xs">
          {overdue.items.map((request) => (
            <List.Item key={request.id}>
              <Who person={request.requester} /> <span aria-hidden="true">· </span>
              <Anchor component={Link} to={`/requests/${request.id}`}>
                {whatWords(request)}
              </Anchor>
              , asked <Time at={request.createdAt} as="ago" />
              {request.decideBy === null ? null : (
                <>
                  {" · "}
                  <Countdown to={request.decideBy} size="sm" />
                </>
              )}
            </List.Item>
          ))}
        </List>
        <More all={overdue} />
      </Paper>
    </Section>
  );
}

function Targets({ view: { adrift, left } }: { readonly view: View }) {
  if (adrift.length + left.count === 0) return null;
  return (
    <Section title={words.ADRIFT}>
      <span id="targets" />
      <Stack gap="sm">
        {left.items.map((grant) => (
          <Caution key={grant.id} title={stateWords(grant)}>
            <Text>
              <Anchor component={Link} to={`/access/${grant.id}`}>
                {words.leftWords(grant.beneficiary.displayName, grant.roleName, grant.scopeName)}
              </Anchor>
              .
            </Text>
          </Caution>
        ))}
        {adrift.map(({ name, label, drift }) => (
          <Caution key={name} title={`${label}: ${words.driftWords(drift.length)}`}>
            <List spacing={4}>
              {drift.map(({ at, what }) => (
                <List.Item key={what}>
                  {what}, <Time at={at} as="ago" />
                </List.Item>
              ))}
            </List>
          </Caution>
        ))}
      </Stack>
    </Section>
  );
}

function EndsSoon({ view: { ending } }: { readonly view: View }) {
  if (ending.count === 0) return null;
  return (
    <Section title={words.ENDS_SOON}>
      <Paper withBorder p="md">
        <List listStyleType="none" spacing="xs">
          {ending.items.map(({ what, principal, roleName, scopeName, endsAt }) => (
            <List.Item key={`${principal.objectId} ${roleName} ${scopeName}`}>
              <Who person={principal} /> <span aria-hidden="true">· </span>
              {words.ENDING[what]} {roleName} on {scopeName} <Time at={endsAt} as="in" />
            </List.Item>
          ))}
        </List>
        <More all={ending} />
      </Paper>
    </Section>
  );
}

function Customers({ view: { customers } }: { readonly view: View }) {
  if (customers.length === 0) return null;
  return (
    <Section title={words.CUSTOMERS}>
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
        {customers.map(({ applicationId, name, consumerName, jitEnabled, roleNames, liveCount }) => {
          const roles = listWords(roleNames, "or");
          return (
            <Paper
              key={applicationId}
              withBorder
              p="md"
              component="article"
              aria-label={`${consumerName}, ${name}`}
            >
              <Group justify="space-between" gap="xs">
                <Anchor component={Link} to={`/customers/${applicationId}`} fw={600} className="plain-link">
                  {consumerName} · {name}
                </Anchor>
                <Badge color={liveCount > 0 ? "green" : "gray"}>{words.liveThere(liveCount)}</Badge>
              </Group>
              <Text size="sm">
                {jitEnabled ? (
                  words.mayActivate(roles)
                ) : (
                  <Permanent since={null}>{words.holdsForGood(roles)}</Permanent>
                )}
              </Text>
            </Paper>
          );
        })}
      </SimpleGrid>
    </Section>
  );
}
