/** A publisher's form as the API describes it, and as it stands while somebody fills it in. */
import type { FormStep, Json, LiveElement } from "../../../../src/offer-package/live-form.ts";
import type { Answer } from "../../api/api.ts";

export type {
  FormElement,
  FormOption,
  FormStep,
  Json,
  LiveElement,
  LiveStep,
} from "../../../../src/offer-package/live-form.ts";

type Described = NonNullable<Answer<"readOfferForm">["form"]>;

/** openapi.json leaves open what an element is. */
export function stepsOf(form: Pick<Described, "steps"> | null): readonly FormStep[] {
  return (form?.steps ?? []) as unknown as readonly FormStep[];
}

interface Holder {
  readonly elements: readonly (Holder & { readonly kind: string })[];
}

export function isJit({ kind }: { readonly kind: string }): boolean {
  return kind === "jitConfigurator";
}

export function holdsJit({ elements }: Holder): boolean {
  return elements.some((element) => isJit(element) || holdsJit(element));
}

/** Left to an expression. `[[` is how a text begins with a bracket. */
export function isComputed(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("[") && !value.startsWith("[[") && value.endsWith("]");
}

/** A text as people read it; null where it is computed, or is none. */
export function plain(value: unknown): string | null {
  if (typeof value !== "string" || isComputed(value)) return null;
  return value.startsWith("[[") ? value.slice(1) : value;
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

type Settings = Pick<LiveElement, "settings">;

export function settingOf({ settings }: Settings, name: string): Json | undefined {
  return Object.hasOwn(settings, name) ? settings[name] : undefined;
}

/** What is in `options` of an element: the text and link of an information, how a password is asked for. */
export function optionOf(element: Settings, name: string): Json | undefined {
  const options = settingOf(element, "options");
  return isObject(options) && Object.hasOwn(options, name) ? options[name] : undefined;
}

export function isObject(value: Json | undefined): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How many rows a grid takes. */
export function rowsOf({ constraints }: Pick<LiveElement, "constraints">): { least: number; most: number } {
  const { rows } = constraints;
  const count = isObject(rows) && isObject(rows.count) ? rows.count : {};
  const whole = (value: Json | undefined, otherwise: number) =>
    typeof value === "number" && Number.isInteger(value) && value >= 0
      ? Math.min(value, MOST_ROWS)
      : otherwise;
  const least = whole(count.min, 0);
  return { least, most: Math.max(least, whole(count.max, MOST_ROWS)) };
}

const MOST_ROWS = 50;
