/** How an end is held in a target, on the wire. */

import { z } from "zod";

export const endingShape = z.object({
  targetName: z.string().meta({ description: "for the other party of a grant: the target's label" }),
  targetKind: z.string(),
  targetLabel: z.string().meta({ description: "what people call the kind" }),
  heldBy: z.enum(["native", "timerOnly"]),
  sessions: z.enum(["cutByCurfew", "native", "none"]),
  ended: z.object({ count: z.number().int(), p99Ms: z.number().int().nullable() }).meta({
    description:
      "of the last 30 days: grants in this target that ran out, and how long after their end they were observed absent",
  }),
  sentence: z.string(),
  ifDown: z.string().meta({ description: "what it means should Curfew be down at the end" }),
});
