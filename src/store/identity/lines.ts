/** Lines in the database: stepping up to one is one statement, so that processes cannot let two through at once. */
import { sql } from "kysely";
import type { LineRules, Lines, Stepped } from "../../use-cases/identity-ports.ts";
import type { Database } from "../database.ts";

export function linesOn(db: Database): Lines {
  return {
    async step({ line, network, holder }, rules, spend, at) {
      const { rows } = await sql<{ answer: Stepped["answer"]; wait_ms: number }>`
        SELECT * FROM sign_in_step(${line}, ${network}, ${holder}, ${spend}, ${rules.crowd?.key ?? null},
          ${JSON.stringify(inNumbers(rules))}::jsonb, ${new Date(at)})`.execute(db);
      const [row] = rows;
      if (row === undefined) throw new Error("a line answered nothing");
      return { answer: row.answer, waitMs: row.wait_ms };
    },
    async stepBack({ line, network, holder }, until) {
      await sql`SELECT sign_in_step_back(${line}, ${network}, ${holder}, ${new Date(until)})`.execute(db);
    },
    async shorten(line, byMs) {
      await sql`SELECT sign_in_line_shorten(${line}, ${byMs})`.execute(db);
    },
  };
}

function inNumbers({ crowd, ...rules }: LineRules) {
  return { ...rules, crowd: crowd?.bucket.capacity ?? 0, crowdRefillMs: crowd?.bucket.refillMs ?? 0 };
}
