/** What clients send back as they read it: it may stand in a change, as long as it says what is there. */
import { accept, type Outcome, reject } from "../domain/rejection.ts";

/** Each property that was said against the one that is shown, in letters of any case; `base` is where they stand. */
export function echoes(said: object, shown: object, base: string): Outcome<void> {
  for (const [name, value] of Object.entries(said)) {
    if (value === null || value === undefined || isSame(value, Reflect.get(shown, name))) continue;
    return reject(
      "invalid_input",
      `\`${name}\` cannot be changed here; leave it out, or give what is there`,
      {
        path: `${base}/${name}`,
      },
    );
  }
  return accept(undefined);
}

/** An object says what it names: what it leaves out it says nothing of. */
function isSame(said: unknown, shown: unknown): boolean {
  if (said === null || said === undefined) return true;
  if (typeof said === "string" && typeof shown === "string")
    return said.toLowerCase() === shown.toLowerCase();
  if (Array.isArray(said)) {
    const there: readonly unknown[] = Array.isArray(shown) ? shown : [];
    return said.length === there.length && said.every((one, index) => isSame(one, there[index]));
  }
  if (typeof said === "object") {
    const there = typeof shown === "object" && shown !== null ? shown : {};
    return Object.entries(said).every(([name, value]) => isSame(value, Reflect.get(there, name)));
  }
  return said === shown;
}
