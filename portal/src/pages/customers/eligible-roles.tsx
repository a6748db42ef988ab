/** What one may ask for at this application; asking opens the form, filled in. */
import { Button } from "@mantine/core";
import { Link } from "react-router";
import { type ItemOf, useApi } from "../../api/api.ts";
import { useNow } from "../../parts/now.ts";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import type { Application } from "../../words/application.ts";
import * as words from "../../words/customer.ts";
import { durationWords } from "../../words/duration.ts";
import { hasBegun } from "../../words/eligibility.ts";
import { decidersWords } from "../../words/request.ts";
import { askAddress } from "../request/asks.ts";

type Eligibility = ItemOf<"listMyEligibilities">;

/** One role, by whatever ways one is eligible for it: it is asked for once. */
interface Eligible extends Eligibility {
  readonly ways: readonly string[];
}

const COLUMNS: readonly Column<Eligible>[] = [
  { label: words.ROLES.role, cell: ({ roleName }) => roleName },
  { label: words.ROLES.through, cell: ({ ways }) => words.waysWords(ways) },
  { label: words.ROLES.upTo, width: "6rem", cell: ({ limits }) => durationWords(limits.maximumDuration) },
  { label: words.ROLES.whoDecides, cell: whoDecides },
  { label: words.ROLES.activate, width: "8rem", cell: (one) => <Activate eligibility={one} /> },
];

export function EligibleRoles({ application }: { readonly application: Application }) {
  const eligibilities = useApi("listMyEligibilities", {});
  const here = (eligibilities.data?.items ?? []).filter(
    ({ scope }) => scope.toLowerCase() === application.scope.toLowerCase(),
  );
  return (
    <Rows
      label={words.ROLES.list}
      items={byRole(here)}
      columns={COLUMNS}
      keyOf={({ roleDefinitionId }) => roleDefinitionId}
      empty={words.noRoles(application)}
      query={eligibilities}
    />
  );
}

function byRole(eligibilities: readonly Eligibility[]): Eligible[] {
  const roles = new Map<string, Eligible>();
  for (const one of eligibilities) {
    const way = words.wayWords(one.through);
    const before = roles.get(one.roleDefinitionId);
    // By whichever way lets one first.
    const startsAt = before !== undefined && before.startsAt < one.startsAt ? before.startsAt : one.startsAt;
    roles.set(one.roleDefinitionId, { ...(before ?? one), startsAt, ways: [...(before?.ways ?? []), way] });
  }
  return [...roles.values()];
}

function Activate({ eligibility }: { readonly eligibility: Eligibility }) {
  const now = useNow();
  if (!hasBegun(eligibility, now)) return <Time at={eligibility.startsAt} as="minute" />;
  const { scope, scopeName, roleDefinitionId, roleName, limits } = eligibility;
  const address = askAddress({
    scope,
    scopeName,
    roleDefinitionIds: [roleDefinitionId],
    roleNames: [roleName],
    duration: limits.defaultDuration,
  });
  return (
    <Button component={Link} to={address} size="xs" aria-label={words.activateWords(roleName, scopeName)}>
      {words.ROLES.activate}
    </Button>
  );
}

function whoDecides({ limits, decidedBy, ownerName }: Eligibility): string {
  if (limits.approval === "automatic") return words.approvedAtOnce(ownerName);
  return decidedBy
    .map(({ required, ...approvers }) => decidersWords({ required, approved: 0, approvers }))
    .join(", then ");
}
