/** What people read of a PostgreSQL target and of a log-in in it. */
import type { KindWords } from "../target.ts";

export const postgresWords: KindWords = {
  label: "PostgreSQL",
  atTheEnd: "log-in refused, sessions cut",
};
