/** For whom: oneself, or a workload or group that one owns. Nothing to see for whoever owns none. */
import { NativeSelect } from "@mantine/core";
import { useApi } from "../../api/api.ts";
import { useMe } from "../../app/session.tsx";
import { WHO_FOR, youOwn, yourself } from "../../words/asking.ts";
import type { Change } from "./use-request-form.ts";

export function WhoFor({
  beneficiaryId,
  change,
  fault,
}: {
  readonly beneficiaryId: string | null;
  readonly change: Change;
  readonly fault: string | null;
}) {
  const { principal } = useMe();
  const own = useApi("readPrincipal", { path: { objectId: principal.objectId } });
  const owned = own.data?.owns ?? [];
  if (owned.length === 0 && beneficiaryId === null) return null;
  return (
    <NativeSelect
      id="who-for"
      label={WHO_FOR.label}
      description={WHO_FOR.help}
      value={beneficiaryId ?? ""}
      error={fault}
      onChange={(event) => change({ beneficiaryId: event.currentTarget.value || null })}
      data={[
        { value: "", label: yourself(principal.displayName) },
        ...owned.map(({ objectId, displayName, kind }) => ({
          value: objectId,
          label: youOwn(displayName, kind),
        })),
      ]}
    />
  );
}
