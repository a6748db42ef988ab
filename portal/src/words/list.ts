/** Several names in one sentence. */

/** "Carol, Casey or Colin"; many are counted. */
export function listWords(names: readonly string[], last = "or", most = 4): string {
  if (names.length > most)
    return `${names.slice(0, most - 1).join(", ")} ${last} ${names.length - most + 1} more`;
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;
}
