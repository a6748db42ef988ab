/** Who of the publisher's people holds something at this application now, and for how long still. */
import type { ItemOf } from "../../api/api.ts";
import { type Column, Rows } from "../../parts/rows.tsx";
import { Countdown, Time } from "../../parts/time.tsx";
import type { Application } from "../../words/application.ts";
import { LIVE, nobodyHoldsMore } from "../../words/customer.ts";
import { NO_END } from "../../words/permanent.ts";
import { useLiveGrants } from "./live-grants.ts";

type Grant = ItemOf<"listGrants">;

const COLUMNS: readonly Column<Grant>[] = [
  { label: LIVE.who, cell: ({ beneficiary }) => beneficiary.displayName },
  { label: LIVE.role, cell: ({ roleName }) => roleName },
  { label: LIVE.why, width: "2fr", cell: ({ why }) => why ?? LIVE.notSaid },
  { label: LIVE.ends, cell: ({ endsAt }) => (endsAt === null ? NO_END : <Time at={endsAt} />) },
  {
    label: LIVE.left,
    cell: ({ endsAt }) => (endsAt === null ? NO_END : <Countdown to={endsAt} size="sm" />),
  },
];

export function LiveNow({ application }: { readonly application: Application }) {
  const grants = useLiveGrants(application.id);
  return (
    <Rows
      label={LIVE.list}
      items={grants.live}
      columns={COLUMNS}
      keyOf={({ id }) => id}
      to={({ id }) => `/access/${id}`}
      empty={nobodyHoldsMore(application)}
      query={grants}
    />
  );
}
