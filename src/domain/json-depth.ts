/** Where JSON text is nested deeper than `most`; in one pass and without recursion, so that no depth can hurt. */
export function tooDeepAt(text: string, most: number): number | null {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === "\\") at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === "{" || char === "[") {
      if (++depth > most) return at;
    } else if (char === "}" || char === "]") depth--;
  }
  return null;
}
