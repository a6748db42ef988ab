/** One element of a publisher's form, as a field; the larger ones are several. Every element has something to fill in. */
import {
  Alert,
  Anchor,
  Autocomplete,
  Checkbox,
  Fieldset,
  MultiSelect,
  NumberInput,
  PasswordInput,
  Radio,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { isAsked } from "../../../../src/offer-package/live-form.ts";
import { sentence } from "../../parts/states.tsx";
import { FORM } from "../../words/form.ts";
import type { FieldProps, FieldsProps, Frame } from "./filling.ts";
import { isObject, type Json, type LiveElement, optionOf, settingOf, textOf } from "./form.ts";
import { asksTwice, keyOf } from "./form-faults.ts";
import { FileField, GridField, ListField, PlainField } from "./form-field-more.tsx";
import { valueAt } from "./form-values.ts";

export function FormFields({ elements, path, filling }: FieldsProps) {
  const beside = valueAt(filling.values, path);
  return elements
    .filter((element) => element.visible && isAsked(element, isObject(beside) ? beside : {}))
    .map((element) => (
      <FormField key={element.name} element={element} path={[...path, element.name]} filling={filling} />
    ));
}

function FormField(props: FieldProps) {
  const { element, filling } = props;
  switch (element.kind) {
    case "text":
    case "password":
      return <TypedField {...props} />;
    case "dropDown":
    case "options":
      return <Choice {...props} />;
    case "checkBox":
      return <Tick {...props} />;
    case "slider":
      return <Amount {...props} />;
    case "textBlock":
    case "info":
      return <Saying element={element} />;
    case "section":
    case "parts":
      return <Several {...props} />;
    case "list":
    case "tags":
      return <ListField {...props} frame={framed(props)} />;
    case "grid":
      return <GridField {...props} frame={framed(props)} cells={FormFields} />;
    case "file":
      return <FileField {...props} frame={framed(props)} />;
    case "jitConfigurator":
      return filling.jit;
    // Nobody sees these in Azure's portal either.
    case "unseen":
      return null;
    default:
      return <PlainField {...props} frame={framed(props)} />;
  }
}

/** Label, hint and fault of a field, the same for every kind. */
function framed({ element, path, filling }: FieldProps): Frame {
  const fault = filling.faults[keyOf(path)];
  return {
    label: element.label,
    description: hintOf(element, valueAt(filling.values, path)) ?? undefined,
    withAsterisk: element.required,
    error: fault === undefined ? undefined : sentence(fault),
  };
}

/** What the reader should know beside the label: the publisher's words, then Curfew's. */
function hintOf(element: LiveElement, value: Json | undefined): string | null {
  const words = [element.toolTip, element.note, ...element.unsure, emptyWords(element, value)];
  return words.filter((text) => text !== null && text !== "").join(" ") || null;
}

/** Where nothing need be typed because the form computes it. */
function emptyWords(
  { kind, type, defaultValue, options }: LiveElement,
  value: Json | undefined,
): string | null {
  if (kind !== "text" || options !== null) return null;
  if (defaultValue === undefined) return FORM.filledIn;
  // A part of a larger element mostly begins with its value in it.
  return typeof defaultValue === "string" && defaultValue !== "" && (type !== "" || value === undefined)
    ? FORM.leftEmpty(defaultValue)
    : null;
}

function Several({ element, path, filling }: FieldProps) {
  const fault = filling.faults[keyOf(path)];
  const hint = hintOf(element, undefined);
  return (
    <Fieldset legend={element.label}>
      <Stack gap="md">
        {hint === null ? null : (
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
        )}
        {fault === undefined ? null : (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {sentence(fault)}
          </Text>
        )}
        <FormFields elements={element.elements} path={path} filling={filling} />
      </Stack>
    </Fieldset>
  );
}

const MOST_CHARS = 4_096;

function TypedField(props: FieldProps) {
  const { element, path, filling } = props;
  const value = valueAt(filling.values, path);
  const shared = {
    ...framed(props),
    placeholder: textOf(settingOf(element, "placeholder")) ?? undefined,
    value: typeof value === "string" ? value : "",
    maxLength: MOST_CHARS,
    autoComplete: "off",
  };
  // Emptied, a field whose default is fixed is empty; one whose default is computed is left to the form again.
  const typed = (text: string) =>
    filling.set(path, text === "" && typeof element.defaultValue !== "string" ? undefined : text);
  const change = (event: { currentTarget: { value: string } }) => typed(event.currentTarget.value);
  if (element.kind === "password") return <Password {...props} shared={{ ...shared, onChange: change }} />;
  if (settingOf(element, "multiLine") === true)
    return <Textarea {...shared} onChange={change} autosize minRows={3} maxRows={12} />;
  const suggested = [...new Set((element.options ?? []).map((option) => String(option.value)))];
  return suggested.length > 0 ? (
    <Autocomplete {...shared} data={suggested} onChange={typed} />
  ) : (
    <TextInput {...shared} onChange={change} />
  );
}

function Password({
  element,
  path,
  filling,
  shared,
}: FieldProps & { readonly shared: Parameters<typeof PasswordInput>[0] }) {
  const key = keyOf(path);
  return (
    <>
      <PasswordInput {...shared} aria-invalid={shared.error !== undefined} autoComplete="new-password" />
      {asksTwice(element) ? (
        <PasswordInput
          label={FORM.onceMore(element.label)}
          autoComplete="new-password"
          maxLength={MOST_CHARS}
          value={filling.confirmed[key] ?? ""}
          onChange={(event) => filling.confirm(key, event.currentTarget.value)}
        />
      ) : null}
    </>
  );
}

/** Where only Azure could say what there is to choose, the value is typed. */
function Choice(props: FieldProps) {
  const { element, path, filling } = props;
  const { options, kind } = element;
  const several = settingOf(element, "multiselect") === true;
  if (options === null)
    return several ? <ListField {...props} frame={framed(props)} /> : <TypedField {...props} />;
  const given = valueAt(filling.values, path) ?? element.defaultValue ?? null;
  const at = (one: Json) => options.findIndex((option) => same(option.value, one));
  const pick = (index: string | null) =>
    filling.set(path, index === null ? undefined : options[Number(index)]?.value);
  const chosen = at(given) < 0 ? null : String(at(given));
  if (kind === "options")
    return (
      <Radio.Group {...framed(props)} value={chosen} onChange={pick}>
        <Stack gap="xs" mt="xs">
          {options.map(({ label, value, description }, index) => (
            <Radio
              key={JSON.stringify(value)}
              value={String(index)}
              label={label}
              description={description ?? undefined}
            />
          ))}
        </Stack>
      </Radio.Group>
    );
  const data = options.map(({ label, description }, index) => ({
    value: String(index),
    label: description === null ? label : `${label}: ${description}`,
  }));
  const searchable = settingOf(element, "filter") === true;
  if (!several)
    return (
      <Select
        {...framed(props)}
        data={data}
        searchable={searchable}
        value={chosen}
        onChange={pick}
        allowDeselect={!element.required}
      />
    );
  return (
    <MultiSelect
      {...framed(props)}
      data={data}
      searchable={searchable}
      value={(Array.isArray(given) ? given : [])
        .map(at)
        .filter((index) => index >= 0)
        .map(String)}
      onChange={(indices) =>
        filling.set(
          path,
          indices.map((index) => options[Number(index)]?.value ?? null),
        )
      }
    />
  );
}

function Tick(props: FieldProps) {
  const { path, filling } = props;
  const { withAsterisk: _, ...frame } = framed(props);
  return (
    <Checkbox
      {...frame}
      checked={(valueAt(filling.values, path) ?? props.element.defaultValue) === true}
      onChange={(event) => filling.set(path, event.currentTarget.checked)}
    />
  );
}

/** Typed rather than dragged: exact, and the same with a keyboard. */
function Amount(props: FieldProps) {
  const { element, path, filling } = props;
  const { min, max, subLabel } = element.settings;
  const { description, ...frame } = framed(props);
  const range = typeof min === "number" && typeof max === "number" ? FORM.range(min, max) : null;
  const value = valueAt(filling.values, path);
  const unit = textOf(subLabel);
  return (
    <NumberInput
      {...frame}
      maw={320}
      description={[range, description].filter((text) => text).join(" ")}
      suffix={unit === null ? undefined : ` ${unit}`}
      value={typeof value === "number" ? value : ""}
      onChange={(typed) => filling.set(path, typeof typed === "number" ? typed : undefined)}
    />
  );
}

function Saying({ element }: { readonly element: LiveElement }) {
  const link = optionOf(element, "link");
  const uri = textOf(optionOf(element, "uri") ?? (isObject(link) ? link.uri : undefined));
  const label = isObject(link) ? textOf(link.label) : null;
  const shown = (
    <>
      {textOf(optionOf(element, "text")) ?? FORM.noText}{" "}
      {uri?.startsWith("https://") ? (
        <Anchor href={uri} target="_blank" rel="noreferrer">
          {label ?? FORM.readMore}
        </Anchor>
      ) : null}
      {element.unsure.length === 0 ? null : (
        <Text component="span" size="sm" c="dimmed">
          {element.unsure.join(" ")}
        </Text>
      )}
    </>
  );
  return element.kind === "info" ? <Alert variant="default">{shown}</Alert> : <Text>{shown}</Text>;
}

function same(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
