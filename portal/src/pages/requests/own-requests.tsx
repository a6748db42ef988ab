/** Everything one asked for, the newest first. */
import { Badge, Button } from "@mantine/core";
import { Link } from "react-router";
import { useApiPages } from "../../api/api.ts";
import { Rows } from "../../parts/rows.tsx";
import { Time } from "../../parts/time.tsx";
import { durationWords } from "../../words/duration.ts";
import { placeWords } from "../../words/grant.ts";
import { askedRoles, NONE_ASKED, REQUEST_ACCESS } from "../../words/holding.ts";
import { stateColor, stateWords } from "../../words/request.ts";

const PAGE = 200;

export function OwnRequests() {
  const { items, query } = useApiPages("listAccessRequests", { query: { view: "mine", limit: PAGE } });
  return (
    <Rows
      label="Your requests"
      items={items}
      query={query}
      keyOf={({ id }) => id}
      to={({ id }) => `/requests/${id}`}
      columns={[
        {
          label: "Role",
          width: "1.2fr",
          cell: askedRoles,
        },
        { label: "Place", width: "1.5fr", cell: placeWords },
        { label: "For", width: "7rem", cell: ({ terms }) => durationWords(terms.duration) },
        { label: "Asked", width: "9rem", cell: ({ createdAt }) => <Time at={createdAt} as="ago" /> },
        {
          label: "State",
          width: "1.8fr",
          cell: (one) => <Badge color={stateColor(one)}>{stateWords(one)}</Badge>,
        },
      ]}
      empty={
        <>
          {NONE_ASKED}{" "}
          <Button component={Link} to="/request" variant="light" size="compact-xs">
            {REQUEST_ACCESS}
          </Button>
        </>
      }
    />
  );
}
