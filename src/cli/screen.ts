/** What a person sees: results on stdout, progress on stderr, nothing in either that could steer a terminal. */
import { getSystemErrorMessage } from "node:util";
import { revealed } from "../client/plain-text.ts";
import { type About, EXIT, failureOf, Stop } from "./exit.ts";
import { inAscii, jsonInAscii, speaksUtf8, withoutControls } from "./text/letters.ts";
import { type Column, table } from "./text/table.ts";

export interface Output {
  write(text: string, written: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  on?(event: "error", listener: () => void): unknown;
}

/** The part of a process that the command line needs; `process` is one. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };
  readonly stdout: Output;
  readonly stderr: Output;
  on(event: "SIGINT", listener: () => void): unknown;
  off(event: "SIGINT", listener: () => void): unknown;
}

export interface Screen {
  readonly wantsJson: boolean;
  /** Whether a person watches. */
  readonly isWatched: boolean;
  /** Cells of the window that the answer is shown in; null where it goes elsewhere, and is not to be cut or broken. */
  readonly width: number | null;
  /** A line of the answer. Not shown with --json. */
  result(line: string): void;
  /** A table of the answer, as wide as the window at most. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void;
  /** The same without headings: what it is, and how it stands. */
  pairs(rows: readonly (readonly [string, string])[]): void;
  /** A line about how it goes. */
  progress(line: string): void;
  /** The answer for programs. Shown only with --json. */
  json(value: unknown): void;
  /** The same for a list that comes in pieces: nobody holds all of it. Ended, it is an array as any other. */
  jsonList(): { add(items: readonly unknown[]): void; end(): void };
  /** A piece of a file that is the answer: as it is, with --json or without. */
  text(piece: string): void;
  /** That it failed, for programs: the last line of stderr, only with --json and only the first time. Answers `exit`. */
  failed(exit: number, message: string, about?: About): number;
  /** Whether somebody sits there who can be asked. */
  readonly canAsk: boolean;
  /** What the person at the keyboard types; null when it is nothing. */
  ask(question: string): Promise<string | null>;
  /** Waits until all of it is written. @throws Stop when some of it could not be, unless its reader had enough, as `head` has */
  finish(): Promise<void>;
}

const USUAL_WIDTH = 80;

export function createScreen(
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>>,
  wantsJson: boolean,
): Screen {
  const { stdin, stdout, stderr } = terminal;
  const utf8 = speaksUtf8(env);
  const plain = (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb" || !utf8;
  const out = openWriter(stdout);
  const err = openWriter(stderr);
  let told = false;
  // Written out as JSON writes it: it is read as what it was.
  const jsonOf = (value: unknown, indent?: number) => {
    const text = revealed(JSON.stringify(value, null, indent));
    return utf8 ? text : jsonInAscii(text);
  };
  const shown = (output: Output, line: string) => {
    const safe = withoutControls(line);
    const text = utf8 ? safe : inAscii(safe);
    return `${output.isTTY === true && !plain ? coloured(text) : text}\n`;
  };
  const screen: Screen = {
    wantsJson,
    isWatched: stderr.isTTY === true,
    width: widthOfWindow(stdout, env),
    result(line) {
      if (!wantsJson) out.write(shown(stdout, line));
    },
    table(columns, rows) {
      for (const line of table(columns, rows, screen.width)) screen.result(line);
    },
    pairs(rows) {
      for (const line of table(PAIR, rows, screen.width).slice(1)) screen.result(line);
    },
    progress: (line) => err.write(shown(stderr, line)),
    json(value) {
      if (wantsJson) out.write(`${jsonOf(value, 2)}\n`);
    },
    jsonList() {
      let before = "[";
      return {
        add(items) {
          if (!wantsJson) return;
          for (const item of items) {
            out.write(`${before}\n${jsonOf(item, 2).replace(/^/gm, "  ")}`);
            before = ",";
          }
        },
        end() {
          if (wantsJson) out.write(before === "[" ? "[]\n" : "\n]\n");
        },
      };
    },
    text: (piece) => out.write(piece),
    failed(exit, message, about = {}) {
      if (wantsJson && !told) err.write(`${jsonOf({ error: failureOf(exit, message, about) })}\n`);
      told = true;
      return exit;
    },
    canAsk: !wantsJson && stdin.isTTY === true && stderr.isTTY === true,
    ask(question) {
      screen.progress(question);
      return typedLine(stdin);
    },
    async finish() {
      const lost = (await out.failure()) ?? (await err.failure());
      if (lost !== null)
        throw new Stop(EXIT.fault, `not all of the answer could be written: ${lost}; what was done is done`);
    },
  };
  return screen;
}

const PAIR = [{ title: "" }, { title: "" }];

interface Writer {
  write(text: string): void;
  /** Null when all was written, or whoever read had enough. */
  failure(): Promise<string | null>;
}

function openWriter(output: Output): Writer {
  let failed: Error | null = null;
  let last: Promise<void> = Promise.resolve();
  // Heard where it is written; without a listener it would end the program.
  output.on?.("error", () => {});
  return {
    write(text) {
      const { promise, resolve } = Promise.withResolvers<void>();
      output.write(text, (error) => {
        failed ??= error ?? null;
        resolve();
      });
      last = promise;
    },
    async failure() {
      await last;
      if (failed === null || codeOf(failed) === "EPIPE") return null;
      return "errno" in failed && typeof failed.errno === "number"
        ? getSystemErrorMessage(failed.errno)
        : failed.message;
    },
  };
}

function codeOf(error: Error): unknown {
  return "code" in error ? error.code : null;
}

/** `COLUMNS` goes before what the terminal says of itself, as it does in a shell. */
function widthOfWindow(
  { isTTY, columns }: Output,
  { COLUMNS = "" }: { readonly COLUMNS?: string | undefined },
) {
  if (isTTY !== true) return null;
  const chosen = /^[1-9]\d{0,4}$/.test(COLUMNS) ? Number(COLUMNS) : columns;
  return chosen || USUAL_WIDTH;
}

async function typedLine(stdin: Terminal["stdin"]): Promise<string | null> {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input: stdin, terminal: false });
  try {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    lines.once("line", resolve).once("close", () => resolve(null));
    return ((await promise) ?? "").trim() || null;
  } finally {
    lines.close();
  }
}

const GREEN = "\u001b[32m";
const RED = "\u001b[31m";
const RESET = "\u001b[0m";

function coloured(line: string): string {
  return line.replace(/✓/g, `${GREEN}✓${RESET}`).replace(/✗/g, `${RED}✗${RESET}`);
}
