/** Making or changing a person, a group or a workload. */
import { Checkbox, Stack, Switch, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useMe } from "../../../app/session.tsx";
import { useEdit } from "../../../parts/draft.ts";
import { useGoOn } from "../../../parts/use-go-on.ts";
import { changed, form, made, makeVerb, people } from "../../../words/administration.ts";
import type { Report } from "../parts/document.ts";
import { DocumentForm, type FaultAt } from "../parts/document-form.tsx";
import { personAddress } from "../parts/principal-words.ts";
import { PrincipalWordsField } from "../rules/principal-words-field.tsx";
import {
  FIELDS,
  lackingIn,
  nameOf,
  type PrincipalDraft,
  type PrincipalKind,
  principalDraft,
  specOf,
} from "./principal-draft.ts";
import { newClientSecret, newPassword, showClientSecret, showPassword } from "./secrets.ts";

interface Props {
  readonly kind: PrincipalKind;
  /** Null: a new one. */
  readonly base: {
    readonly objectId: string;
    readonly name: string;
    readonly spec: Record<string, unknown>;
    readonly tag: string;
  } | null;
}

export function PrincipalForm({ kind, base }: Props) {
  const draft = useEdit(base === null ? `new:${kind}` : `change:${base.objectId}`, {
    version: base?.tag ?? "",
    value: principalDraft(base?.spec ?? null),
  });
  // Not in the draft: what stays in a browser is no place for it.
  const [secret] = useState(() => (kind === "User" ? newPassword() : newClientSecret()));
  const goOn = useGoOn();
  const { value } = draft;
  const change = (part: Partial<PrincipalDraft>) => draft.change((before) => ({ ...before, ...part }));
  const gives = base === null && value.gives && kind !== "Group";
  const given = gives ? { [kind === "User" ? "password" : "clientSecret"]: { value: secret } } : {};
  const spec = { ...specOf(kind, value, base?.spec ?? null), ...given };
  const back = base === null ? "/manage/people" : personAddress(base.objectId);
  const saved = (report: Report) => {
    const objectId = report.changes[0]?.id ?? base?.objectId ?? "";
    const name = value.displayName.trim();
    notifications.show({ message: base === null ? made(name) : changed(name), color: "green" });
    goOn(personAddress(objectId));
    // After going there, which would ask about what is shown.
    if (gives && kind === "User") showPassword(name, value.email.trim(), secret);
    if (gives && kind === "ServicePrincipal") showClientSecret(name, clientIdIn(report) ?? objectId, secret);
  };
  return (
    <DocumentForm
      document={{ kind, name: base?.name ?? nameOf(value), spec, tag: base === null ? null : draft.version }}
      verb={base === null ? makeVerb(kind) : form.save}
      back={back}
      lacking={base === null ? lackingIn(kind, value) : { ...lackingIn(kind, { ...value, name: base.name }) }}
      fields={FIELDS[kind]}
      saved={saved}
      draft={draft}
    >
      {(at) => (
        <>
          <TextInput
            label={people.displayName}
            value={value.displayName}
            onChange={(event) => change({ displayName: event.currentTarget.value })}
            error={at("/spec/displayName")}
            maxLength={256}
            withAsterisk
          />
          {base === null ? <DocumentName value={value} change={change} at={at} /> : null}
          <OfKind kind={kind} value={value} change={change} at={at} />
          {base === null ? <Giving kind={kind} value={value} change={change} /> : null}
        </>
      )}
    </DocumentForm>
  );
}

/** Where Curfew made one: "its client id is `…`". */
function clientIdIn(report: Report): string | null {
  return /client id is `([^`]+)`/.exec(report.changes[0]?.note ?? "")?.[1] ?? null;
}

/** Each is looked up by its name, to be shown by what people call it. */
const MOST_PICKED = 60;

interface FieldsProps {
  readonly value: PrincipalDraft;
  readonly change: (part: Partial<PrincipalDraft>) => void;
  readonly at: FaultAt;
}

function DocumentName({ value, change, at }: FieldsProps) {
  return (
    <TextInput
      label={form.name}
      description={form.nameHelp}
      placeholder={nameOf({ ...value, name: "" })}
      value={value.name}
      onChange={(event) => change({ name: event.currentTarget.value })}
      error={at("/name")}
      maxLength={128}
    />
  );
}

function OfKind({ kind, value, change, at }: FieldsProps & { readonly kind: PrincipalKind }) {
  switch (kind) {
    case "User":
      return (
        <>
          <TextInput
            label={people.email}
            description={people.emailHelp}
            type="email"
            autoComplete="off"
            value={value.email}
            onChange={(event) => change({ email: event.currentTarget.value })}
            error={at("/spec/email")}
            maxLength={254}
            withAsterisk
          />
          <Rights kind={kind} value={value} change={change} at={at} />
        </>
      );
    case "Group":
      return (
        <>
          {value.members.length > MOST_PICKED ? (
            <Text size="sm">{people.manyMembers(value.members.length)}</Text>
          ) : (
            <PrincipalWordsField
              label={people.members}
              help={people.membersHelp}
              words={value.members}
              onChange={(members) => change({ members })}
              error={at("/spec/members")}
            />
          )}
          <PrincipalWordsField
            label={people.owners}
            help={people.groupOwnersHelp}
            words={value.owners}
            onChange={(owners) => change({ owners })}
            error={at("/spec/owners")}
          />
        </>
      );
    case "ServicePrincipal":
      return (
        <>
          <PrincipalWordsField
            label={people.owners}
            help={people.workloadOwnersHelp}
            words={value.owners}
            onChange={(owners) => change({ owners })}
            error={at("/spec/owners")}
          />
          <Rights kind={kind} value={value} change={change} at={at} />
        </>
      );
  }
}

/** An operator's right is shown to operators, and to whoever looks at an operator. */
function Rights({ kind, value, change, at }: FieldsProps & { readonly kind: PrincipalKind }) {
  const me = useMe();
  const mayOperate = me.rights.includes("operator") || value.rights.includes("operator");
  const offered = ["administrator", "auditor", ...(kind === "User" && mayOperate ? ["operator"] : [])];
  return (
    <Checkbox.Group
      label={people.rights}
      description={people.rightsHelp}
      value={[...value.rights]}
      onChange={(rights) => change({ rights })}
      error={at("/spec/rights")}
    >
      <Stack gap="xs" pt="xs">
        {offered.map((right) => (
          <Checkbox key={right} value={right} label={people[right as "administrator"]} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function Giving({ kind, value, change }: Omit<FieldsProps, "at"> & { readonly kind: PrincipalKind }) {
  if (kind === "Group") return null;
  const isUser = kind === "User";
  return (
    <Switch
      label={isUser ? people.givePassword : people.giveSecret}
      description={isUser ? people.givePasswordHelp : people.giveSecretHelp}
      checked={value.gives}
      onChange={(event) => change({ gives: event.currentTarget.checked })}
    />
  );
}
