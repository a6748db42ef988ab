/** Every verb, in the order of help. */
import { ADMINISTERING } from "./forms/administering.ts";
import { ASKING } from "./forms/asking.ts";
import { HOLDING } from "./forms/holding.ts";
import type { Verb } from "./verb.ts";

export const VERBS: readonly Verb[] = [...ASKING, ...HOLDING, ...ADMINISTERING];
