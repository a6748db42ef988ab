/** The API writes problems in lower case, without a full stop and with names in backticks; people read sentences. */
export function sentence(message: string): string {
  const plain = message.replaceAll("`", "");
  const first = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
