/**
 * A publisher's pattern is a stranger's: it runs in the reader's browser only where it cannot run away. Repeats within
 * repeats, back references and more than three open repeats are not run; the text is short.
 */
const MAX_PATTERN = 500;
const MAX_TEXT = 256;
const MAX_OPEN_REPEATS = 3;

/** Null where the pattern was not run: nobody knows then, and nobody is refused for it. */
export function matches(pattern: string, text: string): boolean | null {
  if (pattern.length > MAX_PATTERN || text.length > MAX_TEXT || runsAway(pattern)) return null;
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return null;
  }
}

const OPEN_REPEAT = /[*+]|\{\d+,\}/g;

export function runsAway(pattern: string): boolean {
  // A sign, a class or an escape is one character, whatever stands in it.
  const bare = pattern
    .replace(/\\[1-9k]/g, "\u0001")
    .replace(/\\./g, "_")
    .replace(/\[(?:[^\]])*\]/g, "_");
  if (bare.includes("\u0001")) return true;
  if ((bare.match(OPEN_REPEAT)?.length ?? 0) > MAX_OPEN_REPEATS) return true;
  return repeatedGroups(bare).some((inside) => /[*+|?]|\{\d+,\d*\}/.test(inside));
}

/** What stands in groups that are repeated more than once; lookarounds and single groups are no repeats. */
function repeatedGroups(bare: string): string[] {
  const open: number[] = [];
  const found: string[] = [];
  for (let at = 0; at < bare.length; at++) {
    if (bare[at] === "(") open.push(at);
    if (bare[at] !== ")") continue;
    const from = open.pop();
    if (from !== undefined && /^(?:[*+]|\{)/.test(bare.slice(at + 1)))
      found.push(inner(bare.slice(from + 1, at)));
  }
  return found;
}

function inner(group: string): string {
  return group.replace(/^\?(?::|<?[=!]|<\w+>)/, "");
}
