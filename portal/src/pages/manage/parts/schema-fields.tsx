/** Fields as a JSON Schema has them: what a kind of target says of itself is what people are asked. */
import {
  Button,
  Collapse,
  NumberInput,
  PasswordInput,
  Select,
  Stack,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { targets } from "../../../words/administration.ts";
import type { FaultAt } from "./document-form.tsx";
import { type Field, fieldsOf, type Schema, type Typed } from "./schema.ts";

interface Props {
  readonly schema: Schema;
  /** Its members that are secrets. */
  readonly secrets?: readonly string[];
  readonly value: Typed;
  readonly onChange: (name: string, value: string | boolean) => void;
  /** Where a member stands in the document. */
  readonly pointerOf: (field: Field) => string;
  readonly faultAt: FaultAt;
  /** A secret that is stored need not be typed. */
  readonly keepsSecrets?: boolean;
}

/** What is demanded stands first; the rest opens. */
export function SchemaFields({ schema, secrets = [], value, keepsSecrets = false, ...props }: Props) {
  const [open, setOpen] = useState(false);
  const fields = fieldsOf(schema, secrets);
  const isFirst = ({ name, isRequired, isSecret }: Field) =>
    isRequired ||
    isSecret ||
    (value[name] ?? "") !== "" ||
    props.faultAt(props.pointerOf(fieldOf(fields, name))) !== null;
  const first = fields.filter(isFirst);
  const rest = fields.filter((field) => !isFirst(field));
  const show = (field: Field) => (
    <SchemaField
      key={field.name}
      field={field}
      value={value[field.name]}
      onChange={(next) => props.onChange(field.name, next)}
      error={props.faultAt(props.pointerOf(field))}
      keeps={keepsSecrets}
    />
  );
  return (
    <Stack gap="md">
      {first.map(show)}
      {rest.length === 0 ? null : (
        <>
          <Button
            variant="subtle"
            size="compact-sm"
            w="fit-content"
            onClick={() => setOpen(!open)}
            aria-expanded={open}
          >
            {open ? targets.less : targets.more}
          </Button>
          <Collapse expanded={open}>
            <Stack gap="md">{rest.map(show)}</Stack>
          </Collapse>
        </>
      )}
    </Stack>
  );
}

function fieldOf(fields: readonly Field[], name: string): Field {
  return fields.find((field) => field.name === name) as Field;
}

interface FieldProps {
  readonly field: Field;
  readonly value: string | boolean | undefined;
  readonly onChange: (value: string | boolean) => void;
  readonly error: string | null;
  readonly keeps: boolean;
}

function SchemaField({ field, value, onChange, error, keeps }: FieldProps) {
  const { label, help, type, isRequired, isSecret, choices, byDefault, maxLength, isLong } = field;
  const common = { label, error, ...(isRequired && !(isSecret && keeps) ? { withAsterisk: true } : {}) };
  const described = { ...common, description: help };
  const text = typeof value === "string" ? value : "";
  const typed = (event: { readonly currentTarget: { readonly value: string } }) =>
    onChange(event.currentTarget.value);
  if (isSecret)
    return (
      <PasswordInput
        {...common}
        description={[help, keeps ? targets.secretsStay : targets.secretsHelp].filter(Boolean).join(" ")}
        autoComplete="new-password"
        value={text}
        onChange={typed}
      />
    );
  if (choices !== null)
    return (
      <Select
        {...described}
        data={[...choices]}
        value={text === "" ? null : text}
        onChange={(chosen) => onChange(chosen ?? "")}
        placeholder={byDefault}
        clearable={!isRequired}
        maw={360}
      />
    );
  switch (type) {
    case "boolean":
      return (
        <Switch
          {...described}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "number":
      return (
        <NumberInput
          {...described}
          value={text}
          onChange={(next) => onChange(String(next))}
          placeholder={byDefault}
          hideControls
          thousandSeparator=""
          maw={360}
        />
      );
    case "json":
      return (
        <Textarea
          {...described}
          description={[help, targets.tree].filter(Boolean).join(", ")}
          value={text}
          onChange={typed}
          placeholder={byDefault}
          autosize
          minRows={3}
        />
      );
    case "text":
      return isLong ? (
        <Textarea {...described} value={text} onChange={typed} maxLength={maxLength} autosize minRows={3} />
      ) : (
        <TextInput
          {...described}
          value={text}
          onChange={typed}
          placeholder={byDefault}
          maxLength={maxLength}
        />
      );
  }
}
