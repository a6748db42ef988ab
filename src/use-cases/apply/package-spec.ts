/** The package of an offer as a document carries it: the files' text, or what stands in them. */
import { z } from "zod";
import { jitSettingFaults } from "../../offer-package/check-jit-setting.ts";
import type { PackageFault } from "../../offer-package/package-fault.ts";
import { readPackage } from "../../offer-package/read-package.ts";
import type { OfferPackage } from "../../offer-package/ui-definition.ts";
import type { DocumentContext } from "./kind.ts";

const MAX_FILE_CHARS = 262_144;

const fileSchema = z.union([z.string().max(MAX_FILE_CHARS), z.record(z.string(), z.unknown())]);

export const packageSchema = z
  .strictObject({
    createUiDefinition: fileSchema,
    viewDefinition: fileSchema.optional(),
    mainTemplate: fileSchema.optional().describe("its parameters are kept, the rest is not"),
  })
  .nullable()
  .default(null)
  .describe("the form of a deployment; in a file also {fromDirectory: PATH}");
export type PackageSpec = z.output<typeof packageSchema>;

/** Checked against the offer's setting; undefined when faults were noted, each with the line and column it stands at. */
export function packageOf(
  context: DocumentContext,
  spec: PackageSpec,
  jitOffered: boolean,
): OfferPackage | null | undefined {
  if (spec === null) return null;
  const createUiDefinition = textOf(spec.createUiDefinition);
  const read = readPackage({
    createUiDefinition,
    viewDefinition: spec.viewDefinition === undefined ? undefined : textOf(spec.viewDefinition),
    mainTemplate: spec.mainTemplate === undefined ? undefined : textOf(spec.mainTemplate),
  });
  const faults = read.ok ? jitSettingFaults(read.package, jitOffered, createUiDefinition) : read.faults;
  for (const fault of faults) context.fault("/spec/package", sentenceOf(fault));
  return read.ok && faults.length === 0 ? read.package : undefined;
}

export function sentenceOf({ file, line, column, message }: PackageFault): string {
  return `${file}:${line}:${column} ${message}`;
}

/** An object is read as it would stand in a file, so that what is wrong with it has a place. */
function textOf(file: z.output<typeof fileSchema>): string {
  return typeof file === "string" ? file : JSON.stringify(file, null, 2);
}

/** The same package as a document would carry it. */
export function packageWords({
  uiDefinition,
  viewDefinition,
  parameters,
}: OfferPackage): Record<string, unknown> {
  return {
    createUiDefinition: uiDefinition,
    ...(viewDefinition === null ? {} : { viewDefinition }),
    ...(parameters === null ? {} : { mainTemplate: { parameters } }),
  };
}
