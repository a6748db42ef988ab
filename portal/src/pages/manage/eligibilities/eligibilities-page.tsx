/** Who may ask for what, and until when. */
import { Button } from "@mantine/core";
import { useMemo, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useApiPages } from "../../../api/api.ts";
import { useMe } from "../../../app/session.tsx";
import { Page } from "../../../parts/page.tsx";
import { type Column, Rows } from "../../../parts/rows.tsx";
import { endItWords, LIST, nobodyYet, whatWords } from "../../../words/eligibility.ts";
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
  const shown = useMemo(() => columns(setEnding), []);
  const filtered = principalId !== null || roleDefinitionId !== null;
  return (
    <Page
      title={LIST.title}
      lead={LIST.lead}
      actions={
        <Button component={Link} to={`/manage/eligibilities/assign?${address}`}>
          {LIST.make}
        </Button>
      }
    >
      <EligibilityFilters />
      <Rows
        label={LIST.title}
        items={items}
        columns={shown}
        keyOf={({ id }) => id}
        query={query}
        empty={filtered ? LIST.nobodySo : nobodyYet(principal.tenantName)}
      />
      {ending === null ? null : <EndEligibilitySheet eligibility={ending} close={() => setEnding(null)} />}
    </Page>
  );
}

function columns(end: (one: Eligibility) => void): Column<Eligibility>[] {
  return [
    { label: LIST.who, width: "1.3fr", cell: (one) => <Who eligibility={one} /> },
    {
      label: LIST.what,
      width: "1.3fr",
      cell: whatWords,
    },
    { label: LIST.until, cell: (one) => <Until eligibility={one} /> },
    { label: LIST.madeBy, cell: (one) => <Made eligibility={one} /> },
    {
      label: LIST.endIt,
      width: "5rem",
      cell: (one) =>
        one.source.kind === "application" ? null : (
          <Button size="xs" variant="default" onClick={() => end(one)} aria-label={endItWords(one)}>
            {LIST.end}
          </Button>
        ),
    },
  ];
}
