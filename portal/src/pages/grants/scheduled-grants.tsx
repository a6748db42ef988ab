/** Access that was approved and has not begun. */
import { Button } from "@mantine/core";
import { useState } from "react";
import { useApiPages } from "../../api/api.ts";
import { Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import { durationWords } from "../../words/duration.ts";
import { type Grant, placeWords } from "../../words/grant.ts";
import { cancelLabel, NONE_SCHEDULED } from "../../words/holding.ts";
import { EndSheet } from "./end-sheet.tsx";

export function ScheduledGrants() {
  const { items, query } = useApiPages("listGrants", { query: { view: "mine", state: "scheduled" } });
  const [canceling, cancel] = useState<Grant | null>(null);
  return (
    <>
      <Rows
        label="Scheduled access"
        items={items}
        query={query}
        keyOf={({ id }) => id}
        to={({ id }) => `/access/${id}`}
        columns={[
          { label: "Role", cell: ({ roleName }) => roleName },
          { label: "Place", width: "1.5fr", cell: placeWords },
          { label: "Begins", cell: ({ startsAt }) => <Time at={startsAt} as="minute" /> },
          { label: "For", width: "7rem", cell: lengthWords },
          {
            label: "Change",
            width: "6rem",
            cell: (grant) => (
              <Button
                size="xs"
                variant="default"
                onClick={() => cancel(grant)}
                aria-label={cancelLabel(grant)}
              >
                Cancel
              </Button>
            ),
          },
        ]}
        empty={NONE_SCHEDULED}
      />
      {canceling === null ? null : <EndSheet grant={canceling} close={() => cancel(null)} />}
    </>
  );
}

function lengthWords({ startsAt, endsAt }: Grant): string {
  return endsAt === null ? "no end" : durationWords(Date.parse(endsAt) - Date.parse(startsAt));
}
