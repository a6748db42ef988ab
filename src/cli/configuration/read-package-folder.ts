/** The folder of an offer's package: its files under their names, whatever letters those are written in. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_FILES, type PackageFile } from "../../offer-package/package-fault.ts";
import type { PackageTexts } from "../../offer-package/read-package.ts";
import { usage } from "../exit.ts";
import { readText } from "./read-file.ts";

/** @throws Stop (usage) when the folder, or a file of the package in it, cannot be read */
export function readPackageFolder(folder: string): PackageTexts {
  let found: string[];
  try {
    found = readdirSync(folder);
  } catch {
    throw usage(`\`${folder}\` cannot be read as a folder; name the folder of a package`);
  }
  const texts: Partial<Record<PackageFile, string>> = {};
  for (const file of PACKAGE_FILES) {
    const same = found.filter((name) => name.toLowerCase() === file.toLowerCase());
    const name = same.includes(file) ? file : same[0];
    if (name !== undefined) texts[file] = readText(join(folder, name)).text;
  }
  const createUiDefinition = texts["createUiDefinition.json"];
  if (createUiDefinition === undefined)
    throw usage(`\`${folder}\` has no createUiDefinition.json; name the folder of a package`);
  return {
    createUiDefinition,
    ...optional("viewDefinition", texts["viewDefinition.json"]),
    ...optional("mainTemplate", texts["mainTemplate.json"]),
  };
}

function optional<Name extends string>(name: Name, text: string | undefined): { [K in Name]?: string } {
  return (text === undefined ? {} : { [name]: text }) as { [K in Name]?: string };
}
