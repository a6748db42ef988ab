/** The server speaks of a document's first line and a pointer into it; people want the very line. */
import { type Document, isMap, isNode, isPair, isScalar } from "yaml";
import type { ReadFile } from "./read-file.ts";

const PLACE = /^(.+):(\d+):(\/\S*|)(?=$|: )/;

/** The same text, with the line of the node that the pointer leads to. */
export function withExactLine(text: string, files: readonly ReadFile[]): string {
  const [, path = "", line = "", pointer = ""] = PLACE.exec(text) ?? [];
  const file = files.find((one) => one.path === path);
  const document = file?.documents.find((one) => lineOf(file, one.contents?.range[0]) === Number(line));
  if (file === undefined || document === undefined) return text;
  const exact = lineOf(file, offsetOf(document, pointer)) ?? Number(line);
  return text.replace(PLACE, `${path}:${exact}:${pointer}`);
}

/** Where the deepest part of the pointer begins that is in the document. */
function offsetOf(document: Document.Parsed, pointer: string): number | undefined {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  let node: unknown = document.contents;
  let offset = document.contents?.range[0];
  for (const step of steps) {
    const key = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === step)
      : null;
    const next: unknown = isPair(key) ? key.value : elementOf(node, step);
    const at =
      isPair(key) && isNode(key.key) ? key.key.range?.[0] : isNode(next) ? next.range?.[0] : undefined;
    if (at === undefined) return offset;
    offset = at;
    node = next;
  }
  return offset;
}

function elementOf(node: unknown, step: string): unknown {
  if (typeof node !== "object" || node === null || !("items" in node) || !Array.isArray(node.items))
    return null;
  return /^\d{1,6}$/.test(step) ? node.items[Number(step)] : null;
}

function lineOf(file: ReadFile, offset: number | undefined): number | null {
  return offset === undefined ? null : file.lines.linePos(offset).line;
}
