/** Text as a line of a log may hold it: nothing in it can end the line, move a terminal's cursor, turn its direction or give a secret away. */

/** Of what comes from outside, and of what a library says of it. */
const MOST_CHARACTERS = 4_000;
const WITHHELD = "[withheld]";

/** By their form, wherever they stand. */
const SECRET_FORMS: readonly (readonly [RegExp, string])[] = [
  // The password in an address.
  [/\b([a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/?#@]{0,200}):[^\s/?#]+@/gi, `$1:${WITHHELD}@`],
  [/\b(bearer|basic|dpop)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${WITHHELD}`],
  // Tokens (JWT, encrypted ones too).
  [/\beyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){1,4}/g, WITHHELD],
  [/\bSCRAM-SHA-256\$[^\s"']+/g, WITHHELD],
  [/\$argon2[a-z]{1,2}\$[^\s"']+/g, WITHHELD],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, WITHHELD],
  // `password=…`, `"client_secret": "…"`, `PASSWORD '…'`.
  [
    /((?:password|passwd|pwd|secret|passphrase|api[_-]?key|private[_-]?key|authorization|cookie|(?:access|refresh|id|set-?up)[_ -]?token)["']?\s*[=:]?\s*)(?:"[^"]{4,}"|'[^']{4,}'|(?<=[=:]\s*)[^\s"',;&}]{4,})/gi,
    `$1${WITHHELD}`,
  ],
];

/** What this installation was given itself: withheld wherever it stands, whatever it looks like. */
const hidden = new Set<string>();
const LEAST_HIDDEN = 6;

/** From now on no line says it. Shorter than 6 characters it is not: too many words would be withheld with it. */
export function hide(secret: string): void {
  if (secret.length < LEAST_HIDDEN) return;
  hidden.add(secret);
  hidden.add(encodeURIComponent(secret));
}

export function plain(text: string, most = MOST_CHARACTERS): string {
  // Before it is cut: half of a secret would not be known as one.
  const bounded = text.slice(0, 4 * most);
  let shown = bounded;
  for (const secret of hidden) shown = shown.replaceAll(secret, WITHHELD);
  for (const [form, instead] of SECRET_FORMS) shown = shown.replace(form, instead);
  const visible = shown.replace(UNSEEN, escaped);
  return visible.length > most ? `${visible.slice(0, most)}…` : visible;
}

// Control characters, line and paragraph separators, direction marks and overrides, what has no width, lone surrogates.
const UNSEEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

function escaped(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\t") return " ";
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
