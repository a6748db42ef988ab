/** Files that somebody chose, as the texts that a form's output takes: bounded, and read here alone. */
import { FORM } from "../../words/form.ts";

interface Bounds {
  /** In base64 then, and as a text in UTF-8 otherwise. */
  readonly binary: boolean;
  readonly mostFiles: number;
  readonly mostBytes: number;
  readonly mostWords: string;
}

type Read =
  | { readonly contents: readonly string[]; readonly problem: null }
  | { readonly contents: null; readonly problem: string };

/** All of them or none. */
export async function readUpload(
  files: readonly Pick<File, "name" | "size" | "arrayBuffer">[],
  { binary, mostFiles, mostBytes, mostWords }: Bounds,
): Promise<Read> {
  if (files.length > mostFiles) return { contents: null, problem: FORM.tooManyFiles(mostFiles) };
  const contents: string[] = [];
  for (const file of files) {
    if (file.size > mostBytes) return { contents: null, problem: FORM.fileTooLarge(file.name, mostWords) };
    const bytes = new Uint8Array(await file.arrayBuffer());
    const text = binary ? base64Of(bytes) : textIn(bytes);
    if (text === null) return { contents: null, problem: FORM.fileNoText(file.name) };
    contents.push(text);
  }
  return { contents, problem: null };
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** What no database keeps is no text: NUL above all. */
function textIn(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
