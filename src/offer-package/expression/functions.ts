/** The functions of the expression language: their names, how much they take, and which of them are evaluated here. */
export interface Signature {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Functions that Microsoft documents and only the form needs are known, but not evaluated. */
  readonly evaluated: boolean;
}

const MANY = 100;

const EVALUATED: readonly (readonly [least: number, most: number, names: string])[] = [
  [0, 0, "location resourceGroup subscription guid utcNow"],
  [1, 1, "basics steps toLower toUpper length empty first last not"],
  [1, 1, "int float string bool parse encodeBase64 decodeBase64 ceil floor"],
  [1, 1, "encodeUriComponent decodeUriComponent"],
  [2, 2, "endsWith startsWith indexOf lastIndexOf split filter map"],
  [2, 2, "contains take skip equals less lessOrEquals greater greaterOrEquals"],
  [2, 2, "add sub mul div mod min max range addSeconds addMinutes addHours"],
  [2, 3, "substring"],
  [3, 3, "replace if"],
  [0, MANY, "createArray"],
  [1, MANY, "concat coalesce"],
  [2, MANY, "and or"],
];

const ONLY_KNOWN: readonly (readonly [least: number, most: number, names: string])[] = [
  // The same form filled in twice comes to the same.
  [2, 2, "rand"],
];

const SIGNATURES: ReadonlyMap<string, Signature> = new Map(
  [
    ...EVALUATED.map((row) => [row, true] as const),
    ...ONLY_KNOWN.map((row) => [row, false] as const),
  ].flatMap(([[least, most, names], evaluated]) =>
    names.split(" ").map((name) => [name.toLowerCase(), { name, least, most, evaluated }] as const),
  ),
);

/** Names of functions match in any case; undefined for one that Microsoft does not document. */
export function signatureOf(name: string): Signature | undefined {
  return SIGNATURES.get(name.toLowerCase());
}

/** A sentence when the number of arguments is wrong; null when it is right. */
export function argumentCountFault({ name, least, most }: Signature, count: number): string | null {
  if (count >= least && count <= most) return null;
  const wanted =
    least === most ? String(least) : most === MANY ? `${least} to ${MANY}` : `${least} or ${most}`;
  return `\`${name}\` takes ${wanted} argument${wanted === "1" ? "" : "s"}, not ${count}`;
}

/** The functions that take a lambda. */
export function takesLambda(name: string): boolean {
  return ["filter", "map"].includes(name.toLowerCase());
}
