/** `config export`: what stands, as the files that `apply` reads. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { allOf } from "../../client/client.ts";
import type { ConfigurationDocument } from "../../client/types.ts";
import { FILE_NAME, filesOf, KINDS, MARK, type WrittenFile } from "../configuration/write-documents.ts";
import { EXIT, Stop, usage } from "../exit.ts";
import { writeWhole } from "../files.ts";
import type { Run } from "../verb.ts";

export const configExport: Run = async (context, given) => {
  const folder = given.text("out");
  const stale = folder === null ? [] : exportedBefore(folder);
  const tenant = given.text("tenant");
  const client = await context.client();
  const documents: ConfigurationDocument[] = [];
  for (const kind of KINDS) {
    const pages = allOf(({ cursor }) =>
      client.call("listConfiguration", {
        path: { kind },
        query: { ...(tenant === null ? {} : { tenant }), ...(cursor === undefined ? {} : { cursor }) },
      }),
    );
    for await (const document of pages) documents.push(document);
  }
  const files = filesOf(documents);
  if (folder === null) {
    context.screen.json(documents);
    if (!context.screen.wantsJson) for (const { text } of files) context.screen.text(text);
    return EXIT.done;
  }
  await writeAll(folder, files, stale);
  context.screen.json({ folder, files: files.map(({ name }) => name), documents: documents.length });
  const count = documents.length === 1 ? "1 document" : `${documents.length} documents`;
  context.screen.result(`${count} in ${files.length} files of ${folder}.`);
  context.screen.progress(`Next: change one, then ${context.self} apply -f ${folder} --dry-run`);
  return EXIT.done;
};

/** The files of an earlier export, which this one replaces. @throws Stop (usage) where one of those names is somebody else's */
function exportedBefore(folder: string): string[] {
  if (!existsSync(folder)) return [];
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => FILE_NAME.test(name));
  } catch {
    throw usage(`\`${folder}\` is no folder; name one, or one that is still to be made`);
  }
  const foreign = names.find((name) => !readFileSync(join(folder, name), "utf8").startsWith(MARK));
  if (foreign !== undefined)
    throw usage(`\`${join(folder, foreign)}\` was not written by an export; choose another folder`);
  return names;
}

async function writeAll(
  folder: string,
  files: readonly WrittenFile[],
  stale: readonly string[],
): Promise<void> {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Stop(
      EXIT.fault,
      `\`${folder}\` cannot be made: ${error instanceof Error ? error.message : ""}`,
    );
  }
  for (const { name, text } of files) await writeWhole(join(folder, name), [text]);
  const written = new Set(files.map(({ name }) => name));
  for (const name of stale) if (!written.has(name)) rmSync(join(folder, name), { force: true });
}
