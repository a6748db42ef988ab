/**
 * A publisher's pattern is a stranger's: it runs in the reader's browser only where it cannot run away. Choices within
 * repeats and back references are not run, nor is what could be tried in too many ways; the text is short.
 */
const MAX_PATTERN = 500;
const MAX_TEXT = 256;
/** As many as three open repeats have on the longest text. */
const MAX_WAYS = MAX_TEXT ** 3;

/** Null where the pattern was not run: nobody knows then, and nobody is refused for it. */
export function matches(pattern: string, text: string): boolean | null {
  if (pattern.length > MAX_PATTERN || text.length > MAX_TEXT || runsAway(pattern)) return null;
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return null;
  }
}

export function runsAway(pattern: string): boolean {
  // A sign, a class or an escape is one character, whatever stands in it; lazy repeats try what greedy ones do.
  const bare = pattern
    .replace(/\\[1-9k]/g, "\u0001")
    .replace(/\\./g, "_")
    .replace(/\[(?:[^\]])*\]/g, "_")
    .replace(/\(\?(?::|<?[=!]|<\w+>)/g, "(")
    .replace(/([*+?}])\?/g, "$1");
  if (bare.includes("\u0001")) return true;
  return waysThrough(bare) > MAX_WAYS || repeatedGroups(bare).some((inside) => /[*+|?]|\{\d+,/.test(inside));
}

/** What stands in groups that are repeated more than once; lookarounds and single groups are no repeats. */
function repeatedGroups(bare: string): string[] {
  const open: number[] = [];
  const found: string[] = [];
  for (let at = 0; at < bare.length; at++) {
    if (bare[at] === "(") open.push(at);
    if (bare[at] !== ")") continue;
    const from = open.pop();
    if (from !== undefined && /^(?:[*+]|\{)/.test(bare.slice(at + 1))) found.push(bare.slice(from + 1, at));
  }
  return found;
}

/** In how many ways it can be tried at most: what follows one another multiplies, alternatives add up. */
function waysThrough(bare: string): number {
  const outer: [before: number, ways: number][] = [];
  let [before, ways] = [0, 1];
  for (const [sign, least, most] of bare.matchAll(/[(|)*+?]|\{(\d+),(\d*)\}/g)) {
    if (sign === "(") {
      outer.push([before, ways]);
      [before, ways] = [0, 1];
    } else if (sign === "|") {
      [before, ways] = [before + ways, 1];
    } else if (sign === ")") {
      const inside = before + ways;
      [before, ways] = outer.pop() ?? [0, 1];
      ways *= inside;
    } else ways *= sign === "?" ? 2 : lengths(least, most);
  }
  const begins = bare.startsWith("^") && before === 0 ? 1 : MAX_TEXT;
  return begins * (before + ways);
}

function lengths(least = "0", most = ""): number {
  return most === "" ? MAX_TEXT : Math.min(MAX_TEXT, Number(most) - Number(least) + 1);
}
