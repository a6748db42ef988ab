/**
 * Access, one line each: who holds what where, the time it has as a bar, and what is left. The bar says nothing that the
 * line does not; what has no end has no bar and is loud.
 */
import { Anchor, Badge, Box, Group, Paper, Text } from "@mantine/core";
import { Link } from "react-router";
import { type Grant, stateColor, stateWords } from "../words/grant.ts";
import classes from "./access-rows.module.css";
import { useNow } from "./now.ts";
import { Permanent } from "./permanent.tsx";
import { Countdown, Time } from "./time.tsx";
import { Where, Who } from "./who.tsx";

interface Props {
  readonly label: string;
  readonly grants: readonly Grant[];
  /** What every line would say anyway. */
  readonly without?: "who" | "where";
  /** More about one, after a comma. */
  readonly note?: (grant: Grant) => string;
  readonly loud?: boolean;
}

const HOUR_MS = 3_600_000;
const LONGEST_MS = 24 * HOUR_MS;

export function AccessRows({ label, grants, without, note, loud = false }: Props) {
  const now = useNow();
  const span = spanOf(grants, now);
  return (
    <Paper
      withBorder
      component="ul"
      aria-label={label}
      className={classes.rows ?? ""}
      data-tone={loud ? "loud" : undefined}
    >
      {grants.map((grant) => (
        <li key={grant.id} className={classes.row} data-bar={grant.endsAt === null ? "none" : undefined}>
          <Text component="span" className={classes.what ?? ""}>
            {without === "who" ? null : (
              <>
                <Who person={grant.beneficiary} /> <span aria-hidden="true">· </span>
              </>
            )}
            <Anchor component={Link} to={`/access/${grant.id}`}>
              {grant.roleName}
            </Anchor>
            {without === "where" ? null : (
              <>
                {" on "}
                <Where scope={grant.scope} name={grant.scopeName} />
              </>
            )}
            {note === undefined ? null : `, ${note(grant)}`}
          </Text>
          {grant.endsAt === null ? null : (
            <Box>
              <Bar grant={grant} span={span} now={now} />
            </Box>
          )}
          <Group gap="xs" className={classes.left ?? ""}>
            <Left grant={grant} />
          </Group>
        </li>
      ))}
    </Paper>
  );
}

function Left({ grant }: { readonly grant: Grant }) {
  if (grant.endsAt === null) return <Permanent since={grant.startsAt} />;
  if (grant.liveness === "live") return <Countdown to={grant.endsAt} size="sm" />;
  return (
    <>
      <Badge color={stateColor(grant)}>{stateWords(grant)}</Badge>
      {grant.liveness === "scheduled" ? (
        <Text component="span" size="sm">
          <Time at={grant.startsAt} as="in" />
        </Text>
      ) : null}
    </>
  );
}

interface Span {
  readonly from: number;
  readonly ms: number;
}

/** From an hour ago as far as the last of them lasts, a day at most: what lasts longer runs out of the picture. */
function spanOf(grants: readonly Grant[], now: number): Span {
  const last = Math.max(now + HOUR_MS, ...grants.map(({ endsAt }) => Date.parse(endsAt ?? "") || 0));
  return { from: now - HOUR_MS, ms: Math.min(last - now, LONGEST_MS) * 1.04 + HOUR_MS };
}

const HEIGHT = 12;

function Bar({ grant, span, now }: { readonly grant: Grant; readonly span: Span; readonly now: number }) {
  const at = (instant: number) => Math.min(100, Math.max(0, ((instant - span.from) / span.ms) * 100));
  const begins = at(Date.parse(grant.startsAt));
  const ends = at(Date.parse(grant.endsAt ?? ""));
  return (
    <svg width="100%" height={HEIGHT} aria-hidden="true" className={classes.picture}>
      <rect width="100%" height={HEIGHT} rx="3" className={classes.track} />
      <rect
        x={`${begins}%`}
        width={`${Math.max(1, ends - begins)}%`}
        height={HEIGHT}
        rx="3"
        className={classes.span}
        data-state={grant.liveness}
      />
      <line x1={`${at(now)}%`} x2={`${at(now)}%`} y1="0" y2={HEIGHT} className={classes.now} />
    </svg>
  );
}
