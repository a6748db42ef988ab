/** Who of the publisher's people holds something at this application now, and for how long still. */
import type { ItemOf } from "../../api/api.ts";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Countdown, Time } from "../../parts/time.tsx";
import type { Application } from "../../words/application.ts";
import { useLiveGrants } from "./live-grants.ts";

type Grant = ItemOf<"listGrants">;

const COLUMNS: readonly Column<Grant>[] = [
  { label: "Who", cell: ({ beneficiary }) => beneficiary.displayName },
  { label: "Role", cell: ({ roleName }) => roleName },
  { label: "Why", width: "2fr", cell: ({ why }) => why ?? "Not said" },
  { label: "Ends", cell: ({ endsAt }) => (endsAt === null ? "Never" : <Time at={endsAt} />) },
  {
    label: "Left",
    cell: ({ endsAt }) => (endsAt === null ? "No end" : <Countdown to={endsAt} size="sm" />),
  },
];

export function LiveNow({ application }: { readonly application: Application }) {
  const grants = useLiveGrants(application.id);
  return (
    <Rows
      label="Live now"
      items={grants.live}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      to={({ id }) => `/access/${id}`}
      empty={`Nobody of yours holds more than Reader on ${application.name} now.`}
      query={grants}
    />
  );
}
