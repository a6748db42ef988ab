/** HTML as a template that escapes every value: markup can only come from the template itself, and nothing hides in one. */
import { revealed } from "./plain-text.ts";

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = Html | readonly Html[] | string | number | null;

export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.map((part, index) => part + render(values[index] ?? null)).join(""));
}

function render(value: Value): string {
  if (value === null) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map((one) => one.text).join("");
  return revealed(String(value)).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
