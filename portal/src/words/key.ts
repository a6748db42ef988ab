/** The sheet that lists the keys. */

export const KEYS = "Keys";
export const EVERYWHERE = "Everywhere";
export const GO_TO = "Go to";
export const SHOW_KEYS = "Show these keys";
export const LET_ACT = "Single keys act in this browser";
export const LEAD = "No key acts while you type.";

export function isApple(): boolean {
  return /Mac|iP(hone|ad)/.test(navigator.userAgent);
}

/** "mod+k" → ["Ctrl", "k"], "g h" → ["g", "h"]; on Apple's machines ⌘ stands for Ctrl. */
export function pressedWords(keys: string, apple: boolean): readonly string[] {
  return keys.split(/[+ ]/).map((key) => (key === "mod" ? (apple ? "⌘" : "Ctrl") : nameOf(key)));
}

function nameOf(key: string): string {
  return { ArrowUp: "↑", ArrowDown: "↓", " ": "Space" }[key] ?? key;
}
