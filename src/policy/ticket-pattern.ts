/**
 * Ticket patterns: regular expressions from which everything that can run away was taken out.
 *
 * Allowed: literals, `\d \w \s`, classes, `.`, `? * + {n,m}` on one character or class, `|` between whole patterns.
 * Groups, look-arounds and back references are refused, so a match costs at most length^3 on 64 characters.
 */
const MAX_PATTERN_LENGTH = 200;
const MAX_TICKET_LENGTH = 64;
const MAX_OPEN_REPEATS = 3;

/** A sentence for a pattern that is refused; null for one that may be used. */
export function ticketPatternFault(pattern: string): string | null {
  if (pattern.length === 0 || pattern.length > MAX_PATTERN_LENGTH) {
    return `a ticket pattern has 1 to ${MAX_PATTERN_LENGTH} characters`;
  }
  const bare = pattern.replace(/\\[^a-zA-Z0-9]/g, "_").replace(/\[[^\]]*\]/g, "_");
  if (/[()]/.test(bare))
    return "a ticket pattern has no groups; write alternatives as whole patterns with `|`";
  if (/\\[^dwsDWS]/.test(bare))
    return "of the escapes a ticket pattern knows only `\\d`, `\\w`, `\\s` and signs";
  for (const alternative of bare.split("|")) {
    const repeats = alternative.match(/[*+?]|\{\d+,\d*\}/g)?.length ?? 0;
    if (repeats > MAX_OPEN_REPEATS) return `a ticket pattern repeats at most ${MAX_OPEN_REPEATS} times`;
  }
  return compile(pattern) === null ? `\`${pattern}\` is not a regular expression` : null;
}

/** Whether the whole ticket number matches; a pattern that cannot be used matches nothing. */
export function ticketMatches(pattern: string, number: string): boolean {
  if (number.length > MAX_TICKET_LENGTH || ticketPatternFault(pattern) !== null) return false;
  return compile(pattern)?.test(number) ?? false;
}

function compile(pattern: string): RegExp | null {
  try {
    return new RegExp(`^(?:${pattern})$`, "u");
  } catch {
    return null;
  }
}
