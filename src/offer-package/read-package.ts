/** A managed application's package, read: its form, its view and its template's parameters, or everything that is wrong. */
import { checkDefinition } from "./check-definition.ts";
import { isObject, type JsonObject, own } from "./json.ts";
import {
  createReport,
  MAX_FAULTS,
  type PackageFault,
  type PackageFile,
  type Report,
} from "./package-fault.ts";
import { checkValues, type Read, readJson } from "./read-json.ts";
import { findNode } from "./tree.ts";
import type { OfferPackage, UiDefinition } from "./ui-definition.ts";

export interface PackageTexts {
  readonly createUiDefinition: string;
  readonly viewDefinition?: string | undefined;
  readonly mainTemplate?: string | undefined;
}

export type PackageRead =
  | { readonly ok: true; readonly package: OfferPackage; readonly warnings: readonly PackageFault[] }
  | {
      readonly ok: false;
      readonly faults: readonly PackageFault[];
      readonly warnings: readonly PackageFault[];
    };

/** Reports up to 50 faults and as many warnings, in the order in which they stand in the files. */
export function readPackage(texts: PackageTexts): PackageRead {
  const found: Found = { faults: [], warnings: [] };
  const uiDefinition = readFile("createUiDefinition.json", texts.createUiDefinition, found, checkUi);
  const viewDefinition = readFile("viewDefinition.json", texts.viewDefinition, found, checkView);
  const template = readFile("mainTemplate.json", texts.mainTemplate, found, checkTemplate);
  const warnings = found.warnings.slice(0, MAX_FAULTS);
  if (found.faults.length > 0 || uiDefinition === null)
    return { ok: false, faults: found.faults.slice(0, MAX_FAULTS), warnings };
  const parameters = template === null ? undefined : own(template, "parameters");
  return {
    ok: true,
    warnings,
    package: {
      // The checks above have just found this shape; nothing else proves it to the compiler.
      uiDefinition: uiDefinition as UiDefinition,
      viewDefinition,
      parameters: isObject(parameters) ? parameters : null,
    },
  };
}

interface Found {
  readonly faults: PackageFault[];
  readonly warnings: PackageFault[];
}

/** Null when the file is not given, or has faults. */
function readFile(
  file: PackageFile,
  text: string | undefined,
  found: Found,
  check: (read: Read, report: Report) => void,
): JsonObject | null {
  if (text === undefined) return null;
  // Editors write a byte order mark and do not count it.
  const bare = text.startsWith("\ufeff") ? text.slice(1) : text;
  const report = createReport(file, bare);
  const read = readJson(bare, report);
  if (read !== null && read.root.type !== "object")
    report.at(read.root, "wrong_type", "the file holds no object; it begins with `{` and ends with `}`");
  else if (read !== null) check(read, report);
  found.faults.push(...[...report.faults].sort(byPlace));
  found.warnings.push(...[...report.warnings].sort(byPlace));
  return read !== null && report.faults.length === 0 && isObject(read.value) ? read.value : null;
}

function byPlace(a: PackageFault, b: PackageFault): number {
  return a.line - b.line || a.column - b.column;
}

function checkUi({ root }: Read, report: Report): void {
  checkValues(root, report);
  checkDefinition(root, report);
}

function checkView({ root }: Read, report: Report): void {
  checkValues(root, report);
}

/** Of the template only the parameters are kept, so only they are looked at. */
function checkTemplate({ root }: Read, report: Report): void {
  const parameters = findNode(root, "parameters");
  if (parameters === undefined) return;
  checkValues(parameters, report);
  if (parameters.type !== "object")
    report.at(parameters, "wrong_type", "`parameters` is no object; write it as `{ ... }`");
}
