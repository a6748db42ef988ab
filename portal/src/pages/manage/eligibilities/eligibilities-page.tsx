/** Who may ask for what, and until when. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useApiPages } from "../../../api/api.ts";
import { useMe } from "../../../app/session.tsx";
import { Page } from "../../../parts/page.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { EligibilityFilters } from "./eligibility-filters.tsx";
import { type Eligibility, Made, Until, Who } from "./eligibility-words.tsx";
import { EndEligibilitySheet } from "./end-eligibility-sheet.tsx";

export function EligibilitiesPage() {
  const { principal } = useMe();
  const [address] = useSearchParams();
  const [ending, setEnding] = useState<Eligibility | null>(null);
  const principalId = address.get("principal");
  const roleDefinitionId = address.get("role");
  const { items, query } = useApiPages("listEligibilities", {
    query: {
      limit: 50,
      ...(principalId === null ? {} : { principalId }),
      ...(roleDefinitionId === null ? {} : { roleDefinitionId }),
    },
  });
  const filtered = principalId !== null || roleDefinitionId !== null;
  return (
    <Page
      title="Eligibilities"
      lead="Who may ask for which role, where and until when. Nobody holds anything by it before they ask."
      actions={
        <Button component={Link} to={`/manage/eligibilities/assign?${address}`}>
          Make eligible
        </Button>
      }
    >
      <EligibilityFilters />
      <Rows
        label="Eligibilities"
        items={items}
        columns={columns(setEnding)}
        keyOf={({ id }) => id}
        query={query}
        empty={
          filtered
            ? "Nobody is eligible in this way."
            : `Nobody of ${principal.tenantName} may ask for anything yet. Make a person or a group eligible for a role.`
        }
      />
      {ending === null ? null : <EndEligibilitySheet eligibility={ending} close={() => setEnding(null)} />}
    </Page>
  );
}

function columns(end: (one: Eligibility) => void): Column<Eligibility>[] {
  return [
    { label: "Who", width: "1.3fr", cell: (one) => <Who eligibility={one} /> },
    {
      label: "Role and place",
      width: "1.3fr",
      cell: ({ roleName, scopeName }) => `${roleName} on ${scopeName}`,
    },
    { label: "Until", cell: (one) => <Until eligibility={one} /> },
    { label: "Made by", cell: (one) => <Made eligibility={one} /> },
    {
      label: "",
      width: "5rem",
      cell: (one) =>
        one.source.kind === "application" ? null : (
          <Button
            size="xs"
            variant="default"
            onClick={() => end(one)}
            aria-label={`End ${one.roleName} on ${one.scopeName} for ${one.principal.displayName}`}
          >
            End
          </Button>
        ),
    },
  ];
}
