/** Steps through the tree of a parsed file. */
import type { Node } from "jsonc-parser";
import type { Report } from "./package-fault.ts";

/** The value of a key; undefined when there is none. */
export function findNode(object: Node, key: string): Node | undefined {
  return object.children?.find(({ children }) => children?.[0]?.value === key)?.children?.[1];
}

const FORMS = { object: "an object `{ ... }`", array: "a list `[ ... ]`", string: "a text" } as const;

export interface NeededNode {
  readonly key: string;
  readonly type: keyof typeof FORMS;
  readonly what: string;
}

/** The value of a key that must be there and of this type; null and a fault when it is not. */
export function needNode(object: Node, report: Report, { key, type, what }: NeededNode): Node | null {
  const found = findNode(object, key);
  if (found === undefined)
    report.at(object, "missing_property", `${what} has no \`${key}\`; add ${FORMS[type]}`);
  else if (found.type !== type)
    report.at(found, "wrong_type", `\`${key}\` of ${what} must be ${FORMS[type]}, not ${nameOf(found)}`);
  else return found;
  return null;
}

/** The text of a node that `needNode` found to be one. */
export function textOf(node: Node): string {
  return typeof node.value === "string" ? node.value : "";
}

function nameOf({ type }: Node): string {
  switch (type) {
    case "array":
      return "a list";
    case "object":
      return "an object";
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return "null";
  }
}
