/** Making a person, a group or a workload eligible for a role. */
import { Button, Group, Paper, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { type FormEvent, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useApiCall } from "../../../api/api.ts";
import { useNow } from "../../../parts/now.ts";
import { Page } from "../../../parts/page.tsx";
import { type FoundPrincipal, PrincipalPicker } from "../../../parts/principal-picker.tsx";
import { Problem } from "../../../parts/states.tsx";
import { timeWords } from "../../../words/time.ts";
import { PlaceField } from "../parts/place-field.tsx";
import { RoleSelect, useRoles } from "../parts/role-select.tsx";
import { useDemands } from "./demands.ts";
import { usePicked } from "./eligibility-filters.tsx";
import { endOf, instantOf, type Lasting, LastingField, usualLasting } from "./lasting.tsx";

export function AssignPage() {
  const [address] = useSearchParams();
  const named = usePicked(address.get("principal"));
  const [picked, setPicked] = useState<FoundPrincipal[] | null>(null);
  const [role, setRole] = useState(address.get("role"));
  const [scope, setScope] = useState(address.get("scope"));
  const [start, setStart] = useState("");
  const [chosen, setChosen] = useState<Lasting | null>(null);
  const [justification, setJustification] = useState("");
  const [tried, setTried] = useState(false);
  const now = useNow();
  const navigate = useNavigate();
  const roleName = useRoles().find(({ id }) => id === role)?.name;
  const demands = useDemands(role, scope);
  const assign = useApiCall("assignEligibility");
  const [who] = picked ?? named;
  const lasting = chosen ?? usualLasting(demands.maximumMs);
  const startsAt = instantOf(start);
  const endsAt = endOf(lasting, startsAt === null ? now : Date.parse(startsAt));
  const lacking = {
    who: who === undefined ? "Say who." : null,
    role: role === null ? "Say which role." : null,
    scope: scope === null ? "Say where: a known place, or subscription / resource group." : null,
    end: endsAt === undefined ? "Say when it ends." : null,
    why: demands.justification && justification.trim() === "" ? "The role's settings ask why." : null,
  };
  const shown = (fault: string | null) => (tried ? fault : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (who === undefined || role === null || scope === null || endsAt === undefined || lacking.why) return;
    const said = justification.trim();
    const body = {
      principalId: who.objectId,
      roleDefinitionId: role,
      scope,
      endsAt,
      ...(startsAt === null ? {} : { startsAt }),
      ...(said === "" ? {} : { justification: said }),
    };
    assign.mutate(
      { headers: { "idempotency-key": crypto.randomUUID() }, body },
      {
        onSuccess: (made) => {
          notifications.show({
            message: `${made.principal.displayName} may ask for ${made.roleName} on ${made.scopeName}.`,
            color: "green",
          });
          navigate("/manage/eligibilities");
        },
      },
    );
  };
  return (
    <Page
      title="Make eligible"
      lead="They may ask from then on; the role's settings still decide."
      width={720}
    >
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <PrincipalPicker
            label="Who"
            description="A person, a group or a workload. Of a group every member may ask, nested ones too."
            value={who === undefined ? [] : [who]}
            onChange={(all) => setPicked(all.slice(-1))}
            error={shown(lacking.who)}
          />
          <RoleSelect label="Role" value={role} onChange={setRole} error={shown(lacking.role)} />
          <PlaceField label="Where" value={scope} onChange={setScope} error={shown(lacking.scope)} />
          <TextInput
            label="From"
            description="Left empty: from now on."
            type="datetime-local"
            maw={260}
            value={start}
            onChange={(event) => setStart(event.currentTarget.value)}
          />
          <LastingField
            value={lasting}
            onChange={setChosen}
            maximumMs={demands.maximumMs}
            error={shown(lacking.end)}
          />
          <Textarea
            label="Why"
            description={
              demands.justification
                ? "The role's settings ask for it. It stands in the audit log."
                : "If you like; it stands in the audit log."
            }
            value={justification}
            onChange={(event) => setJustification(event.currentTarget.value)}
            maxLength={4_000}
            autosize
            minRows={2}
            error={shown(lacking.why)}
          />
          {demands.mfa ? <Text size="sm">The role's settings ask for your second factor here.</Text> : null}
          {assign.error === null ? null : <Problem error={assign.error} />}
        </Stack>
        <Paper className="action-bar" radius={0}>
          <Group justify="space-between" gap="sm">
            <Text size="sm" c="dimmed" flex="1 1 16rem">
              {who === undefined || roleName === undefined
                ? "Nothing happens before you press the button."
                : `${who.displayName} may ask for ${roleName} until ${endsAt ? timeWords(endsAt, now) : "somebody ends it"}.`}
            </Text>
            <Group gap="sm">
              <Button component={Link} to="/manage/eligibilities" variant="default">
                Back
              </Button>
              <Button type="submit" loading={assign.isPending}>
                Make eligible
              </Button>
            </Group>
          </Group>
        </Paper>
      </form>
    </Page>
  );
}
