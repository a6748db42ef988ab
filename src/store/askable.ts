/** PostgreSQL takes no NUL, not even in a question: what holds one is the key of nothing. */
export function isAskable(key: string): boolean {
  return !key.includes("\0");
}
