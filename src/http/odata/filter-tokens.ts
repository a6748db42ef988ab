/** The words, values and marks of a `$filter`, one character after the other: nothing here can backtrack. */
export type Literal = string | number | boolean | null;

export type Token =
  | { readonly kind: "name" | "mark"; readonly text: string }
  | { readonly kind: "value"; readonly text: string; readonly value: Literal };

const MAX_TOKENS = 400;
const WORDS: Readonly<Record<string, Literal>> = { true: true, false: false, null: null };
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Null for a quote that is not closed, a character that means nothing, or too many of them. */
export function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (isBlank(char)) {
      at++;
      continue;
    }
    if (tokens.length >= MAX_TOKENS) return null;
    const next = "(),".includes(char)
      ? { token: { kind: "mark", text: char } as const, end: at + 1 }
      : char === "'"
        ? quoted(text, at)
        : bare(text, at);
    if (next === null) return null;
    tokens.push(next.token);
    at = next.end;
  }
  return tokens;
}

/** A quote inside is written twice. */
function quoted(text: string, from: number): { token: Token; end: number } | null {
  let value = "";
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] !== "'") value += text[at];
    else if (text[at + 1] === "'") {
      value += "'";
      at++;
    } else return { token: { kind: "value", text: value, value }, end: at + 1 };
  }
  return null;
}

/** A name, a number, an instant or a GUID: clients quote the last two or do not. */
function bare(text: string, from: number): { token: Token; end: number } | null {
  let end = from;
  while (end < text.length && isPart(text.charAt(end))) end++;
  if (end === from) return null;
  const word = text.slice(from, end);
  if (Object.hasOwn(WORDS, word.toLowerCase()))
    return { token: { kind: "value", text: word, value: WORDS[word.toLowerCase()] ?? null }, end };
  if (GUID.test(word) || isInstant(word)) return { token: { kind: "value", text: word, value: word }, end };
  if (isDigit(word.charAt(0)) || word.startsWith("-")) {
    const value = Number(word);
    return Number.isFinite(value) ? { token: { kind: "value", text: word, value }, end } : null;
  }
  return { token: { kind: "name", text: word }, end };
}

function isInstant(word: string): boolean {
  return isDigit(word.charAt(0)) && word.includes("T") && word.includes(":");
}

function isBlank(char: string): boolean {
  return char === " " || char === "\t";
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

function isPart(char: string): boolean {
  return /^[\p{L}\p{N}_./:@$+-]$/u.test(char);
}
