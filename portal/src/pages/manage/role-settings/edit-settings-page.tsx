/** The rules of one role at one place: read, changed, tried on the last month, saved. */
import { Anchor, Stack, Text } from "@mantine/core";
import { Link, useSearchParams } from "react-router";
import { useApi } from "../../../api/api.ts";
import { Page } from "../../../parts/page.tsx";
import { Loading, NothingHere, Problem } from "../../../parts/states.tsx";
import { policyRules, roleOn, SETTINGS } from "../../../words/ruling.ts";
import { usePlaces } from "../parts/places.ts";
import { useRoles } from "../parts/role-select.tsx";
import { inheritedFrom } from "../rules/rule-values.ts";
import { RulesForm } from "../rules/rules-form.tsx";
import { EditSettingsForm } from "./edit-settings-form.tsx";
import { useSettingsSources } from "./settings-sources.ts";

export function EditSettingsPage() {
  const [address] = useSearchParams();
  const role = address.get("role");
  const scope = address.get("scope");
  if (role === null || scope === null)
    return (
      <Page title={SETTINGS.title}>
        <NothingHere />
      </Page>
    );
  return <Settings key={`${role} ${scope}`} role={role} scope={scope} />;
}

function Settings({ role, scope }: { readonly role: string; readonly scope: string }) {
  const { data, error, again } = useSettingsSources(role, scope);
  const roleName = useRoles().find(({ id }) => id === role)?.name;
  const place = usePlaces().places.find((one) => one.scope.toLowerCase() === scope.toLowerCase());
  const title = roleOn(roleName ?? SETTINGS.role, place?.label ?? scope.split("/").at(-1) ?? "");
  const policy = data?.inForce.application ?? null;
  const applications = useApi("listApplications", {}, { enabled: policy !== null }).data?.items ?? [];
  const application = applications.find(({ name, side }) => name === policy && side === "consumer");
  const [before, link, after] = policyRules(policy ?? "");
  return (
    <Page
      title={title}
      lead={SETTINGS.leadOfOne}
      up={{ to: "/manage/role-settings", label: SETTINGS.title }}
      width={960}
    >
      {data === null && error !== null ? (
        <Problem error={error} again={again} />
      ) : data === null ? (
        <Loading rows={6} />
      ) : policy === null ? (
        <EditSettingsForm role={role} scope={scope} sources={data} placeLabel={place?.label ?? scope} />
      ) : (
        <Stack gap="lg">
          <Text>
            {before}{" "}
            <Anchor component={Link} to={`/applications/${application?.id ?? ""}`} underline="always">
              {link}
            </Anchor>
            {after}
          </Text>
          <RulesForm inherited={inheritedFrom(data.inForce.fields, {})} override={{}} />
        </Stack>
      )}
    </Page>
  );
}
