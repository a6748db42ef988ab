/** What people read of a PostgreSQL target and of a log-in in it, and the line that gets them in. */
import type { KindWords, ReadyCommand, Secret } from "../target.ts";

export const postgresWords: KindWords = {
  label: "PostgreSQL",
  atTheEnd: "log-in refused, sessions cut",
  secret: [
    { name: "connectionString", label: "Connection", masked: true, copyable: true },
    { name: "host", label: "Host", masked: false, copyable: true },
    { name: "port", label: "Port", masked: false, copyable: true },
    { name: "username", label: "User", masked: false, copyable: true },
    { name: "password", label: "Password", masked: true, copyable: true },
    { name: "database", label: "Database", masked: false, copyable: true },
  ],
  guide: "docs/guides/postgres-target.md",
  example: `apiVersion: curfew/v1
kind: Target
name: orders-database
spec:
  kind: postgres
  config: { host: db.example, port: 5432, database: orders, user: curfew_manager }
  secrets: { password: { fromEnv: ORDERS_DATABASE_PASSWORD } }`,
};

export function postgresCommands({ connectionString }: Secret): readonly ReadyCommand[] {
  return [{ label: "psql", line: `psql ${quoted(String(connectionString))}` }];
}

/** One word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
