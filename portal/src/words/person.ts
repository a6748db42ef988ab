/** A person in two letters and a colour. */

const HUES = 12;

/** Of the first and the last part of a name, "CC"; of a name of one part its first two letters, "Su". */
export function initialsOf(displayName: string): string {
  const parts = displayName.match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first = "?", ...others] = parts;
  const last = others.at(-1);
  const letters = last === undefined ? [...first].slice(0, 2) : [[...first][0], [...last][0]];
  const [one = "", two = ""] = letters;
  return last === undefined ? one.toUpperCase() + two : (one + two).toUpperCase();
}

/** Degrees on the circle of colours, always the same for one id, from the first of its hexadecimal digits. */
export function hueOf(objectId: string): number {
  const number = [...objectId].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 9973, 7);
  return (number % HUES) * (360 / HUES);
}
