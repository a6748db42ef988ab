/** Making or changing a target: the fields are its kind's own; it is looked into before it is saved. */
import { Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import type { ItemOf } from "../../../api/api.ts";
import { useEdit } from "../../../parts/draft.ts";
import { useGoOn } from "../../../parts/use-go-on.ts";
import { changed, documentName, form, made, makeVerb, targets } from "../../../words/administration.ts";
import { DocumentForm, type FaultAt } from "../parts/document-form.tsx";
import { type Field, fieldsOf, readFrom, type Typed, typedOf, unreadable } from "../parts/schema.ts";
import { SchemaFields } from "../parts/schema-fields.tsx";

export type TargetKind = ItemOf<"listTargetKinds">;

interface TargetDraft {
  readonly name: string;
  readonly kind: string;
  readonly config: Typed;
}

interface Props {
  readonly kinds: readonly TargetKind[];
  /** Null: a new one. */
  readonly base: {
    readonly name: string;
    readonly spec: Record<string, unknown>;
    readonly tag: string;
    readonly openGrants: number;
  } | null;
}

const BACK = "/manage/targets";

export function TargetForm({ kinds, base }: Props) {
  const given = (base?.spec.config ?? {}) as Record<string, unknown>;
  const first = String(base?.spec.kind ?? kinds[0]?.kind ?? "");
  const draft = useEdit<TargetDraft>(base === null ? "new:Target" : `change:Target:${base.name}`, {
    version: base?.tag ?? "",
    value: { name: "", kind: first, config: typedOf(openFields(kinds, first), given) },
  });
  // Not in the draft: what stays in a browser is no place for them.
  const [secrets, setSecrets] = useState<Typed>({});
  const goOn = useGoOn();
  const { value } = draft;
  const change = (part: Partial<TargetDraft>) => draft.change((before) => ({ ...before, ...part }));
  const kind = kinds.find((one) => one.kind === value.kind);
  const fields = openFields(kinds, value.kind);
  const typedSecrets = Object.entries(secrets).filter(([, text]) => typeof text === "string" && text !== "");
  const spec = {
    kind: value.kind,
    config: readFrom(fields, value.config),
    ...(typedSecrets.length === 0
      ? {}
      : { secrets: Object.fromEntries(typedSecrets.map(([name, text]) => [name, { value: text }])) }),
  };
  const name = base?.name ?? documentName(value.name);
  return (
    <DocumentForm
      document={{ kind: "Target", name, spec, tag: base === null ? null : draft.version }}
      verb={base === null ? makeVerb("Target") : form.save}
      back={BACK}
      lacking={{ ...(name === "" ? { "/name": form.nameLacks } : {}), ...unreadableIn(fields, value.config) }}
      fields={["/name", "/spec/kind", ...(kind === undefined ? [] : pointersOf(kind))]}
      looks
      draft={draft}
      saved={() => {
        notifications.show({ message: base === null ? made(name) : changed(name), color: "green" });
        goOn(BACK);
      }}
      note={base === null || base.openGrants === 0 ? undefined : targets.inUseBy(base.openGrants)}
    >
      {(at) => (
        <>
          {base === null ? (
            <NewTarget kinds={kinds} kind={kind} value={value} change={change} at={at} name={name} />
          ) : null}
          {kind === undefined ? null : (
            <SchemaFields
              schema={kind.schema.config}
              secrets={kind.schema.secrets}
              value={{ ...value.config, ...secrets }}
              onChange={(member, next) =>
                kind.schema.secrets.includes(member)
                  ? setSecrets((before) => ({ ...before, [member]: next }))
                  : change({ config: { ...value.config, [member]: next } })
              }
              pointerOf={pointerOf}
              faultAt={at}
              keepsSecrets={base !== null}
            />
          )}
        </>
      )}
    </DocumentForm>
  );
}

interface NewProps {
  readonly kinds: readonly TargetKind[];
  readonly kind: TargetKind | undefined;
  readonly value: TargetDraft;
  readonly change: (part: Partial<TargetDraft>) => void;
  readonly at: FaultAt;
  readonly name: string;
}

function NewTarget({ kinds, kind, value, change, at, name }: NewProps) {
  return (
    <>
      <Select
        label={targets.kind}
        description={kind === undefined ? undefined : targets.kindHelp(kind.guide)}
        data={kinds.map((one) => ({ value: one.kind, label: one.label }))}
        value={value.kind}
        onChange={(chosen) => change({ kind: chosen ?? value.kind, config: {} })}
        error={at("/spec/kind")}
        allowDeselect={false}
        maw={360}
      />
      <TextInput
        label={form.name}
        description={name === "" || name === value.name ? form.nameHelp : `${form.nameHelp} ${name}`}
        placeholder="orders-database"
        value={value.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={at("/name")}
        maxLength={128}
        withAsterisk
      />
    </>
  );
}

function openFields(kinds: readonly TargetKind[], name: string): readonly Field[] {
  const kind = kinds.find((one) => one.kind === name);
  if (kind === undefined) return [];
  return fieldsOf(kind.schema.config, kind.schema.secrets).filter(({ isSecret }) => !isSecret);
}

function pointerOf({ name, isSecret }: Field): string {
  return `/spec/${isSecret ? "secrets" : "config"}/${name}`;
}

function pointersOf({ schema }: TargetKind): string[] {
  return fieldsOf(schema.config, schema.secrets).map(pointerOf);
}

export function unreadableIn(
  fields: readonly Field[],
  typed: Typed,
  pointer = pointerOf,
): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const fault = unreadable(field, typed[field.name]);
      return fault === null ? [] : [[pointer(field), fault]];
    }),
  );
}
