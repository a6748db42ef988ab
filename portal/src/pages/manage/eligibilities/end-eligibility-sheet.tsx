/** Nobody may ask on this ground any more, and what is live on it ends. */
import { List, Text, Textarea } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { type ItemOf, useApi, useApiCall } from "../../../api/api.ts";
import { ConfirmSheet } from "../../../parts/sheet.tsx";
import { firstName } from "../../../words/request.ts";
import type { Eligibility } from "./eligibility-words.tsx";

interface Props {
  readonly eligibility: Eligibility;
  readonly close: () => void;
}

export function EndEligibilitySheet({ eligibility, close }: Props) {
  const { id, principal, roleName, scopeName } = eligibility;
  const [justification, setJustification] = useState("");
  const live = useLiveOn(eligibility);
  const end = useApiCall("endEligibility");
  const confirm = () => {
    const said = justification.trim();
    end.mutate(
      { path: { id }, body: said === "" ? {} : { justification: said } },
      {
        onSuccess: () => {
          notifications.show({
            message: `${principal.displayName} may not ask for ${roleName} on ${scopeName} any more.`,
            color: "green",
          });
          close();
        },
      },
    );
  };
  return (
    <ConfirmSheet
      title={`End what ${principal.displayName} may ask for?`}
      opened
      close={close}
      verb="End eligibility"
      color="red"
      busy={end.isPending}
      error={end.error}
      confirm={confirm}
    >
      <Text>
        {principal.displayName} may no longer ask for {roleName} on {scopeName}.
      </Text>
      {live.length === 0 ? (
        <Text c="dimmed">Nobody holds it at this moment.</Text>
      ) : (
        <List>
          {live.map((grant) => (
            <List.Item key={grant.id}>
              {firstName(grant.beneficiary.displayName)}'s live {grant.roleName} on {grant.scopeName} ends
              too, unless another eligibility covers it.
            </List.Item>
          ))}
        </List>
      )}
      <Textarea
        label="Why"
        description="Stands in the audit log."
        value={justification}
        onChange={(event) => setJustification(event.currentTarget.value)}
        maxLength={4_000}
        autosize
        minRows={2}
      />
    </ConfirmSheet>
  );
}

type Grant = ItemOf<"listGrants">;

/** What is live there and then, held by them or by the members of the group. */
function useLiveOn({ principal, roleDefinitionId, scope }: Eligibility): Grant[] {
  const group = useApi(
    "readPrincipal",
    { path: { objectId: principal.objectId } },
    { enabled: principal.kind === "group" },
  );
  const grants = useApi("listGrants", { query: { view: "all", state: "active", limit: 200 } });
  const holders = new Set([
    principal.objectId,
    ...(group.data?.members ?? []).map(({ objectId }) => objectId),
  ]);
  const at = scope.toLowerCase();
  const isThere = (place: string) => place === at || place.startsWith(`${at}/`);
  return (grants.data?.items ?? []).filter(
    (grant) =>
      grant.kind === "activation" &&
      grant.roleDefinitionId === roleDefinitionId &&
      holders.has(grant.beneficiary.objectId) &&
      isThere(grant.scope.toLowerCase()),
  );
}
