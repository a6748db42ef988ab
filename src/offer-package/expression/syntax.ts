/**
 * The bracketed expressions of a createUiDefinition.json: `"[concat('a', steps('s').e)]"`.
 *
 * https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-uidefinition-functions
 */

/** `at` counts characters from the beginning of the whole string, its bracket included. */
export type Expression =
  | { readonly kind: "value"; readonly at: number; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly at: number; readonly items: readonly Expression[] }
  | Call
  | {
      readonly kind: "access";
      readonly at: number;
      readonly of: Expression;
      readonly path: readonly Access[];
    }
  | { readonly kind: "lambda"; readonly at: number; readonly parameter: string; readonly body: Expression }
  | { readonly kind: "variable"; readonly at: number; readonly name: string };

export interface Call {
  readonly kind: "call";
  readonly at: number;
  readonly name: string;
  readonly args: readonly Expression[];
}

/** A chain of `.name` and `[index]` is one list: its length must not become depth. */
export type Access =
  | { readonly kind: "property"; readonly at: number; readonly name: string }
  | { readonly kind: "index"; readonly at: number; readonly index: Expression };

/** A string is an expression when brackets enclose it; a doubled first bracket is one that is meant as it stands. */
export function isExpression(text: string): boolean {
  return text.startsWith("[") && text.endsWith("]") && text.length > 1 && !text.startsWith("[[");
}

export function plainText(text: string): string {
  return text.startsWith("[[") && text.endsWith("]") ? text.slice(1) : text;
}

/** What an access names in so many words: `.name` and `['name']`. */
export function namedBy(access: Access): string | null {
  if (access.kind === "property") return access.name;
  return access.index.kind === "value" && typeof access.index.value === "string" ? access.index.value : null;
}
