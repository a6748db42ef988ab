/** What a change may leave without anybody to decide: ids as `touched` names them. */
import { z } from "zod";
import { acknowledgeSchema } from "../../../use-cases/apply/touched.ts";

const description = "ids of `touched`: requests and rules that may be left without anybody to decide";

export const acknowledgeIn = {
  body: acknowledgeSchema.meta({ description }),
  /** Of an address, which is no longer than this. */
  query: z
    .string()
    .max(12_000)
    .transform((text) => text.split(",").map((id) => id.trim()))
    .pipe(acknowledgeSchema)
    .meta({ description: `${description}; a list with commas` }),
};
