/** A target as it is listed, and what it said when it was asked how it is. */
import type { Answer, ItemOf } from "../../../api/api.ts";

export type Target = ItemOf<"listTargets">;
export type Health = Answer<"checkTarget">;
