/** Access that is over, and how it ended. */
import { useApiPages } from "../../api/api.ts";
import { Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import { howItEnded } from "../../words/access.ts";
import { placeWords } from "../../words/grant.ts";
import { NONE_ENDED } from "../../words/holding.ts";

const PAGE = 100;

export function EndedGrants() {
  const { items, query } = useApiPages("listGrants", {
    query: { view: "mine", state: "ended", limit: PAGE },
  });
  return (
    <Rows
      label="Ended access"
      items={items}
      query={query}
      keyOf={({ id }) => id}
      to={({ id }) => `/access/${id}`}
      columns={[
        { label: "Role", cell: ({ roleName }) => roleName },
        { label: "Place", width: "1.5fr", cell: placeWords },
        { label: "From", cell: ({ startsAt }) => <Time at={startsAt} as="minute" /> },
        {
          label: "To",
          cell: ({ effectiveEnd }) =>
            effectiveEnd.at === null ? "–" : <Time at={effectiveEnd.at} as="minute" />,
        },
        {
          label: "How it ended",
          width: "1.5fr",
          cell: howItEnded,
        },
      ]}
      empty={NONE_ENDED}
    />
  );
}
