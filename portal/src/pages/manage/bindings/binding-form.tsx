/** What a role at a place becomes in a target: the entitlement's fields are the kind's own. */
import { Fieldset, Select, Stack, Switch, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEdit } from "../../../parts/draft.ts";
import { Facts } from "../../../parts/facts.tsx";
import { useGoOn } from "../../../parts/use-go-on.ts";
import { changed, documentName, form, made, bindings as words } from "../../../words/administration.ts";
import { DocumentForm, type FaultAt } from "../parts/document-form.tsx";
import { PlaceField } from "../parts/place-field.tsx";
import { usePlaceWord } from "../parts/places.ts";
import { RoleSelect, useRoles } from "../parts/role-select.tsx";
import { type Field, fieldsOf, readFrom, type Typed, typedOf } from "../parts/schema.ts";
import { SchemaFields } from "../parts/schema-fields.tsx";
import type { Target } from "../targets/target.ts";
import { type TargetKind, unreadableIn } from "../targets/target-form.tsx";
import { WhoGets } from "./who-gets.tsx";

interface BindingDraft {
  readonly target: string;
  readonly roleId: string | null;
  readonly scope: string | null;
  readonly entitlement: Typed;
  readonly required: boolean;
  readonly standing: boolean;
}

interface Props {
  readonly targets: readonly Target[];
  readonly kinds: readonly TargetKind[];
  /** The one that is asked for, where the address names one. */
  readonly chosen: string | null;
  /** Null: a new one. */
  readonly base: {
    readonly name: string;
    readonly spec: Record<string, unknown>;
    readonly tag: string;
    readonly roleDefinitionId: string;
    readonly roleName: string;
    readonly scope: string;
    readonly scopeName: string;
  } | null;
}

const BACK = "/manage/bindings";
const FIELDS = ["/name", "/spec/target", "/spec/role", "/spec/scope", "/spec/required", "/spec/standing"];

export function BindingForm({ targets, kinds, chosen, base }: Props) {
  const first = String(base?.spec.target ?? chosen ?? targets[0]?.name ?? "");
  const given = (base?.spec.entitlement ?? {}) as Record<string, unknown>;
  const topic = base === null ? `new:Binding:${chosen ?? ""}` : `change:Binding:${base.name}`;
  const schemaOf = (name: string) =>
    kinds.find(({ kind }) => kind === targets.find((one) => one.name === name)?.kind)?.schema.entitlement ??
    {};
  const draft = useEdit<BindingDraft>(topic, {
    version: base?.tag ?? "",
    value: {
      target: first,
      roleId: null,
      scope: null,
      entitlement: typedOf(fieldsOf(schemaOf(first), []), given),
      required: base?.spec.required !== false,
      standing: base?.spec.standing === true,
    },
  });
  const goOn = useGoOn();
  const { value } = draft;
  const change = (part: Partial<BindingDraft>) => draft.change((before) => ({ ...before, ...part }));
  const place = usePlaceWord();
  const role = useRoles().find(({ id }) => id === value.roleId)?.name ?? null;
  const schema = schemaOf(value.target);
  const fields = fieldsOf(schema, []);
  const what =
    base === null
      ? { role: role ?? "", scope: value.scope === null ? "" : place.wordOf(value.scope) }
      : { role: String(base.spec.role), scope: String(base.spec.scope) };
  const spec = {
    target: value.target,
    ...what,
    entitlement: readFrom(fields, value.entitlement),
    required: value.required,
    standing: value.standing,
  };
  const where = value.scope === null ? "" : place.labelOf(value.scope);
  const name = base?.name ?? documentName(`${what.role} ${where} ${value.target}`);
  const said =
    base === null ? { role: what.role, place: where } : { role: base.roleName, place: base.scopeName };
  const getting = base === null ? value : { roleId: base.roleDefinitionId, scope: base.scope };
  const isSaid = said.role !== "" && said.place !== "" && value.target !== "";
  return (
    <DocumentForm
      document={{ kind: "Binding", name, spec, tag: base === null ? null : draft.version }}
      verb={base === null ? words.make : form.save}
      back={BACK}
      lacking={{ ...lackingIn(spec), ...unreadableIn(fields, value.entitlement, pointerOf) }}
      fields={[...FIELDS, ...fields.map(pointerOf)]}
      looks
      draft={draft}
      saved={() => {
        notifications.show({ message: base === null ? made(name) : changed(name), color: "green" });
        goOn(BACK);
      }}
      note={isSaid ? words.gains(said.role, said.place, value.target) : undefined}
    >
      {(at) => (
        <>
          {base === null ? (
            <What targets={targets} value={value} change={change} at={at} />
          ) : (
            <Stack gap="xs">
              <Facts
                facts={[
                  [words.roleAndPlace, `${base.roleName} on ${base.scopeName}`],
                  [words.target, value.target],
                ]}
              />
              <Text size="sm" c="dimmed">
                {words.fixed}
              </Text>
            </Stack>
          )}
          <Fieldset legend={words.becomes}>
            <SchemaFields
              schema={schema}
              value={value.entitlement}
              onChange={(member, next) => change({ entitlement: { ...value.entitlement, [member]: next } })}
              pointerOf={pointerOf}
              faultAt={at}
            />
          </Fieldset>
          <Switch
            label={words.requiredLabel}
            description={words.requiredHelp}
            checked={value.required}
            onChange={(event) => change({ required: event.currentTarget.checked })}
          />
          <Switch
            label={words.standingLabel}
            description={words.standingHelp}
            checked={value.standing}
            onChange={(event) => change({ standing: event.currentTarget.checked })}
          />
          {getting.roleId === null || getting.scope === null ? null : (
            <WhoGets roleId={getting.roleId} scope={getting.scope} standing={value.standing} />
          )}
        </>
      )}
    </DocumentForm>
  );
}

interface WhatProps {
  readonly targets: readonly Target[];
  readonly value: BindingDraft;
  readonly change: (part: Partial<BindingDraft>) => void;
  readonly at: FaultAt;
}

function What({ targets, value, change, at }: WhatProps) {
  return (
    <>
      <Select
        label={words.target}
        data={targets.map(({ name }) => name)}
        value={value.target === "" ? null : value.target}
        onChange={(target) => change({ target: target ?? "", entitlement: {} })}
        error={at("/spec/target") ?? at("/name")}
        withAsterisk
      />
      <RoleSelect
        label={words.role}
        value={value.roleId}
        onChange={(roleId) => change({ roleId })}
        error={at("/spec/role")}
        withAsterisk
      />
      <PlaceField
        label={words.scope}
        value={value.scope}
        onChange={(scope) => change({ scope })}
        error={at("/spec/scope")}
      />
    </>
  );
}

function lackingIn({ target, role, scope }: { readonly [part in "target" | "role" | "scope"]: string }) {
  return {
    ...(target === "" ? { "/spec/target": words.targetLacks } : {}),
    ...(role === "" ? { "/spec/role": words.roleLacks } : {}),
    ...(scope === "" ? { "/spec/scope": words.scopeLacks } : {}),
  };
}

function pointerOf({ name }: Field): string {
  return `/spec/entitlement/${name}`;
}
