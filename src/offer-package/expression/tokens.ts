/** An expression in pieces: one pass over the characters, none looked at twice. */
export type Token =
  | { readonly kind: "text"; readonly at: number; readonly value: string }
  | { readonly kind: "number"; readonly at: number; readonly value: number }
  | { readonly kind: "name"; readonly at: number; readonly value: string }
  | { readonly kind: "sign"; readonly at: number; readonly value: string }
  | { readonly kind: "end"; readonly at: number; readonly value: "" };

/** Thrown while an expression is read, and caught before it leaves this folder. */
export class SyntaxFault extends Error {
  override readonly name = "SyntaxFault";
  readonly at: number;
  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** The tokens between the brackets that enclose the text; the last bracket keeps every look ahead within it. */
export function tokensOf(text: string): Token[] {
  const end = text.length - 1;
  const tokens: Token[] = [];
  let at = 1;
  while (at < end) {
    const char = text.charAt(at);
    if (isSpace(char)) {
      at++;
      continue;
    }
    const [token, after] = readToken(text, at, end);
    tokens.push(token);
    at = after;
  }
  tokens.push({ kind: "end", at: end, value: "" });
  return tokens;
}

function readToken(text: string, at: number, end: number): [Token, number] {
  const char = text.charAt(at);
  if (char === "'") return readText(text, at, end);
  if (isDigit(char) || (char === "-" && isDigit(text.charAt(at + 1)))) return readNumber(text, at, end);
  if (isLetter(char)) {
    const after = skipWhile(text, at, end, (next) => isLetter(next) || isDigit(next));
    return [{ kind: "name", at, value: text.slice(at, after) }, after];
  }
  if (char === "=" && text.charAt(at + 1) === ">") return [{ kind: "sign", at, value: "=>" }, at + 2];
  if ("()[],.".includes(char)) return [{ kind: "sign", at, value: char }, at + 1];
  const whole = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const hint =
    char === '"'
      ? "; texts stand in single quotes"
      : "; remove it, or begin with `[[` if this is no expression";
  throw new SyntaxFault(at, `\`${whole}\` has no meaning here${hint}`);
}

/** `''` within a text is one quote. */
function readText(text: string, start: number, end: number): [Token, number] {
  const parts: string[] = [];
  let from = start + 1;
  for (;;) {
    const quote = text.indexOf("'", from);
    if (quote === -1 || quote >= end)
      throw new SyntaxFault(start, "the text that begins here does not end; close it with a single quote");
    parts.push(text.slice(from, quote));
    if (text.charAt(quote + 1) !== "'")
      return [{ kind: "text", at: start, value: parts.join("'") }, quote + 1];
    from = quote + 2;
  }
}

const MAX_NUMBER_LENGTH = 24;

function readNumber(text: string, start: number, end: number): [Token, number] {
  let after = skipWhile(text, start + 1, end, isDigit);
  if (text.charAt(after) === "." && isDigit(text.charAt(after + 1)))
    after = skipWhile(text, after + 1, end, isDigit);
  if (after - start > MAX_NUMBER_LENGTH)
    throw new SyntaxFault(start, `this number has more than ${MAX_NUMBER_LENGTH} digits; shorten it`);
  return [{ kind: "number", at: start, value: Number(text.slice(start, after)) }, after];
}

function skipWhile(text: string, start: number, end: number, holds: (char: string) => boolean): number {
  let at = start;
  while (at < end && holds(text.charAt(at))) at++;
  return at;
}

function isSpace(char: string): boolean {
  return char === " " || char === "\t" || char === "\n" || char === "\r";
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

function isLetter(char: string): boolean {
  return (char >= "a" && char <= "z") || (char >= "A" && char <= "Z") || char === "_";
}
