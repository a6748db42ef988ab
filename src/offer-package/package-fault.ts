/** What is wrong in a package, where, and in words that its publisher can act on. */
import { getNodePath, type Node } from "jsonc-parser";
import { pointerOf } from "./json.ts";

export const PACKAGE_FILES = ["createUiDefinition.json", "viewDefinition.json", "mainTemplate.json"] as const;
export type PackageFile = (typeof PACKAGE_FILES)[number];

export const PACKAGE_FAULT_CODES = [
  "comment",
  "duplicate_key",
  "duplicate_name",
  "empty",
  "file_too_large",
  "forbidden_name",
  "ignored_property",
  "invalid_expression",
  "invalid_json",
  "invalid_name",
  "jit_control_missing",
  "jit_control_unexpected",
  "jit_output_missing",
  "jit_output_unexpected",
  "jit_output_unrelated",
  "missing_property",
  "text_too_long",
  "too_deep",
  "too_many",
  "unknown_element",
  "unknown_element_type",
  "unknown_function",
  "unknown_handler",
  "unknown_step",
  "unknown_version",
  "unstorable_text",
  "unsupported_function",
  "wrong_argument_count",
  "wrong_type",
] as const;
export type PackageFaultCode = (typeof PACKAGE_FAULT_CODES)[number];

export interface PackageFault {
  readonly file: PackageFile;
  /** Lines and columns count from 1, columns in UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
  /** JSON pointer. */
  readonly path: string;
  readonly code: PackageFaultCode;
  readonly message: string;
}

export const MAX_FAULTS = 50;

/** Collects the faults of one file: with one of these the form could not work, or nobody could tell what it means. */
export interface Report {
  readonly file: PackageFile;
  readonly faults: readonly PackageFault[];
  /** What Azure tolerates: it is told, and stops nothing. */
  readonly warnings: readonly PackageFault[];
  /** At a node; `into` counts characters of its text, when it is a string. */
  at(node: Node, code: PackageFaultCode, message: string, into?: number): void;
  warn(node: Node, code: PackageFaultCode, message: string, into?: number): void;
  /** Where there is no node. */
  atOffset(offset: number, code: PackageFaultCode, message: string): void;
  warnAtOffset(offset: number, code: PackageFaultCode, message: string): void;
}

export function createReport(file: PackageFile, text: string): Report {
  const faults: PackageFault[] = [];
  const warnings: PackageFault[] = [];
  const atNode =
    (list: PackageFault[]): Report["at"] =>
    (node, code, message, into) => {
      // Places are only looked for while they are still told: a file can have thousands of faults.
      if (list.length >= MAX_FAULTS) return;
      const offset = into === undefined ? node.offset : offsetInside(text, node, into);
      list.push({ file, ...positionOf(text, offset), path: pointerOf(getNodePath(node)), code, message });
    };
  const atOffset =
    (list: PackageFault[]): Report["atOffset"] =>
    (offset, code, message) => {
      if (list.length < MAX_FAULTS) list.push({ file, ...positionOf(text, offset), path: "", code, message });
    };
  return {
    file,
    faults,
    warnings,
    at: atNode(faults),
    warn: atNode(warnings),
    atOffset: atOffset(faults),
    warnAtOffset: atOffset(warnings),
  };
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

/** An escape in the file is one character of the text: `\u0041` has six letters and is one. */
function offsetInside(text: string, node: Node, into: number): number {
  let at = node.offset + 1;
  const end = node.offset + node.length - 1;
  for (let count = 0; count < into && at < end; count++) {
    if (text[at] !== "\\") at++;
    else at += text[at + 1] === "u" ? 6 : 2;
  }
  return at;
}
