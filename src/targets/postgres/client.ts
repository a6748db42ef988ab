/** `curfew secret --psql SQL`. */
import type { TargetClient } from "../client.ts";

export const postgresClient: TargetClient = {
  kind: "postgres",
  flag: { name: "psql", value: "SQL", help: "run this statement with it instead of showing it" },
  example: 'curfew secret --last --psql "select count(*) from orders"',
  load: async () => (await import("./run-statement.ts")).runStatement,
};
