/** What a newcomer reads, in under a screen: where to sign in, as whom, and three commands to try. */
import type { ReadyFile } from "./ready-file.ts";

/** `dataDir`: null for where the command line looks anyway. */
export function welcome(ready: ReadyFile, tookMs: number, dataDir: string | null): string {
  const there = dataDir === null ? "" : ` --data-dir ${dataDir}`;
  const casey = ready.personas.casey;
  return `Curfew demo is ready (${Math.max(1, Math.round(tookMs / 1_000))} s). Ctrl-C stops it; a second start keeps its data.
  Browser   ${ready.http}   ${casey?.email ?? ""}   password ${casey?.password ?? ""}
  Mail      ${ready.mail}   what it tells people, which goes to nobody else
Watch access end. You are Frank here, Casey in the browser:
  1  npx curfew --as frank${there} request Contributor --on orders --for 30s --because "fix order 4711" --wait
  2  npx curfew --as casey${there} approve --last --because "one row is enough" --for 20s
  3  npx curfew --as frank${there} secret --last --psql "select count(*) from orders"
     2 asks which: two requests wait for Casey, and Frank's is the first. Run 3 again after the end: PostgreSQL itself refuses.
`;
}
