/** One element of a publisher's form, as a field. Kinds that Curfew cannot show say so. */
import {
  Alert,
  Anchor,
  Checkbox,
  Fieldset,
  Input,
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
import { type ReactNode, useId } from "react";
import { sentence } from "../../parts/states.tsx";
import { type FormElement, isComputed, type Json, optionOf, plain, settingOf } from "./form.ts";
import { asksTwice, type Faults, keyOf } from "./form-faults.ts";
import { type Path, type Values, valueAt } from "./form-values.ts";

/** A call that fetches choices for others; nobody sees it in Azure's portal either. */
const CALL = "Microsoft.Solutions.ArmApiControl";

export interface Filling {
  readonly values: Values;
  readonly set: (path: Path, value: Json | undefined) => void;
  readonly faults: Faults;
  readonly confirmed: Readonly<Record<string, string>>;
  readonly confirm: (key: string, typed: string) => void;
  /** What stands where the form has its JIT control. */
  readonly jit: ReactNode;
}

interface FieldProps {
  readonly element: FormElement;
  readonly path: Path;
  readonly filling: Filling;
}

export function FormFields({
  elements,
  path,
  filling,
}: {
  readonly elements: readonly FormElement[];
  readonly path: Path;
  readonly filling: Filling;
}) {
  return elements
    .filter(({ visible, type }) => visible !== false && type !== CALL)
    .map((element) => (
      <FormField key={element.name} element={element} path={[...path, element.name]} filling={filling} />
    ));
}

function FormField(props: FieldProps) {
  const { element, path, filling } = props;
  switch (element.kind) {
    case "text":
    case "password":
      return <TypedField {...props} />;
    case "dropDown":
      return <DropDown {...props} />;
    case "options":
      return <Options {...props} />;
    case "checkBox":
      return <Tick {...props} />;
    case "slider":
      return <Amount {...props} />;
    case "textBlock":
    case "info":
      return <Saying element={element} />;
    case "section":
      return (
        <Fieldset legend={plain(element.label) ?? element.name}>
          <Stack gap="md">
            {note(element) === null ? null : <Text size="sm">{note(element)}</Text>}
            <FormFields elements={element.elements} path={path} filling={filling} />
          </Stack>
        </Fieldset>
      );
    case "jitConfigurator":
      return filling.jit;
    default:
      return <Unsupported element={element} />;
  }
}

/** Label, hint and fault of a field, the same for every kind. */
function framed({ element, path, filling }: FieldProps) {
  const fault = filling.faults[keyOf(path)];
  const hint = [plain(element.toolTip), note(element)].filter((text) => text !== null).join(" ");
  return {
    label: plain(element.label) ?? element.name,
    description: hint === "" ? undefined : hint,
    withAsterisk: element.required === true,
    error: fault === undefined ? undefined : sentence(fault),
  };
}

/** What the reader should know where an expression decides and only the server evaluates it. */
function note({ visible, defaultValue, kind }: FormElement): string | null {
  if (typeof visible === "string")
    return "Needed only in some cases, by what you choose elsewhere in this form.";
  if (kind === "text" && isComputed(defaultValue)) return "Left empty, the form fills it in.";
  return null;
}

function TypedField(props: FieldProps) {
  const { element, path, filling } = props;
  const value = valueAt(filling.values, path);
  const shared = {
    ...framed(props),
    placeholder: plain(settingOf(element, "placeholder")) ?? undefined,
    value: typeof value === "string" ? value : "",
    maxLength: 4_096,
    onChange: (event: { currentTarget: { value: string } }) =>
      filling.set(path, event.currentTarget.value === "" ? undefined : event.currentTarget.value),
  };
  if (element.kind === "password") return <Password {...props} shared={shared} />;
  return settingOf(element, "multiLine") === true ? (
    <Textarea {...shared} autosize minRows={3} maxRows={12} />
  ) : (
    <TextInput {...shared} />
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
      <PasswordInput {...shared} autoComplete="new-password" />
      {asksTwice(element) ? (
        <PasswordInput
          label={`${plain(element.label) ?? element.name}, once more`}
          autoComplete="new-password"
          value={filling.confirmed[key] ?? ""}
          onChange={(event) => filling.confirm(key, event.currentTarget.value)}
        />
      ) : null}
    </>
  );
}

function DropDown(props: FieldProps) {
  const { element, path, filling } = props;
  const { options } = element;
  if (!Array.isArray(options)) return <ComputedChoices {...props} />;
  const value = valueAt(filling.values, path);
  const data = options.map(({ label, description }, at) => ({
    value: String(at),
    label: description === null ? label : `${label}: ${description}`,
  }));
  const at = (one: Json | undefined) => options.findIndex((option) => same(option.value, one ?? null));
  const searchable = settingOf(element, "filter") === true;
  if (settingOf(element, "multiselect") === true)
    return (
      <MultiSelect
        {...framed(props)}
        data={data}
        searchable={searchable}
        value={(Array.isArray(value) ? value : []).map((one) => String(at(one)))}
        onChange={(chosen) =>
          filling.set(
            path,
            chosen.map((index) => options[Number(index)]?.value ?? null),
          )
        }
      />
    );
  return (
    <Select
      {...framed(props)}
      data={data}
      searchable={searchable}
      value={at(value) < 0 ? null : String(at(value))}
      onChange={(index) => filling.set(path, index === null ? undefined : options[Number(index)]?.value)}
      allowDeselect={element.required !== true}
    />
  );
}

function Options(props: FieldProps) {
  const { element, path, filling } = props;
  const { options } = element;
  if (!Array.isArray(options)) return <ComputedChoices {...props} />;
  const chosen = options.findIndex((option) => same(option.value, valueAt(filling.values, path) ?? null));
  return (
    <Radio.Group
      {...framed(props)}
      value={chosen < 0 ? null : String(chosen)}
      onChange={(index) => filling.set(path, options[Number(index)]?.value)}
    >
      <Stack gap="xs" mt="xs">
        {options.map(({ label, description }, at) => (
          <Radio key={label} value={String(at)} label={label} description={description ?? undefined} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function Tick(props: FieldProps) {
  const { path, filling } = props;
  const { withAsterisk: _, ...frame } = framed(props);
  return (
    <Checkbox
      {...frame}
      checked={valueAt(filling.values, path) === true}
      onChange={(event) => filling.set(path, event.currentTarget.checked)}
    />
  );
}

/** Typed rather than dragged: exact, and the same with a keyboard. */
function Amount(props: FieldProps) {
  const { element, path, filling } = props;
  const { min, max, subLabel } = element.settings;
  const { description, ...frame } = framed(props);
  const range = typeof min === "number" && typeof max === "number" ? `From ${min} to ${max}.` : null;
  const value = valueAt(filling.values, path);
  return (
    <NumberInput
      {...frame}
      maw={320}
      description={[range, description].filter((text) => text).join(" ")}
      suffix={plain(subLabel) === null ? undefined : ` ${plain(subLabel)}`}
      value={typeof value === "number" ? value : ""}
      onChange={(typed) => filling.set(path, typeof typed === "number" ? typed : undefined)}
    />
  );
}

function Saying({ element }: { readonly element: FormElement }) {
  const text = plain(optionOf(element, "text"));
  const link = optionOf(element, "link");
  const uri = plain(optionOf(element, "uri") ?? (isObject(link) ? link.uri : undefined));
  const label = isObject(link) ? plain(link.label) : null;
  const shown = (
    <>
      {text ?? "The publisher computes this text; it is not shown here."}{" "}
      {uri?.startsWith("https://") ? (
        <Anchor href={uri} target="_blank" rel="noreferrer">
          {label ?? "Read more"}
        </Anchor>
      ) : null}
    </>
  );
  return element.kind === "info" ? <Alert variant="default">{shown}</Alert> : <Text>{shown}</Text>;
}

function ComputedChoices({ element }: FieldProps) {
  const id = useId();
  return (
    <Input.Wrapper id={id} label={plain(element.label) ?? element.name} labelElement="div">
      <Text size="sm" c="dimmed">
        The publisher's form asks Azure for these choices. Curfew does not call Azure, so it stays empty.
      </Text>
    </Input.Wrapper>
  );
}

function Unsupported({ element }: { readonly element: FormElement }) {
  const label = plain(element.label) ?? element.name;
  return (
    <Alert variant="default" title={`${label} is not asked here`}>
      Curfew cannot show this kind of field ({element.type}). It stays empty; what depends on it is left to
      the publisher's default.
    </Alert>
  );
}

function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function same(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
