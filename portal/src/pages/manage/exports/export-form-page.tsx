/** Making or changing an export: the fields are its kind's own. */
import { Select, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useParams } from "react-router";
import { type ItemOf, useApi, useApiCall } from "../../../api/api.ts";
import { useEdit } from "../../../parts/draft.ts";
import { Page } from "../../../parts/page.tsx";
import { Loading, Problem } from "../../../parts/states.tsx";
import { useGoOn } from "../../../parts/use-go-on.ts";
import {
  changed,
  changeTitle,
  documentName,
  form,
  made,
  makeVerb,
  newTitle,
} from "../../../words/administration.ts";
import { list, form as words } from "../../../words/exports.ts";
import { DocumentForm } from "../parts/document-form.tsx";
import { type Field, fieldsOf, readFrom, type Typed, typedOf, unreadable } from "../parts/schema.ts";
import { SchemaFields } from "../parts/schema-fields.tsx";
import { useDocument } from "../parts/use-document.ts";
import { showSigningSecret } from "./signing-secret.ts";

type ExportKind = ItemOf<"listExportKinds">;

interface Draft {
  readonly name: string;
  readonly kind: string;
  readonly from: "now" | "beginning";
  readonly config: Typed;
}

interface Props {
  readonly kinds: readonly ExportKind[];
  /** Null: a new one. */
  readonly base: {
    readonly name: string;
    readonly spec: Record<string, unknown>;
    readonly tag: string;
  } | null;
}

const BACK = "/manage/exports";
const LIST = { to: BACK, label: list.title };

export function NewExportPage() {
  const kinds = useApi("listExportKinds", {});
  return (
    <Page title={newTitle("Export")} up={LIST} width={720}>
      {kinds.error !== null ? (
        <Problem error={kinds.error} again={() => kinds.refetch()} />
      ) : kinds.data === undefined ? (
        <Loading rows={4} />
      ) : (
        <ExportForm kinds={kinds.data.items} base={null} />
      )}
    </Page>
  );
}

export function ChangeExportPage() {
  const { name = "" } = useParams();
  const kinds = useApi("listExportKinds", {});
  const document = useDocument("Export", name);
  const error = document.error ?? kinds.error;
  return (
    <Page title={changeTitle(name)} up={LIST} width={720}>
      {error !== null ? (
        <Problem error={error} again={() => document.refetch()} />
      ) : kinds.data === undefined || document.spec === null || document.tag === null ? (
        <Loading rows={4} />
      ) : (
        <ExportForm
          key={name}
          kinds={kinds.data.items}
          base={{ name, spec: document.spec, tag: document.tag }}
        />
      )}
    </Page>
  );
}

function ExportForm({ kinds, base }: Props) {
  const given = (base?.spec.config ?? {}) as Record<string, unknown>;
  const first = String(base?.spec.kind ?? kinds[0]?.kind ?? "");
  const draft = useEdit<Draft>(base === null ? "new:Export" : `change:Export:${base.name}`, {
    version: base?.tag ?? "",
    value: { name: "", kind: first, from: "now", config: typedOf(openFields(kinds, first), given) },
  });
  // Not in the draft: what stays in a browser is no place for them.
  const [secrets, setSecrets] = useState<Typed>({});
  const renew = useApiCall("renewExportSecret", (answer, { path }) => showSigningSecret(path.name, answer));
  const goOn = useGoOn();
  const { value } = draft;
  const change = (part: Partial<Draft>) => draft.change((before) => ({ ...before, ...part }));
  const kind = kinds.find((one) => one.kind === value.kind);
  const fields = openFields(kinds, value.kind);
  const typed = Object.entries(secrets).filter(([, text]) => typeof text === "string" && text !== "");
  const name = base?.name ?? documentName(value.name);
  const spec = {
    kind: value.kind,
    config: readFrom(fields, value.config),
    ...(typed.length === 0
      ? {}
      : { secrets: Object.fromEntries(typed.map(([member, text]) => [member, { value: text }])) }),
    ...(base === null ? { from: value.from } : {}),
  };
  // Curfew makes one where nobody gave one: whoever makes the export is the one to pass it on.
  const makesSecret =
    base === null &&
    kind !== undefined &&
    kind.makesSecret !== null &&
    !typed.some(([member]) => member === kind.makesSecret);
  const pointers = kind === undefined ? [] : fieldsOf(kind.schema.config, kind.schema.secrets).map(pointerOf);
  return (
    <DocumentForm
      document={{ kind: "Export", name, spec, tag: base === null ? null : draft.version }}
      verb={base === null ? makeVerb("Export") : form.save}
      back={BACK}
      lacking={{ ...(name === "" ? { "/name": form.nameLacks } : {}), ...unreadableIn(fields, value.config) }}
      fields={["/name", "/spec/kind", "/spec/from", ...pointers]}
      draft={draft}
      saved={() => {
        notifications.show({ message: base === null ? made(name) : changed(name), color: "green" });
        goOn(BACK);
        if (makesSecret) renew.mutate({ path: { name } });
      }}
    >
      {(at) => (
        <>
          {base === null ? (
            <>
              <Select
                label={words.kind}
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
                placeholder={words.placeholder}
                value={value.name}
                onChange={(event) => change({ name: event.currentTarget.value })}
                error={at("/name")}
                maxLength={128}
                withAsterisk
              />
              <Select
                label={words.from}
                data={[
                  { value: "now", label: words.fromNow },
                  { value: "beginning", label: words.fromBeginning },
                ]}
                value={value.from}
                onChange={(chosen) => change({ from: chosen === "beginning" ? "beginning" : "now" })}
                error={at("/spec/from")}
                allowDeselect={false}
                maw={360}
              />
            </>
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

function openFields(kinds: readonly ExportKind[], name: string): readonly Field[] {
  const kind = kinds.find((one) => one.kind === name);
  if (kind === undefined) return [];
  return fieldsOf(kind.schema.config, kind.schema.secrets).filter(({ isSecret }) => !isSecret);
}

function pointerOf({ name, isSecret }: Field): string {
  return `/spec/${isSecret ? "secrets" : "config"}/${name}`;
}

function unreadableIn(fields: readonly Field[], typed: Typed): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const fault = unreadable(field, typed[field.name]);
      return fault === null ? [] : [[pointerOf(field), fault]];
    }),
  );
}
