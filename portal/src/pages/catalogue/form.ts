/** A publisher's form as the API describes it, with the types that openapi.json leaves open. */
import type { Answer } from "../../api/api.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface FormOption {
  readonly label: string;
  readonly value: Json;
  readonly description: string | null;
}

export interface FormElement {
  readonly name: string;
  readonly type: string;
  readonly kind: string;
  readonly label: string;
  readonly toolTip: string | null;
  readonly required: boolean | string;
  readonly defaultValue: Json;
  readonly options: readonly FormOption[] | string | null;
  readonly constraints: { readonly [name: string]: Json };
  readonly visible: boolean | string;
  readonly settings: { readonly [name: string]: Json };
  readonly elements: readonly FormElement[];
}

export interface FormStep {
  readonly name: string;
  readonly label: string;
  readonly elements: readonly FormElement[];
}

type Described = NonNullable<Answer<"readOfferForm">["form"]>;

export function stepsOf(form: Described | null): readonly FormStep[] {
  return (form?.steps ?? []) as unknown as readonly FormStep[];
}

export function isJit({ kind }: FormElement): boolean {
  return kind === "jitConfigurator";
}

export function holdsJit({ elements }: Pick<FormStep, "elements">): boolean {
  return elements.some((element) => isJit(element) || holdsJit(element));
}

/** Left to an expression, which the server evaluates. `[[` is how a text begins with a bracket. */
export function isComputed(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("[") && !value.startsWith("[[") && value.endsWith("]");
}

/** A text as people read it; null where it is computed, or is none. */
export function plain(value: unknown): string | null {
  if (typeof value !== "string" || isComputed(value)) return null;
  return value.startsWith("[[") ? value.slice(1) : value;
}

export function settingOf({ settings }: FormElement, name: string): Json | undefined {
  return Object.hasOwn(settings, name) ? settings[name] : undefined;
}

/** What is in `options` of an element: the text and link of an information, how a password is asked for. */
export function optionOf(element: FormElement, name: string): Json | undefined {
  const options = settingOf(element, "options");
  if (typeof options !== "object" || options === null || Array.isArray(options)) return undefined;
  return Object.hasOwn(options, name) ? (options as { [name: string]: Json })[name] : undefined;
}
