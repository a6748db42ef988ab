/** Uses a log-in with the client that its kind brings, and shows what the target says. */
import type { ClientTable, TargetClient } from "../targets/client.ts";
import { EXIT } from "./exit.ts";
import type { Screen } from "./screen.ts";

const MAX_ROWS = 1_000;
const MAX_CELL = 200;

/** Exits with 0 for an answer, 3 when the target refuses the log-in, 1 for any other fault. */
export async function useSecret(
  screen: Screen,
  client: TargetClient,
  secret: Readonly<Record<string, string | number>>,
  text: string,
): Promise<number> {
  const run = await client.load();
  const answer = await run(secret, text);
  if ("tables" in answer) {
    for (const one of answer.tables) show(screen, one);
    return EXIT.done;
  }
  screen.progress(answer.message);
  return screen.failed(answer.isRefusal ? EXIT.denied : EXIT.fault, answer.message);
}

function show(screen: Screen, { command, rowCount, columns, rows }: ClientTable): void {
  const shown = rows.slice(0, MAX_ROWS);
  if (columns.length > 0) {
    const titles = columns.map((title) => ({ title }));
    screen.table(
      titles,
      shown.map((row) => row.map((value) => cell(value, screen.width))),
    );
  }
  if (shown.length < rows.length) screen.progress(`the first ${MAX_ROWS} of ${rows.length} rows`);
  if (columns.length === 0) screen.result(`${command}${rowCount === null ? "" : ` ${rowCount}`}`);
  screen.json({ command, rowCount, columns, rows: shown });
}

/** Cut for a reader, never for a program. */
function cell(value: string | null, width: number | null): string {
  const text = value ?? "";
  return width !== null && text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
}
