/** What somebody wrote, as it stands in a sentence. */
const MAX_SHOWN = 60;

/** In backticks, short, on one line, and without half characters. */
export function shown(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
  return `\`${cut
    .toWellFormed()
    .replaceAll("`", "'")
    .replaceAll(/\p{Cc}/gu, " ")}\``;
}
